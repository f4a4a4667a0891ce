// Composed music is what the library gives for the same seed, in every form.

import { assert, assertEquals, assertMatch, assertNotEquals, assertStringIncludes } from "@std/assert";
import { type Composition, MusicModel, PipelineTokenizer, presets } from "../../../mod.ts";
import {
  readABC,
  readMIDI,
  type Score,
  scoreToEvents,
  textToTune,
  tuneToScore,
  tuneToText,
  writeMIDI,
} from "../../../tasks/data/music/mod.ts";
import { ModelServer, type RequestRecord } from "../../../tasks/serving/mod.ts";
import { expectDescribed, post } from "../../support/serving.ts";
import { stepTokenizer, TUNE_TOKENIZER } from "../music/made_music.ts";

const [COMPOSE, HARMONIZE] = ["/v1/music/compositions", "/v1/music/harmonies"];
const TUNE = "X:1\nM:3/4\nL:1/8\nK:G\nG2 A2 B2|c2 B2 A2|]\n";

const tunes = MusicModel.create({ tokenizer: TUNE_TOKENIZER, embed: 8, hidden: 12 });
const rolls = MusicModel.create({ tokenizer: await stepTokenizer(50, 70), embed: 8, hidden: 12 });
/** A note after ten minutes, in its 34th bar. */
const SLOW: Score = {
  meter: "3/4",
  tempo: 10,
  division: 1,
  tracks: [{ program: 0, notes: [{ pitch: 60, start: 100, duration: 1, velocity: 80 }] }],
};
const SCORES = [tuneToScore(readABC(TUNE).tunes[0]), SLOW].map((score) => scoreToEvents(score).text);
const events = MusicModel.create({
  tokenizer: await PipelineTokenizer.train(SCORES, presets.events()),
  embed: 8,
  hidden: 12,
});
const server = new ModelServer({ tunes, rolls, events }, { maxBars: 20, maxRunning: 4, maxPromptTokens: 60 });

interface Answer {
  readonly model: string;
  readonly seed: number;
  readonly warnings?: readonly string[];
  readonly data: readonly {
    readonly key?: string;
    readonly meter?: string;
    readonly bars: number;
    readonly log_probability: number;
    readonly abc?: string;
    readonly roll?: number[][];
    readonly midi: string;
    readonly wav?: string;
    readonly svg?: string;
  }[];
  readonly error: { readonly message: string; readonly param: string | null };
}

/** Returns the status and the answer, after comparing it with its description. */
async function ask(body: object, path = COMPOSE): Promise<[number, Answer]> {
  const response = await server.fetch(post(path, body));
  const answer = await response.json();
  expectDescribed(path, "POST", response.status, response.headers.get("content-type")!, answer);
  return [response.status, answer];
}

/** Returns the type and the bytes of an answer that is a file. */
async function file(body: object): Promise<[string, Uint8Array]> {
  const response = await server.fetch(post(COMPOSE, body));
  assertEquals(response.status, 200);
  return [response.headers.get("content-type")!, new Uint8Array(await response.arrayBuffer())];
}

const abcText = (abc: string): string => tuneToText(readABC(abc).tunes[0]);
const ownText = ({ text }: Composition): string => tuneToText(textToTune(text).tune);

Deno.test("tunes are those of the library for the seed, with their ABC and MIDI", async () => {
  const asked = { key: "D", meter: "6/8", bars: 3, temperature: 1.2, seed: 7 };
  const found = await tunes.compose({ ...asked, topP: 0.9, topK: 20, mostRepeats: 2, count: 2 });
  const [status, { model, seed, data }] = await ask({
    ...asked,
    model: "tunes",
    top_p: 0.9,
    top_k: 20,
    most_repeats: 2,
    n: 2,
  });
  assertEquals([status, model, seed, data.length], [200, "tunes", 7, 2]);
  for (const [i, { key, meter, bars, log_probability, abc, midi }] of data.entries()) {
    assertEquals([key, meter, bars, log_probability], ["D", "6/8", 3, found[i].logProbability]);
    assertEquals(abcText(abc!), ownText(found[i]));
    const score = tuneToScore(textToTune(found[i].text).tune);
    assertEquals(Uint8Array.fromBase64(midi), await writeMIDI(score));
  }
});

Deno.test("the metrics count the tokens of composed music as the log does", async () => {
  const records: RequestRecord[] = [];
  const own = new ModelServer({ tunes }, { log: (record) => records.push(record) });
  await own.fetch(post(COMPOSE, { bars: 2, seed: 1 }));
  const [{ tokens }] = await tunes.compose({ bars: 2, seed: 1 });
  assertEquals(records.map(({ completionTokens }) => completionTokens), [tokens]);
  const metrics = await (await own.fetch(new Request("http://example.com/metrics"))).text();
  assertStringIncludes(metrics, `elman_tokens_total{model="tunes",kind="completion"} ${tokens}\n`);
});

