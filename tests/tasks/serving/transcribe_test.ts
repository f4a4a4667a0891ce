// Transcripts are what the library gives for the same sound, in OpenAI's forms.

import { assert, assertEquals, assertMatch } from "@std/assert";
import { CharTokenizer, SoundProcessor, SpeechRecognizer } from "../../../mod.ts";
import { readWav, writeWav } from "../../../tasks/data/audio/mod.ts";
import { ModelServer } from "../../../tasks/serving/mod.ts";
import { TRANSCRIPT_EVENT } from "../../../tasks/serving/answer_schemas.ts";
import { mismatches } from "../../support/json_schema.ts";
import { expectDescribed } from "../../support/serving.ts";
import { speak, UTTERANCES } from "../speech/tones.ts";

const PATH = "/v1/audio/transcriptions";
const URL_OF_PATH = `http://example.com${PATH}`;
const WAV = { "content-type": "audio/wav" };

const processor = await SoundProcessor.fit(UTTERANCES.map(({ sound }) => sound), { rate: 8000, bands: 12 });
const model = SpeechRecognizer.create({
  processor,
  tokenizer: CharTokenizer.train("lmh "),
  hidden: 8,
  layers: 1,
  seed: 4,
});
const server = new ModelServer({ tones: model }, { maxSound: 30_000 });
const file = writeWav(speak("hmlh").sound);
const expected = await model.transcribe(readWav(file));

/** Returns the status and the answer, after comparing it with its description. */
async function send(body: BodyInit, headers: HeadersInit = {}, query = ""): Promise<[number, Record<string, unknown>]> {
  const response = await server.fetch(new Request(URL_OF_PATH + query, { method: "POST", body, headers }));
  const answer = await response.json();
  expectDescribed(PATH, "POST", response.status, response.headers.get("content-type")!, answer);
  return [response.status, answer];
}

/** Makes a form with a file and other fields. */
function form(fields: Readonly<Record<string, string>>, bytes: Uint8Array<ArrayBuffer> | null = file): FormData {
  const made = new FormData();
  if (bytes) made.set("file", new File([bytes], "a.wav"));
  for (const [name, value] of Object.entries(fields)) made.set(name, value);
  return made;
}

Deno.test("a form and a body that is the sound alone give the library's transcript", async () => {
  assertEquals(expected.words.length > 0, true);
  assertEquals(await send(form({ model: "tones", language: "en", temperature: "0" })), [200, { text: expected.text }]);
  assertEquals(await send(file, WAV), [200, { text: expected.text }]);
  const { text } = await model.transcribe(readWav(file), { beam: 4 });
  assertEquals(await send(form({ beam: "4" })), [200, { text }]);
});

Deno.test("each form of a transcript has the same words and times", async () => {
  const { words } = expected;
  const [start, end] = [words[0].start, words.at(-1)!.end];
  const log = words.reduce((sum, { confidence }) => sum + Math.log(confidence), 0) / words.length;
  const segments = [{ id: 0, start, end, text: words.map(({ word }) => word).join(" "), avg_logprob: log }];
  const verbose = { task: "transcribe", duration: 0.6, text: expected.text };
  const ask = (fields: Readonly<Record<string, string>>) => send(form({ response_format: "verbose_json", ...fields }));
  assertEquals(await ask({}), [200, { ...verbose, words, segments }]);
  assertEquals(await ask({ "timestamp_granularities[]": "word", language: "en" }), [200, {
    ...verbose,
    language: "en",
    words,
  }]);
  assertEquals(await ask({ timestamp_granularities: "segment" }), [200, { ...verbose, segments }]);
  assertEquals(await send(file, WAV, "?response_format=verbose_json&model=tones"), [200, {
    ...verbose,
    words,
    segments,
  }]);
  const time = (seconds: number): string => `00:00:00,${`${Math.round(1000 * seconds)}`.padStart(3, "0")}`;
  const cue = `${time(start)} --> ${time(end)}\n${segments[0].text}\n\n`;
  for (
    const [format, type, content] of [
      ["text", "text/plain", `${expected.text}\n`],
      ["srt", "application/x-subrip", `1\n${cue}`],
      ["vtt", "text/vtt", `WEBVTT\n\n${cue.replaceAll(",", ".")}`],
    ]
  ) {
    const body = form({ response_format: format });
    const response = await server.fetch(new Request(URL_OF_PATH, { method: "POST", body }));
    const found = await response.text();
    assertEquals([response.headers.get("content-type"), found], [`${type}; charset=utf-8`, content]);
    expectDescribed(PATH, "POST", 200, type, found);
  }
});

