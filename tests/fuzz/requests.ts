import { assertEquals } from "@std/assert";
import {
  CharTokenizer,
  Forecaster,
  MusicModel,
  SoundProcessor,
  SpeechRecognizer,
  Translator,
  VectorClassifier,
} from "../../mod.ts";
import { writeWav } from "../../tasks/data/audio/mod.ts";
import { vectorSequence } from "../../tasks/data/mod.ts";
import { FrameProcessor } from "../../tasks/mod.ts";
import { ModelServer, type ServeOptions } from "../../tasks/serving/mod.ts";
import { stepTokenizer } from "../tasks/music/made_music.ts";
import { TEXT, untrainedClassifier, untrainedModel } from "../support/serving.ts";
import { sendOverConnection, type Unanswered } from "./connections.ts";

/** Fields with values that are right, and values that are wrong for most fields. */
const FIELDS: Readonly<Record<string, readonly unknown[]>> = {
  model: ["lm", "lm", "none"],
  prompt: ["the", "", ["a", "t"], TEXT.slice(0, 300), TEXT, "ß", [1, 2], [[0], [3, 4]], [999]],
  input: ["the", ["a", "the"], ["a", ""], TEXT, [1, 2, null], [null], [{ target: [1, 2] }], [{
    start: "x",
    target: [],
  }]],
  frames: [[[1, 2], [3, 4]], [[[1, 2]], [[5, 6], [7, 8]]], [[1]], [[1, 2, 3]]],
  quantiles: [[0.5], [0.1, 0.9], [0.9, 0.1]],
  prime: [[[60, 64], []], "[[60]]", "", "X:1\nK:C\nCDE|", "TVRoZAAAAAYAAAABAGBNVHJr", [[128]]],
  melody: [[[60], [62], []], "[[64]]", [[60, 62]], "TVRoZAAAAAYAAAABAGBNVHJr"],
  bars: [1, 5, 21],
  key: ["C"],
  voices: [1, 3],
  most_repeats: [1, 2],
  steps_per_quarter: [1, 24],
  response_format: ["json", "midi", "wav", "abc", "svg"],
  include: [["wav"], ["svg"], []],
  beam: [1, 5, 65],
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
/** The path to which sounds are sent, in forms. */
const SOUNDS = "/v1/audio/transcriptions";
const PATHS = [
  "/v1/completions",
  "/v1/classify",
  "/v1/forecast",
  "/v1/translate",
  "/v1/music/compositions",
  "/v1/music/harmonies",
  SOUNDS,
  "/v1/models",
  "/metrics",
  "/openapi.json",
  "/%00",
  "/",
];
/** The field that requests to a path have most often, unless it is `input`. */
const OWN: Readonly<Record<string, string>> = {
  "/v1/completions": "prompt",
  "/v1/music/compositions": "prime",
  "/v1/music/harmonies": "melody",
};
/** Fields of forms, as `FIELDS`. */
const FORM: Readonly<Record<string, readonly string[]>> = {
  model: ["speech", "lm"],
  response_format: ["json", "text", "verbose_json", "srt", "vtt", "x"],
  stream: ["true", "true", "false", "1"],
  beam: ["1", "5", "0", "x"],
  "timestamp_granularities[]": ["word", "segment", ""],
  language: ["en"],
  file: ["RIFF"],
  ["__proto__"]: ["1"],
};
const ENCODER = new TextEncoder();
const TYPES = ["application/json; charset=utf-8", "text/plain", "", "application/jsonx"];

/** Seconds within which every request must have its answer, not counting those in which this process was suspended. */
const PATIENCE = 20;

/** A source of random numbers from [0, 1). */
export type Random = () => number;

/** A request as a client would make it. */
export interface FuzzedRequest {
  readonly method: string;
  readonly path: string;
  readonly type: string;
  readonly body: Uint8Array<ArrayBuffer> | undefined;
}

/** A server, and the port at which it is reached. */
export interface Target {
  readonly server: ModelServer;
  readonly port: number;
}

/** How many requests had which status, or none. */
export type Statuses = Record<string, number>;

/** Makes a server of small models whose limits the requests reach, unless others are given. */
export async function fuzzedServer(limits: ServeOptions = {}): Promise<ModelServer> {
  const translator = Translator.create({ sourceTokenizer: CharTokenizer.train(TEXT), embed: 4, hidden: 4 });
  const names = { targetName: "value", knownNames: [], observedNames: [], staticNames: [] };
  const data = {
    series: [{ id: "a", values: Float64Array.from({ length: 40 }, (_, t) => t % 7) }],
    period: 7,
    ...names,
  };
  const sales = Forecaster.create({ data, horizon: 2, hidden: 4 });
  const sequences = [[[0, 1], [1, 0]], [[1, 1]]].map((frames, i) => vectorSequence(frames, { label: "ab"[i] }));
  const processor = FrameProcessor.fit(sequences, { kind: "values" });
  const gestures = VectorClassifier.create({ processor, labels: ["a", "b"], hidden: 4 });
  const sounds = await SoundProcessor.fit([], { bands: 4, normalization: "running" });
  const shape = { hidden: 4, bidirectional: false };
  const speech = SpeechRecognizer.create({ processor: sounds, tokenizer: CharTokenizer.train("abc "), ...shape });
  const music = MusicModel.create({ tokenizer: await stepTokenizer(55, 70), embed: 4, hidden: 4 });
  const models = { music, speech, lm: untrainedModel(), reviews: untrainedClassifier(), translator, sales, gestures };
  return new ModelServer(models, {
    maxBody: 1000,
    maxSound: 8000,
    maxPromptTokens: 400,
    maxBars: 70,
    maxRunning: 4,
    maxQueue: 1,
    maxSessions: 1,
    ...limits,
  });
}

/** Expects that a server soon has no text to generate and no request that waits. */
export async function expectIdle(server: ModelServer): Promise<void> {
  const idle = ["elman_running_texts 0", "elman_waiting_requests 0"];
  let counts: string[] = [];
  for (let waits = 0; waits < 500 && counts.join() !== idle.join(); waits++) {
    // A server hears that a client has gone a little later.
    await new Promise((resolve) => setTimeout(resolve, waits));
    const metrics = await (await server.fetch(new Request("http://example.com/metrics"))).text();
    counts = metrics.match(/^elman_(?:running|waiting)_\w+ .*/gm) ?? [];
  }
  assertEquals(counts, idle);
}

/** The requests of each kind by status. */
export type Outcome = Readonly<Record<"calls" | "connections", Statuses>>;

/**
 * Sends random requests, several at a time, two thirds as calls of `fetch` and a third over connections: wrong fields,
 * damaged JSON, odd headers, bodies in chunks, clients that go away early. Throws `RangeError` if an answer does not
 * come, has the status 500 or is incomplete.
 */
export async function sendRequests(target: Target, random: Random, count: number): Promise<Outcome> {
  const outcome: Outcome = { calls: {}, connections: {} };
  let left = count;
  const client = async (): Promise<void> => {
    while (left-- > 0) {
      const kind = random() < 1 / 3 ? "connections" : "calls";
      const status = await sendOne(target, random, kind);
      outcome[kind][status] = (outcome[kind][status] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: 16 }, client));
  return outcome;
}

async function sendOne(target: Target, random: Random, kind: keyof Outcome): Promise<number | Unanswered> {
  const request = makeRequest(random);
  const asked = { random, leaves: random() < 0.15 };
  const name = `${request.method} ${request.path} ${new TextDecoder().decode(request.body)}`;
  const late = Promise.withResolvers<never>();
  let waited = 0;
  const timer = setInterval(() => {
    if (++waited === PATIENCE) late.reject(new RangeError(`expected an answer, found none: ${name}`));
  }, 1000);
  try {
    const answer = kind === "calls"
      ? callFetch(target.server, request, asked)
      : sendOverConnection(target.port, request, asked);
    const status = await Promise.race([answer, late.promise]);
    if (status === 500) throw new RangeError(`expected no fault, found one: ${name}`);
    return status;
  } catch (error) {
    throw new RangeError(`expected an answer to ${name}, found none`, { cause: error });
  } finally {
    clearInterval(timer);
  }
}

async function callFetch(
  server: ModelServer,
  { method, path, type, body }: FuzzedRequest,
  { random, leaves }: { readonly random: Random; readonly leaves: boolean },
): Promise<number> {
  const gone = new AbortController();
  if (leaves) setTimeout(() => gone.abort(), random() * 10);
  const reads = random() < 0.9;
  const init = { method, headers: { "content-type": type }, signal: gone.signal };
  const sent = body && random() < 0.3 ? inChunks(body, random) : body;
  const response = await server.fetch(new Request(`http://example.com${path}`, { ...init, body: sent }));
  if (method === "HEAD") await expectNoBody(response);
  else if (reads) await expectWhole(response);
  else await response.body?.cancel();
  return response.status;
}

async function expectNoBody(response: Response): Promise<void> {
  const text = await response.text();
  if (text !== "") throw new RangeError(`expected no body of a HEAD request, found ${text}`);
}

/** Reads an answer to its end. An error must be one of OpenAI's form, a stream must end with [DONE] or an error. */
async function expectWhole(response: Response): Promise<void> {
  const text = await response.text();
  if (response.status >= 400 && typeof JSON.parse(text).error.message !== "string") throw new RangeError(text);
  if (!response.headers.get("content-type")?.startsWith("text/event-stream")) return;
  const last = text.split("\n\n").at(-2);
  const isEnd = last === "data: [DONE]" || /"error"|"transcript\.text\.done"/.test(last ?? "");
  if (!isEnd) throw new RangeError(`expected an end, found ${last}`);
}

function makeRequest(random: Random): FuzzedRequest {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)];
  const path = random() < 0.7 ? PATHS[0] : pick(PATHS);
  if (path === SOUNDS) return makeForm(random);
  const own = path === "/v1/classify" ? pick(["input", "frames"]) : OWN[path] ?? "input";
  const names = Object.keys(FIELDS).filter((name) => name === own || random() < (own === "prompt" ? 0.12 : 0.01));
  const fields = names.map((name) => [name, random() < 0.05 ? pick(WRONG) : pick(FIELDS[name])]);
  let body = new TextEncoder().encode(JSON.stringify(Object.fromEntries(fields)));
  if (random() < 0.05) body = damaged(body, random);
  const type = random() < 0.05 ? pick(TYPES) : "application/json";
  const method = random() < 0.05 ? pick(["GET", "PUT", "OPTIONS", "HEAD"]) : path.startsWith("/v1/") ? "POST" : "GET";
  return { path, method, type, body: method === "GET" || method === "HEAD" ? undefined : body };
}