Deno.test("a file of any form is the answer that JSON has", async () => {
  const asked = { model: "tunes", key: "C", meter: "4/4", bars: 2, seed: 3 };
  const [, { data: [{ midi, wav, svg, abc }] }] = await ask({ ...asked, include: ["wav", "svg"] });
  assertMatch(svg!, /^<svg /);
  assertEquals(new TextDecoder().decode(Uint8Array.fromBase64(wav!).subarray(0, 4)), "RIFF");
  const text = (value: string) => new TextEncoder().encode(value);
  const expected: [string, string, Uint8Array][] = [
    ["midi", "audio/midi", Uint8Array.fromBase64(midi)],
    ["wav", "audio/wav", Uint8Array.fromBase64(wav!)],
    ["svg", "image/svg+xml", text(svg!)],
    ["abc", "text/vnd.abc; charset=utf-8", text(abc!)],
  ];
  for (const [form, type, bytes] of expected) {
    assertEquals(await file({ ...asked, response_format: form }), [type, bytes]);
    expectDescribed(COMPOSE, "POST", 200, type, "");
  }
});

Deno.test("without a seed, an answer tells the one that was drawn", async () => {
  const asked = { model: "tunes", bars: 2 };
  const [, first] = await ask(asked);
  const [, second] = await ask(asked);
  assertNotEquals(first.seed, second.seed);
  assertEquals((await ask({ ...asked, seed: first.seed }))[1], first);
});

Deno.test("tunes and piano rolls go on from ABC, JSON and MIDI", async () => {
  const [, { data: [{ key, meter, abc }] }] = await ask({ model: "tunes", prime: TUNE, bars: 4, seed: 1 });
  assertEquals([key, meter], ["G", "3/4"]);
  assert(abcText(abc!).includes("@4 G2 A2 B2 | @3 c2 B2 A2 |"), abc);

  const roll = [[50, 60], [], [62]];
  const [one, ...others] = await Promise.all(
    [roll, JSON.stringify(roll), JSON.stringify([roll]), JSON.stringify({ test: [roll] })].map(async (prime) =>
      (await ask({ model: "rolls", prime, bars: 6, seed: 2 }))[1]
    ),
  );
  assertEquals(one.data[0].roll!.slice(0, 3), roll);
  assertEquals([one.data[0].roll!.length, one.data[0].bars], [6, 6]);
  for (const other of others) assertEquals(other, one);
  const [{ text }] = await rolls.compose({ prime: "50 60 . . 62 .", bars: 6, seed: 2 });
  assertEquals(one.data[0].roll!.map((pitches) => [...pitches, "."].join(" ")).join(" "), text);

  const [, { data: [again] }] = await ask({ model: "rolls", prime: one.data[0].midi, bars: 9, seed: 2 });
  assertEquals(again.roll!.slice(0, 3), roll);
  const [, { warnings }] = await ask({ model: "rolls", prime: "[[[50, 200], [60]]]", bars: 3 });
  assertMatch(warnings!.join(), /^prime: pitches .*200$/);
});

Deno.test("a model of events composes MIDI", async () => {
  const score = tuneToScore(readABC(TUNE).tunes[0]);
  const prime = (await writeMIDI(score)).toBase64();
  const [, { data: [{ bars, midi, abc, roll }] }] = await ask({ model: "events", prime, bars: 3, seed: 1 });
  assertEquals([bars, abc, roll], [3, undefined, undefined]);
  const read = await readMIDI(Uint8Array.fromBase64(midi));
  assertEquals(read.score.meter, "3/4");
});

Deno.test("harmonies are those of the library", async () => {
  const melody = [[60], [62], [], [65]];
  const options = { voices: 3, seed: 4, temperature: 0.8 };
  const { text, logProbability } = await rolls.harmonize(melody, { ...options, bestOf: 6 });
  const [status, { data: [found] }] = await ask({ ...options, model: "rolls", melody, best_of: 6 }, HARMONIZE);
  assertEquals([status, found.bars, found.log_probability], [200, 4, logProbability]);
  assertEquals(found.roll!.map((pitches) => [...pitches, "."].join(" ")).join(" "), text);
});