Deno.test("a stream has the text in parts, then the whole, and frees its place if the client goes away", async () => {
  const request = () => new Request(URL_OF_PATH, { method: "POST", body: form({ stream: "true" }) });
  const answer = await (await server.fetch(request())).text();
  const events = answer.split("\n\n").slice(0, -1).map((event) => JSON.parse(event.slice("data: ".length)));
  assertEquals(events.flatMap((event) => mismatches(TRANSCRIPT_EVENT, event)), []);
  const deltas = events.slice(0, -1).map(({ delta }) => delta);
  assertEquals([deltas.join(""), events.at(-1)], [expected.text, {
    type: "transcript.text.done",
    text: expected.text,
  }]);

  const response = await server.fetch(request());
  await response.body!.cancel();
  const metrics = async () => await (await server.fetch(new Request("http://example.com/metrics"))).text();
  // The slice that runs ends first.
  for (let waits = 0; waits < 500 && !/^elman_running_texts 0$/m.test(await metrics()); waits++) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  assertMatch(await metrics(), /^elman_running_texts 0$/m);
});

Deno.test("what is no sound is refused with the field", async () => {
  const cases: [BodyInit, HeadersInit, number, string | null][] = [
    [form({}, null), {}, 400, "file"],
    [form({}, new Uint8Array(9)), {}, 400, "file"],
    [form({}, file.slice(0, 60)), {}, 400, "file"],
    // 14,000 samples that would be 1,120,000 at the rate of the model.
    [form({}, writeWav({ samples: new Float32Array(14_000), rate: 100 })), {}, 400, "file"],
    [form({ file: "a" }, null), {}, 400, "file"],
    [form({ beam: "0" }), {}, 400, "beam"],
    [form({ beam: "many" }), {}, 400, "beam"],
    [form({ response_format: "docx" }), {}, 400, "response_format"],
    [form({ response_format: "srt", stream: "true" }), {}, 400, "response_format"],
    [form({ stream: "yes" }), {}, 400, "stream"],
    [form({ "timestamp_granularities[]": "letter" }), {}, 400, "timestamp_granularities"],
    [form({ ["__proto__"]: "1" }), {}, 400, null],
    [form({ model: "other" }), {}, 404, "model"],
    [form({ colour: "1" }), {}, 400, null],
    ["{}", { "content-type": "application/json" }, 415, null],
    ["--", { "content-type": "multipart/form-data" }, 400, null],
    ["--x", { "content-type": "multipart/form-data; boundary=y" }, 400, null],
    [new Uint8Array(40_000), WAV, 413, null],
    [form({}), { origin: "http://other.example" }, 403, null],
  ];
  for (const [i, [body, headers, status, param]] of cases.entries()) {
    const [found, { error }] = await send(body, headers);
    assertEquals([found, (error as { readonly param: string }).param], [status, param], `case ${i}`);
  }
  assertEquals((await send(form({}), { origin: "http://example.com" }))[0], 200);
  // A proxy may have taken the request over HTTPS.
  assertEquals((await send(form({}), { origin: "https://example.com" }))[0], 200);
});

Deno.test("the samples of four sounds of the maximum size are held at a time, or those of more small ones", async () => {
  for (const query of ["", "?stream=true"]) {
    for (
      const [maxSound, expected] of [[file.length, [200, 200, 200, 200, 429, 429]], [4_000_000, Array(6).fill(200)]]
    ) {
      const busy = new ModelServer({ tones: model }, { maxSound: maxSound as number, maxQueue: 0 });
      const statuses = await Promise.all(Array.from({ length: 6 }, async () => {
        const response = await busy.fetch(
          new Request(URL_OF_PATH + query, { method: "POST", body: file, headers: WAV }),
        );
        await response.text();
        return response.status;
      }));
      assertEquals(statuses.sort(), expected);
    }
  }
});

Deno.test("a field that is given very often costs little", async () => {
  const start = performance.now();
  const granularities = "timestamp_granularities=word&".repeat(100_000);
  const [status, answer] = await send(file, WAV, `?${granularities}response_format=verbose_json`);
  assertEquals([status, "words" in answer, "segments" in answer], [200, true, false]);
  assert(performance.now() - start < 5000);
});