/** Makes a request with a form of a sound and some other fields. */
function makeForm(random: Random): FuzzedRequest {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)];
  const part = (head: string, content: Uint8Array): Uint8Array =>
    Uint8Array.from([...ENCODER.encode(`--b\r\nContent-Disposition: form-data; ${head}\r\n\r\n`), ...content, 13, 10]);
  const samples = Float32Array.from({ length: pick([10, 800, 2000, 5000]) }, () => random() - 0.5);
  const sound = writeWav({ samples, rate: pick([8000, 16_000]) });
  const names = Object.keys(FORM).filter(() => random() < 0.2);
  const parts = names.map((name) => part(`name="${name}"`, ENCODER.encode(pick(FORM[name]))));
  if (random() < 0.95) parts.push(part('name="file"; filename="a.wav"', sound));
  let body = Uint8Array.from([...parts.flatMap((own) => [...own]), ...ENCODER.encode("--b--\r\n")]);
  if (random() < 0.1) body = damaged(body, random);
  return { path: SOUNDS, method: "POST", type: "multipart/form-data; boundary=b", body };
}

/** Replaces a byte by something that JSON or UTF-8 does not permit there. */
function damaged(body: Uint8Array, random: Random): Uint8Array<ArrayBuffer> {
  const at = Math.floor(random() * body.length);
  const texts = ["", "}", '"', "[".repeat(3000), "\\u12", "\uFEFF", '"a":1,', "1e999"];
  const wrong = random() < 0.2 ? [0xc3] : new TextEncoder().encode(texts[Math.floor(random() * texts.length)]);
  return Uint8Array.from([...body.subarray(0, at), ...wrong, ...body.subarray(at + 1)]);
}

/** A body in chunks, of which some come late; now and then it breaks off. */
function inChunks(bytes: Uint8Array, random: Random): ReadableStream<Uint8Array> {
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
