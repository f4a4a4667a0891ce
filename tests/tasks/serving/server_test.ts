// What a server refuses, and what it does when a client goes away or too many come.

import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { ResourceError } from "../../../errors.ts";
import { ModelServer, type RequestRecord, type ServeOptions } from "../../../tasks/serving/mod.ts";
import { ask, post, stream, TEXT, untrainedClassifier, untrainedModel } from "../../support/serving.ts";

/** A number of tokens that takes far longer than the test. */
const ENDLESS = 1e9;

const model = untrainedModel();
const make = (options: ServeOptions = {}): ModelServer =>
  new ModelServer({ lm: model }, { maxNewTokens: ENDLESS, ...options });

/** Returns a number of the metrics. */
async function metric(server: ModelServer, name: string, key = ""): Promise<number> {
  const headers = { authorization: `Bearer ${key}` };
  const text = await (await server.fetch(new Request("http://example.com/metrics", { headers }))).text();
  return Number(text.split("\n").find((line) => line.startsWith(`${name} `))?.slice(name.length));
}

Deno.test("wrong requests are refused with a status, a code and the field", async () => {
  const server = make({ maxBody: 2000, maxPromptTokens: 50, maxNewTokens: 100, maxRunning: 4 });
  const cases: [unknown, number, string | null][] = [
    ["{", 400, null],
    ["[]", 400, null],
    ['"a"', 400, null],
    [{ prompt: 1 }, 400, "prompt"],
    [{ prompt: [] }, 400, "prompt"],
    [{ prompt: "ß" }, 400, "prompt"],
    [{ prompt: TEXT.slice(0, 60) }, 400, "prompt"],
    [{ prompt: "x".repeat(3000) }, 413, null],
    [{ prompt: "a", model: "other" }, 404, "model"],
    [{ prompt: "a", max_tokens: 101 }, 400, "max_tokens"],
    [{ prompt: "a", max_tokens: -1 }, 400, "max_tokens"],
    [{ prompt: "a", temperature: "hot" }, 400, "temperature"],
    [{ prompt: "a", top_p: -0.1 }, 400, "top_p"],
    [{ prompt: "a", repetition_penalty: 1e-10 }, 400, "repetition_penalty"],
    [{ prompt: "a", n: 5 }, 400, "n"],
    [{ prompt: "a", n: 2, best_of: 1 }, 400, "best_of"],
    [{ prompt: "a", best_of: 2, stream: true }, 400, "best_of"],
    [{ prompt: "a", stream_options: { include_usage: true } }, 400, "stream_options"],
    [{ prompt: "a", stop: [""] }, 400, "stop"],
    [{ prompt: "a", logit_bias: { 99999: 1 } }, 400, "logit_bias"],
    [{ prompt: "a", unknown: "drop" }, 400, "unknown"],
    [{ prompt: "a", logit_bias: { e: 1 } }, 400, "logit_bias"],
    [{ prompt: "a", logit_bias: { "01": 1 } }, 400, "logit_bias"],
    [{ prompt: "a", seed: -1 }, 400, "seed"],
    [{ prompt: "a", seed: 2 ** 53 }, 400, "seed"],
    [{ prompt: "a", seed: 2 ** 53 - 1, n: 2 }, 400, "seed"],
    [{ prompt: "a", logprobs: 1, echo: true, session: "s" }, 400, "logprobs"],
    [{ prompt: ["a", "t"], session: "s" }, 400, "session"],
    [{ prompt: "a", session: "../s" }, 400, "session"],
    [{ prompt: "a", colour: 1 }, 400, null],
  ];
  for (const [body, status, param] of cases) {
    const [found, { error }] = await ask(server, body);
    assertEquals([found, error.param, error.type], [status, param, "invalid_request_error"], JSON.stringify(body));
    assert(String(error.message).length < 1010);
  }
  assertEquals(await metric(server, "elman_running_texts"), 0);
});