Deno.test("what is impossible is refused with the field", async () => {
  const far = { meter: "4/4", tempo: 100, division: 1, tracks: [{ program: 0, notes: [late(2 ** 26)] }] };
  const cases: [object, string | null, string?][] = [
    [{ key: "H" }, "key"],
    [{ meter: "17/16" }, "meter"],
    [{ bars: 0 }, "bars"],
    [{ bars: 21 }, "bars"],
    [{ bars: 2, prime: TUNE }, "prime"],
    [{ prime: "no tune" }, "prime"],
    [{ prime: "[[60]]" }, "prime"],
    [{ prime: [["60"]] }, "prime"],
    [{ prime: `X:1\nM:3/4\nL:1/8\nK:G\n${"G2 A2 B2|".repeat(15)}`, bars: 20 }, "prime"],
    [{ n: 5 }, "n"],
    [{ n: 2, response_format: "wav" }, "n"],
    [{ response_format: "mp3" }, "response_format"],
    [{ include: ["mp3"] }, "include"],
    [{ top_p: -0.1 }, "top_p"],
    [{ color: 1 }, null],
    [{ model: "rolls", key: "D", bars: 5 }, "key"],
    [{ model: "rolls" }, "bars"],
    [{ model: "rolls", bars: 5, prime: [[10]] }, "prime"],
    [{ model: "rolls", bars: 5, prime: "TVRoZAAA" }, "prime"],
    [{ model: "rolls", bars: 5, prime: "TVRoZ=A" }, "prime"],
    [{ model: "rolls", bars: 5, prime: (await writeMIDI(far)).toBase64() }, "prime"],
    [{ model: "tunes", melody: [[60]] }, "model", HARMONIZE],
    [{ model: "rolls", melody: [[60, 62]] }, "melody", HARMONIZE],
    [{ model: "rolls", melody: [[20]] }, "melody", HARMONIZE],
    [{ model: "rolls", melody: Array(21).fill([60]) }, "melody", HARMONIZE],
    [{ model: "rolls" }, "melody", HARMONIZE],
  ];
  for (const [body, param, path] of cases) {
    const [status, { error }] = await ask({ model: "tunes", ...body }, path);
    assertEquals([status, error?.param], [400, param], JSON.stringify(body).slice(0, 100));
    assertEquals(error.message.includes("\n"), false);
  }
  assertEquals((await ask({ model: "none" }))[0], 404);
  assertEquals((await ask({ bars: 1 }))[1].error.param, "model");
});

Deno.test("composing ends when the client goes away, and frees its places", async () => {
  const gone = new AbortController();
  const long = new ModelServer({ rolls }, { maxBars: 10_000, maxRunning: 2, maxQueue: 0 });
  const asked = post(COMPOSE, { bars: 10_000, n: 2 }, { signal: gone.signal });
  const answer = long.fetch(asked);
  await new Promise((resolve) => setTimeout(resolve, 60));
  const full = await long.fetch(post(COMPOSE, { bars: 1 }));
  assertEquals([full.status, full.headers.has("retry-after")], [429, true]);
  await full.body?.cancel();
  gone.abort();
  assertEquals((await answer).status, 499);
  assertEquals((await long.fetch(post(COMPOSE, { bars: 1 }))).status, 200);
  await long.shutDown();
});

Deno.test("four requests for music with its sound run at a time, beside others", async () => {
  const gone = new AbortController();
  const long = new ModelServer({ rolls }, { maxBars: 10_000, maxQueue: 0 });
  const sound = (signal?: AbortSignal) =>
    long.fetch(post(COMPOSE, { bars: 10_000, include: ["wav"] }, signal ? { signal } : {}));
  const running = Array.from({ length: 4 }, () => sound(gone.signal));
  const [refused, other] = await Promise.all([sound(), long.fetch(post(COMPOSE, { bars: 1 }))]);
  assertEquals([refused.status, other.status], [429, 200]);
  gone.abort();
  assertEquals((await Promise.all(running)).map(({ status }) => status), Array(4).fill(499));
  assertEquals((await long.fetch(post(COMPOSE, { bars: 1, response_format: "wav" }))).status, 200);
  await long.shutDown();
});

Deno.test("a sound that would last too long is refused", async () => {
  const prime = (await writeMIDI(SLOW)).toBase64();
  const long = new ModelServer({ events });
  const response = await long.fetch(post(COMPOSE, { prime, bars: 35, response_format: "wav", temperature: 0 }));
  assertEquals([response.status, (await response.json()).error.param], [400, "response_format"]);
  // Each of the two lasts less than ten minutes, both of them last longer.
  const shorter = (await writeMIDI({ ...SLOW, tracks: [{ program: 0, notes: [late(67)] }] })).toBase64();
  const both = await long.fetch(post(COMPOSE, { prime: shorter, bars: 24, n: 2, include: ["wav"], temperature: 0 }));
  const { error } = await both.json();
  assertEquals([both.status, error.param], [400, "include"]);
  assertMatch(
    error.message,
    /^play music: expected at most 600 s of sound, found \d+ s; ask for fewer pieces or bars$/,
  );
});

Deno.test("a melody may be ABC, and the track with it is named", async () => {
  const abc = "X:1\nM:2/4\nL:1/4\nK:C\nV:S\n{a}EF|]\nV:B\nC2|]\n";
  const [status, { data: [{ roll }], warnings }] = await ask({ model: "rolls", melody: abc, best_of: 2 }, HARMONIZE);
  assertEquals([status, roll!.map((pitches) => pitches.at(-1))], [200, [64, 64, 65, 65]]);
  assertEquals(warnings, ["Melody: voice 1 of 2.", "melody: grace notes: 1, in line 6, column 1"]);
});

function late(start: number): { pitch: number; start: number; duration: number; velocity: number } {
  return { pitch: 60, start, duration: 1, velocity: 80 };
}
