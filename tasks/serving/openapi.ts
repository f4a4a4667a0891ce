import type { Field } from "../../src/schema/mod.ts";
import { ANSWERS, COMPLETION_EVENT, ERROR, type JSONSchema, orNull, TRANSCRIPT_EVENT } from "./answer_schemas.ts";
import { GRANULARITIES } from "./transcript_forms.ts";

/** The part of an endpoint that the document describes. */
interface Described {
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly fields?: Readonly<Record<string, Field>>;
}

const IDS = { type: "array", items: { type: "integer", minimum: 0 }, minItems: 1 };

/** Music: ABC, JSON or a MIDI file in base64 as a text, or a piano roll. */
const MUSIC = {
  oneOf: [
    { type: "string" },
    { type: "array", items: { type: "array", items: { type: "integer", minimum: 0, maximum: 127 } }, minItems: 1 },
  ],
};

/** JSON Schemas, by name or by path and name, of the fields that the declarations leave to a check. */
const SHAPES: Readonly<Record<string, object>> = {
  prompt: {
    oneOf: [
      { type: "string" },
      { type: "array", items: { type: "string" }, minItems: 1 },
      IDS,
      { type: "array", items: IDS, minItems: 1 },
    ],
  },
  input: { oneOf: [{ type: "string" }, { type: "array", items: { type: "string" }, minItems: 1 }] },
  "/v1/forecast input": {
    oneOf: [
      { type: "array", items: { type: ["number", "null"] }, minItems: 1 },
      { type: "array", items: { type: "object" }, minItems: 1 },
    ],
  },
  frames: { type: "array", items: { type: "array" }, minItems: 1 },
  quantiles: { type: "array", items: { type: "number", exclusiveMinimum: 0, exclusiveMaximum: 1 }, minItems: 1 },
  prime: MUSIC,
  melody: MUSIC,
  include: { type: "array", items: { type: "string", enum: ["wav", "svg"] } },
  file: { type: "string", format: "binary" },
  timestamp_granularities: { type: "array", items: { type: "string", enum: GRANULARITIES } },
  stop: { oneOf: [{ type: "string" }, { type: "array", items: { type: "string" } }] },
  stream_options: { type: "object", properties: { include_usage: { type: "boolean" } } },
  logit_bias: { type: "object", additionalProperties: { type: "number", minimum: -100, maximum: 100 } },
  session: { type: "string", pattern: "^[A-Za-z0-9_.-]{1,64}$" },
};

/** Describes endpoints as an OpenAPI 3.1 document. */
export function describeInterface(endpoints: readonly Described[]): object {
  const paths = endpoints.map(({ method, path, summary, fields }) => [path, {
    [method.toLowerCase()]: {
      summary,
      ...path.includes("{") &&
        { parameters: [{ name: "model", in: "path", required: true, schema: { type: "string" } }] },
      ...fields && "file" in fields && { parameters: parametersOf(path, fields) },
      ...fields && { requestBody: { required: true, content: contentOf(bodiesOf(path, fields)) } },
      responses: {
        200: { description: "The answer.", content: contentOf(ANSWERS[path]) },
        default: { description: "An error.", content: contentOf({ "application/json": ERROR }) },
      },
    },
  }]);
  return {
    openapi: "3.1.0",
    info: { title: "Elman", version: "1", description: "Models trained with Elman." },
    components: {
      schemas: { CompletionEvent: COMPLETION_EVENT, TranscriptEvent: TRANSCRIPT_EVENT },
      securitySchemes: { key: { type: "http", scheme: "bearer" } },
    },
    security: [{}, { key: [] }],
    paths: Object.fromEntries(paths),
  };
}

function contentOf(schemas: Readonly<Record<string, object>>): object {
  return Object.fromEntries(Object.entries(schemas).map(([type, schema]) => [type, { schema }]));
}

/** Returns the schemas of bodies by type: a file may come alone, with the other fields in the address. */
function bodiesOf(path: string, fields: Readonly<Record<string, Field>>): Readonly<Record<string, object>> {
  const all = bodyOf(path, fields);
  return "file" in fields
    ? { "multipart/form-data": all, "audio/wav": schemaOf(path, "file", fields.file) }
    : { "application/json": all };
}

function parametersOf(path: string, fields: Readonly<Record<string, Field>>): object[] {
  return Object.entries(fields).filter(([name]) => name !== "file").map(([name, field]) => ({
    name,
    in: "query",
    description: `With a body of the type audio/wav: ${field.help}`,
    schema: schemaOf(path, name, field),
  }));
}

function bodyOf(path: string, fields: Readonly<Record<string, Field>>): object {
  const required = Object.entries(fields).filter(([, field]) => field.default === undefined).map(([name]) => name);
  const properties = Object.entries(fields).map(([name, field]) => {
    const schema = schemaOf(path, name, field);
    // Null stands for the default. Forms have no nulls.
    return [name, field.default === undefined || "file" in fields ? schema : orNull(schema)];
  });
  return { type: "object", additionalProperties: false, required, properties: Object.fromEntries(properties) };
}

function schemaOf(path: string, name: string, field: Field): JSONSchema {
  const { kind, help, default: value, choices, min, max, above } = field;
  const shape = kind === "custom"
    ? SHAPES[`${path} ${name}`] ?? SHAPES[name]
    : choices === undefined
    ? { type: kind }
    : { type: "string", enum: choices };
  return {
    ...shape,
    description: help,
    ...min !== undefined && { minimum: min },
    ...max !== undefined && { maximum: max },
    ...above !== undefined && { exclusiveMinimum: above },
    ...value !== null && value !== undefined && { default: value },
  };
}
