// Transcripts are what the library gives for the same sound, in OpenAI's forms.

import { assertEquals } from "@std/assert";
import { CharTokenizer, SoundProcessor, SpeechRecognizer } from "../../../mod.ts";
import { readWav, writeWav } from "../../../tasks/data/audio/mod.ts";
import { ModelServer } from "../../../tasks/serving/mod.ts";
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
  const verbose = { task: "transcribe", duration: 0.6, text: expected.text, words: expected.words };
  assertEquals(await send(form({ response_format: "verbose_json" })), [200, verbose]);
  assertEquals(await send(file, WAV, "?response_format=verbose_json&model=tones"), [200, verbose]);
  const plain = await server.fetch(
    new Request(URL_OF_PATH, { method: "POST", body: form({ response_format: "text" }) }),
  );
  assertEquals([plain.headers.get("content-type"), await plain.text()], [
    "text/plain; charset=utf-8",
    `${expected.text}\n`,
  ]);
});

Deno.test("what is no sound is refused with the field", async () => {
  const cases: [BodyInit, HeadersInit, number, string | null][] = [
    [form({}, null), {}, 400, "file"],
    [form({}, new Uint8Array(9)), {}, 400, "file"],
    [form({}, file.slice(0, 60)), {}, 400, "file"],
    [form({ file: "a" }, null), {}, 400, "file"],
    [form({ beam: "0" }), {}, 400, "beam"],
    [form({ beam: "many" }), {}, 400, "beam"],
    [form({ response_format: "srt" }), {}, 400, "response_format"],
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
});