Deno.test("a server that keeps no sessions refuses them", async () => {
  const server = make({ maxSessions: 0 });
  const [status, { error }] = await ask(server, { prompt: "a", max_tokens: 1, session: "s" });
  assertEquals([status, error.param], [400, "session"]);
  assertEquals(error.message, "serve: expected no session, since this server keeps none, found one");
  assertEquals((await ask(server, { prompt: "a", max_tokens: 1 }))[0], 200);
});

Deno.test("a body with an encoding is refused, and names of models are escaped in the metrics", async () => {
  const server = new ModelServer({ 'a"\\\n': model });
  const asked = { prompt: "a", max_tokens: 1 };
  for (const [encoding, status] of [["gzip", 415], ["identity", 200]] as const) {
    const headers = { "content-encoding": encoding };
    const response = await server.fetch(post("/v1/completions", asked, { headers }));
    assertEquals([encoding, response.status], [encoding, status]);
    await response.body?.cancel();
  }
  const text = await (await server.fetch(new Request("http://example.com/metrics"))).text();
  assertStringIncludes(text, 'elman_tokens_total{model="a\\"\\\\\\n",kind="completion"} 1\n');
});

Deno.test("a model has an address of its own", async () => {
  const server = new ModelServer({ "a b": model });
  const get = async (path: string) => await server.fetch(new Request(`http://example.com/v1/models${path}`));
  const { data: [listed] } = await (await get("")).json();
  const found = await get("/a%20b");
  assertEquals([found.status, await found.json()], [200, listed]);
  for (const path of ["/b", "/a%20b/c", "/%E0%A4%A"]) assertEquals((await get(path)).status, 404, path);
  assertEquals((await (await get("/b")).json()).error.code, "model_not_found");
});

Deno.test("HEAD has the headers of GET, and no body", async () => {
  const server = make();
  for (const path of ["/", "/health", "/v1/models", "/v1/models/lm", "/openapi.json", "/v1/models/none"]) {
    const [get, head] = await Promise.all(
      ["GET", "HEAD"].map((method) => server.fetch(new Request(`http://example.com${path}`, { method }))),
    );
    const body = await get.bytes();
    const expected = [...get.headers, ["content-length", String(body.length)]].sort();
    assertEquals([head.status, head.body, [...head.headers].sort()], [get.status, null, expected]);
  }
  const { status, headers } = await server.fetch(new Request("http://example.com/v1/completions", { method: "HEAD" }));
  assertEquals([status, headers.get("allow")], [405, "POST"]);
});

Deno.test("other paths, methods, types and tasks are refused", async () => {
  const server = make();
  const status = async (path: string, init?: RequestInit) =>
    (await server.fetch(new Request(`http://example.com${path}`, init))).status;
  const { error } = await (await server.fetch(post("/v1/translate", { input: "a" }))).json();
  assertEquals(error.message, "serve: expected a translator among the models, found none");
  assertEquals(await status("/v1/other"), 404);
  assertEquals(await status("/v1/completions"), 405);
  assertEquals(await status("/v1/completions", { method: "POST", body: '{"prompt":"a"}' }), 415);
  assertEquals(await status("/v1/completions", { method: "OPTIONS" }), 405);
  for (const path of ["/", "/health", "/openapi.json", "/metrics", "/v1/models"]) assertEquals(await status(path), 200);
});

Deno.test("a key is asked for where the models are used", async () => {
  const server = make({ apiKey: "secret" });
  const status = async (key: string) =>
    (await server.fetch(post("/v1/completions", { prompt: "a" }, { headers: { authorization: `Bearer ${key}` } })))
      .status;
  assertEquals([await status("secret"), await status("secre"), await status("")], [200, 401, 401]);
  const refused = await server.fetch(new Request("http://example.com/metrics"));
  const { error: { type, code } } = await refused.json();
  assertEquals([refused.status, type, code], [401, "invalid_request_error", "invalid_api_key"]);
  assertEquals((await server.fetch(new Request("http://example.com/health"))).status, 200);
});

