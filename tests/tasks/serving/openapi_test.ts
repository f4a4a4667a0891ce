// openapi.json describes what the server does: every path is answered, every default is accepted, every bound holds.

import { assert, assertEquals } from "@std/assert";
import { ModelServer } from "../../../tasks/serving/mod.ts";
import { ask, expectDescribed, untrainedClassifier, untrainedModel } from "../../support/serving.ts";

/** The part of a JSON Schema that the test reads. */
interface Property {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly oneOf?: readonly Property[];
  readonly description: string;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
}

/** The part of a path's description that the test reads. */
interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: {
    readonly content: Readonly<
      Record<string, {
        readonly schema: { readonly required: string[]; readonly properties: Readonly<Record<string, Property>> };
      }>
    >;
  };
}

const server = new ModelServer({ lm: untrainedModel(), reviews: untrainedClassifier() });
const { paths }: { paths: Record<string, Record<string, Operation>> } =
  await (await server.fetch(new Request("http://example.com/openapi.json"))).json();

Deno.test("every path that openapi.json describes is answered", async () => {
  assert(Object.keys(paths).length >= 8);
  for (const [path, methods] of Object.entries(paths)) {
    for (const method of Object.keys(methods)) {
      const url = `http://example.com${path.replace("{model}", "lm")}`;
      const response = await server.fetch(new Request(url, { method: method.toUpperCase() }));
      assertEquals(response.status, method === "get" ? 200 : 415, path);
      const type = response.headers.get("content-type")!;
      const answer = type === "application/json" ? await response.json() : await response.text();
      expectDescribed(path, method, response.status, type, answer);
    }
  }
});

Deno.test("a sound is described as a form with all fields, or alone with the others in the address", () => {
  const { parameters, requestBody } = paths["/v1/audio/transcriptions"].post;
  const { properties } = requestBody!.content["multipart/form-data"].schema;
  const names = parameters!.map(({ name, in: place }) => `${name} ${place}`);
  assertEquals(names, Object.keys(properties).filter((name) => name !== "file").map((name) => `${name} query`));
  assertEquals(Object.keys(requestBody!.content), ["multipart/form-data", "audio/wav"]);
});

for (const [path, text] of [["/v1/completions", "prompt"], ["/v1/classify", "input"]]) {
  Deno.test(`${path} accepts the defaults of openapi.json and refuses numbers beyond its bounds`, async () => {
    const { required, properties } = paths[path].post.requestBody!.content["application/json"].schema;
    assertEquals(required, []);
    const own = Object.entries(properties).filter(([, property]) => property.default !== undefined);
    const body = { ...Object.fromEntries(own.map(([name, property]) => [name, property.default])), [text]: "the" };
    assertEquals((await ask(server, body, path))[0], 200);
    const nulls = Object.fromEntries(Object.keys(properties).map((name) => [name, null]));
    assertEquals((await ask(server, { ...nulls, [text]: "the" }, path))[0], 200);
    for (const [name, property] of Object.entries(properties)) assert(takesNull(property), name);
    for (const [name, { type, description, minimum, maximum, exclusiveMinimum }] of Object.entries(properties)) {
      assert(type !== undefined || ["prompt", "input", "stop"].includes(name), name);
      assert(description.endsWith("."), name);
      const beyond = [
        minimum === undefined ? [] : minimum - 1,
        maximum === undefined ? [] : maximum + 1,
        exclusiveMinimum ?? [],
      ].flat();
      for (const value of beyond) {
        const [status, { error }] = await ask(server, { ...body, [name]: value }, path);
        assertEquals([status, error.param], [400, name], `${name} ${value}`);
      }
    }
  });
}

function takesNull({ type, enum: values, oneOf }: Property): boolean {
  return (type === undefined || type.includes("null")) && (values === undefined || values.includes(null)) &&
    (oneOf === undefined || oneOf.some(takesNull));
}
