import type { ModelServer } from "../../tasks/serving/mod.ts";
import { TEXT } from "../support/serving.ts";

/** Fields with values that are right, and values that are wrong for most fields. */
const FIELDS: Readonly<Record<string, readonly unknown[]>> = {
  model: ["lm", "none"],
  prompt: ["the", "", ["a", "t"], TEXT.slice(0, 300), TEXT, "ß"],
  input: ["the", ["a", ""]],
  max_tokens: [0, 1, 5, 30],
  temperature: [0, 0.5, 1, 100],
  top_p: [0.1, 1, 1e-9],
  n: [1, 2, 5],
  best_of: [1, 3],
  stop: ["e", [], ["a", "t"]],
  seed: [0, 7, 2 ** 53 - 1],
  stream: [true, false],
  stream_options: [{ include_usage: true }],
  logprobs: [0, 2, 20],
  echo: [true, false],
  logit_bias: [{ 1: 100 }, { 1: -100, 2: 5 }, { 999: 1 }],
  presence_penalty: [-2, 0, 2],
  frequency_penalty: [-2, 2],
  session: ["a", "b"],
  top_k: [0, 1, 1000],
  min_p: [0, 1],
  typical_p: [0.01, 1],
  repetition_penalty: [1e-9, 1, 100],
};
const WRONG: readonly unknown[] = [null, -1, 1e308, 0.5, "", "x", [], {}, [[]], [null], true, "\u0000", "\ud800", {
  a: 1,
}];
const PATHS = [
  "/v1/completions",
  "/v1/classify",
  "/v1/translate",
  "/v1/models",
  "/metrics",
  "/openapi.json",
  "/%00",
  "/",
];
const TYPES = ["application/json; charset=utf-8", "text/plain", "", "application/jsonx"];

/** Milliseconds within which every request must have its answer. */
const PATIENCE = 20_000;

/** A source of random numbers from [0, 1). */
type Random = () => number;

/** How many requests had which status. A text that a client did not wait for has none. */
export type Statuses = Record<string, number>;

/**
 * Sends random requests, several at a time: wrong fields, damaged JSON, bodies in chunks, clients that go away early.
 * Throws `RangeError` if an answer does not come, has the status 500 or is no JSON where it must be.
 */
export async function sendRequests(server: ModelServer, random: Random, count: number): Promise<Statuses> {
  const statuses: Statuses = {};
  const together = 16;
  for (let sent = 0; sent < count; sent += together) {
    const some = Array.from({ length: Math.min(together, count - sent) }, () => sendOne(server, random));
    for (const status of await Promise.all(some)) statuses[status] = (statuses[status] ?? 0) + 1;
  }
  return statuses;
}

async function sendOne(server: ModelServer, random: Random): Promise<number> {
  const { path, init, body } = makeRequest(random);
  const gone = new AbortController();
  const leaves = random() < 0.15;
  if (leaves) setTimeout(() => gone.abort(), random() * 10);
  const reads = random() < 0.9;
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new RangeError(`expected an answer, found none: ${body}`)), PATIENCE);
  try {
    const request = new Request(`http://example.com${path}`, { ...init, signal: gone.signal });
    const response = await Promise.race([server.fetch(request), late.promise]);
    if (response.status === 500) throw new RangeError(`expected no fault, found one: ${body}`);
    if (reads) await Promise.race([expectWhole(response), late.promise]);
    else await response.body?.cancel();
    return response.status;
  } finally {
    clearTimeout(timer);
  }
}

/** Reads an answer to its end. An error must be one of OpenAI's form, a stream must end with [DONE] or an error. */
async function expectWhole(response: Response): Promise<void> {
  const text = await response.text();
  if (response.status >= 400 && typeof JSON.parse(text).error.message !== "string") throw new RangeError(text);
  if (!response.headers.get("content-type")?.startsWith("text/event-stream")) return;
  const last = text.split("\n\n").at(-2);
  if (last !== "data: [DONE]" && !last?.includes('"error"')) throw new RangeError(`expected an end, found ${last}`);
}

function makeRequest(random: Random): { path: string; init: RequestInit; body: string } {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)];
  const path = random() < 0.8 ? PATHS[0] : pick(PATHS);
  const names = Object.keys(FIELDS).filter((name) => name === "prompt" || random() < 0.12);
  const fields = names.map((name) => [name, random() < 0.05 ? pick(WRONG) : pick(FIELDS[name])]);
  let body = JSON.stringify(Object.fromEntries(fields));
  if (random() < 0.05) {
    const at = Math.floor(random() * body.length);
    body = body.slice(0, at) + pick(["", "}", '"', "[".repeat(3000), "\\u12"]) + body.slice(at + 1);
  }
  const headers = { "content-type": random() < 0.05 ? pick(TYPES) : "application/json" };
  const method = random() < 0.05 ? pick(["GET", "PUT", "OPTIONS", "HEAD"]) : "POST";
  if (method === "GET" || method === "HEAD") return { path, init: { method, headers }, body };
  return { path, init: { method, headers, body: random() < 0.3 ? inChunks(body, random) : body }, body };
}

/** A body in chunks, of which some come late; now and then it breaks off. */
function inChunks(body: string, random: Random): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(body);
  const size = 1 + Math.floor(random() * bytes.length);
  const end = random() < 0.1 ? bytes.length / 2 : bytes.length;
  let at = 0;
  return new ReadableStream({
    pull: async (controller) => {
      if (random() < 0.2) await new Promise((resolve) => setTimeout(resolve, 1));
      if (at < end) controller.enqueue(bytes.slice(at, at += size));
      else if (end < bytes.length) controller.error(new TypeError("the connection broke"));
      else controller.close();
    },
  });
}