Deno.test("pages of other sites may read answers only if their origin is named", async () => {
  const origin = async (options: ServeOptions) =>
    (await make(options).fetch(post("/v1/completions", { prompt: "a" }))).headers.get("access-control-allow-origin");
  assertEquals(await origin({}), null);
  for (const cors of ["*", "https://example.com", "https://example.com:8443", "tauri://localhost"]) {
    assertEquals(await origin({ cors }), cors);
  }
  const wrong = [
    "",
    "null",
    "example.com",
    "https://example.com/",
    "HTTPS://example.com",
    "https://a\n",
    "https://ä.de",
  ];
  for (const cors of wrong) assertThrows(() => make({ cors }), RangeError, "serve: expected cors to be * or an origin");
});

Deno.test("a client that goes away frees its place, whether it waits for a whole answer or reads a stream", async () => {
  const records: RequestRecord[] = [];
  const server = make({ maxRunning: 1, log: (record) => records.push(record) });
  const endless = { prompt: "the", max_tokens: ENDLESS };
  const gone = new AbortController();
  const whole = server.fetch(post("/v1/completions", endless, { signal: gone.signal }));
  setTimeout(() => gone.abort(), 20);
  assertEquals((await whole).status, 499);
  assertEquals(await metric(server, "elman_running_texts"), 0);

  const streamed = await server.fetch(post("/v1/completions", { ...endless, stream: true }));
  const reader = streamed.body!.getReader();
  await reader.read();
  assertEquals(await metric(server, "elman_running_texts"), 1);
  await reader.cancel();
  assertEquals((await ask(server, { prompt: "a", max_tokens: 1 }))[0], 200);
  assertEquals(
    records.filter(({ status }) => status === 499).map(({ completionTokens }) => completionTokens! < ENDLESS),
    [
      true,
      true,
    ],
  );
});

Deno.test("requests wait in order; those beyond the queue, or that wait too long, are told to try again", async () => {
  const server = make({ maxRunning: 2, maxQueue: 3, queueTimeout: 5 });
  const answers = await Promise.all(
    Array.from({ length: 9 }, (_, i) => server.fetch(post("/v1/completions", { prompt: "a", n: 1 + i % 2 }))),
  );
  const statuses = answers.map(({ status }) => status);
  assertEquals(statuses.filter((status) => status === 200).length, 4);
  assertEquals(statuses.filter((status) => status === 429).length, 5);
  assert(answers.every(({ status, headers }) => status === 200 || Number(headers.get("retry-after")) > 0));

  const slow = make({ maxRunning: 1, queueTimeout: 0.02 });
  const first = await slow.fetch(post("/v1/completions", { prompt: "a", max_tokens: ENDLESS, stream: true }));
  assertEquals((await ask(slow, { prompt: "a" }))[0], 429);
  await first.body!.cancel();
  assertEquals((await ask(slow, { prompt: "a" }))[0], 200);
});

Deno.test("a request that takes too long ends with an error, also within a stream", async () => {
  const server = make({ requestTimeout: 0.03 });
  const [status, { error }] = await ask(server, { prompt: "a", max_tokens: ENDLESS });
  assertEquals([status, error.code], [504, "timeout"]);
  const streamed = await server.fetch(post("/v1/completions", { prompt: "a", max_tokens: ENDLESS, stream: true }));
  assertStringIncludes((await streamed.text()).split("\n\n").at(-2)!, '"code":"timeout"');
});

Deno.test("a server that shuts down finishes what runs and refuses the rest", async () => {
  const server = make();
  const running = stream(server, { prompt: "a", max_tokens: 50 });
  await new Promise((resolve) => setTimeout(resolve, 5));
  const closed = server.shutDown();
  const [status, { error }] = await ask(server, { prompt: "a" });
  assertEquals([status, error.code], [503, "shutting_down"]);
  assertEquals((await running).at(-1)!.choices[0].finish_reason, "length");
  await closed;
});

Deno.test("a log that throws disturbs neither whole answers nor streams nor a shutdown", async () => {
  const server = make({
    log: () => {
      throw new RangeError("write to standard output: ENOSPC: no space left on device");
    },
  });
  assertEquals((await ask(server, { prompt: "a", max_tokens: 2 }))[0], 200);
  const running = stream(server, { prompt: "a", max_tokens: 50 });
  await new Promise((resolve) => setTimeout(resolve, 5));
  const closed = server.shutDown();
  assertEquals((await running).at(-1)!.choices[0].finish_reason, "length");
  await closed;
});

Deno.test("a fault of the program or of its surroundings is answered without its details, and logged", async () => {
  for (const fault of [new RangeError("a fault in /etc/models"), new ResourceError("found none: /etc/models")]) {
    const records: RequestRecord[] = [];
    const broken = untrainedModel();
    const server = new ModelServer({ lm: broken }, { log: (record) => records.push(record) });
    Object.defineProperty(broken, "tokenizer", {
      get: () => {
        throw fault;
      },
    });
    const [status, { error }] = await ask(server, { prompt: "a" });
    assertEquals([status, error.type], [500, "server_error"]);
    assertEquals(String(error.message).includes("/etc"), false);
    assertEquals(records.map(({ error }) => error), [fault.message]);
  }
});

Deno.test("a refusal costs little and says little, however long the names in the request are", async () => {
  const server = make({ maxBody: 4_000_000 });
  const start = performance.now();
  for (const body of [{ ["x".repeat(3_000_000)]: 1 }, { prompt: "a", model: " ".repeat(300_000) }]) {
    const [status, { error }] = await ask(server, body);
    assert(status === 400 || status === 404);
    assert(String(error.message).length < 500);
  }
  assert(performance.now() - start < 3000);
});

Deno.test("what a model refuses while it generates has the same error in a stream as in a whole answer", async () => {
  const records: RequestRecord[] = [];
  const diverged = untrainedModel();
  for (const parameter of diverged.network.parameters()) parameter.assign(new Array(parameter.size).fill(NaN));
  const server = new ModelServer({ lm: diverged }, { log: (record) => records.push(record) });
  const [status, { error }] = await ask(server, { prompt: "a" });
  assertEquals([status, error.type], [400, "invalid_request_error"]);
  assertStringIncludes(String(error.message), "expected finite logits");
  const events = await (await server.fetch(post("/v1/completions", { prompt: "a", stream: true }))).text();
  assertEquals(JSON.parse(events.slice("data: ".length)), { error });
  assertEquals(records.map((record) => [record.status, record.error]), Array(2).fill([400, error.message]));
});

Deno.test("a classifier is served beside a language model, each under its name", async () => {
  const classifier = untrainedClassifier();
  const server = new ModelServer({ lm: model, reviews: classifier });
  const [status, { data }] = await ask(server, { input: ["the", "a"] }, "/v1/classify");
  const expected = await classifier.classify(["the", "a"]);
  assertEquals([status, data.map(({ label }) => label)], [200, expected.map(({ label }) => label)]);
  assertEquals((await ask(server, { input: "the", model: "lm" }, "/v1/classify"))[0], 404);
  assertEquals((await ask(server, { input: "" }, "/v1/classify"))[0], 400);
  assertEquals((await ask(server, { input: "a" }, "/v1/translate"))[0], 400);
  const models = await (await server.fetch(new Request("http://example.com/v1/models"))).json();
  assertEquals(models.data.map(({ id }: { id: string }) => id), ["lm", "reviews"]);
});

Deno.test("a server refuses models and options that it does not know", () => {
  assertThrows(() => new ModelServer({}), RangeError, "at least one model");
  // @ts-expect-error Not a model.
  assertThrows(() => new ModelServer({ a: 1 }), TypeError, "expected a to be one of language model");
  assertThrows(() => make({ maxRunning: 0 }), RangeError, "maxRunning");
  // @ts-expect-error Not an option.
  assertThrows(() => make({ port: 1 }), TypeError, "port");
});
