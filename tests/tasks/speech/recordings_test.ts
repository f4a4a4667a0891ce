// Sounds that do not fit into memory are read again for each batch, and everything is as if they did.

import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Recording, Sound } from "../../../tasks/data/audio/mod.ts";
import { SPEECH_PROGRAM } from "../../../tasks/speech/program.ts";
import { makeTokenizer, readSpeechData, SPEECH_PLAN } from "../../../tasks/speech/speech_plan.ts";
import { type SpeechCorpus, SpeechRecognizer } from "../../../tasks/speech/mod.ts";
import { SoundProcessor } from "../../../tasks/speech/sound_processor.ts";
import { complete } from "../../../src/schema/mod.ts";
import { inTempDir } from "../../support/command.ts";
import { wavFile } from "../../support/wav_file.ts";
import { RATE, UTTERANCES } from "./tones.ts";

/** Bytes of a GiB, and of the samples and features of a second at 8 bands. */
const [GIB, SECOND] = [2 ** 30, 4 * RATE + 4 * 8 * 3 * 100];

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  await inTempDir(async (folder) => {
    for (const [i, { sound: { samples }, text }] of UTTERANCES.entries()) {
      // One has another rate.
      const rate = i === 3 ? 2 * RATE : RATE;
      await Deno.writeFile(`${folder}/${i}.wav`, wavFile({ channels: [samples], rate, encoding: "integer 16" }));
      await Deno.writeTextFile(`${folder}/${i}.txt`, text);
    }
    await body(folder);
  });
}

const isKept = ({ sound }: { readonly sound: Sound | Recording }): boolean => "samples" in sound;

/** Trains a recognizer on a folder with sounds of some seconds in memory. Returns its losses, its bytes and figures. */
async function train(folder: string, seconds: number) {
  const given = { data: folder, rate: RATE, bands: 8, validFraction: 0.25, maxMemory: seconds * SECOND / GIB };
  const plan = complete(SPEECH_PLAN, given, "test");
  const { data: { corpus }, notes } = await readSpeechData(plan);
  const sounds = corpus.train.map(({ sound }) => sound);
  const processor = await SoundProcessor.fit(sounds, { rate: RATE, bands: 8, normalization: "data" });
  const model = SpeechRecognizer.create({
    ...{ processor, tokenizer: await makeTokenizer(plan, corpus) },
    ...{ hidden: 4, layers: 1 },
  });
  const losses: unknown[] = [];
  for await (const event of model.fit(corpus, { epochs: 2, batch: 2 })) losses.push(event.loss);
  const { transcripts } = await model.evaluate(corpus.valid!);
  return { corpus, notes, model, found: [losses, model.toBytes(), transcripts] };
}

Deno.test("recordings train the same model as sounds in memory, to the bit", async () => {
  await inFolder(async (folder) => {
    const whole = await train(folder, 60);
    assert([...whole.corpus.train, ...whole.corpus.valid!].every(isKept));
    assertEquals(whole.notes.slice(1), [`1 utterance of other rates is resampled to ${RATE} Hz.`]);
    const evaluation = complete(SPEECH_PROGRAM.evaluation, { data: folder }, "test");
    const { lines } = await SPEECH_PROGRAM.evaluate(whole.model, evaluation);
    assertEquals(lines[0], `1 utterance of other rates is resampled to ${RATE} Hz.`);
    for (const [seconds, kept] of [[0.001, 0], [1.5, 2]]) {
      const read = await train(folder, seconds);
      assertEquals([...read.corpus.train, ...read.corpus.valid!].filter(isKept).length, kept);
      const note = `${8 - kept} utterances beyond ${seconds * SECOND / GIB} GiB of memory will be read again`;
      assert(read.notes[2].startsWith(note), read.notes[2]);
      assertEquals(read.found, whole.found);
    }
  });
});

Deno.test("a run on recordings resumes one on sounds in memory, and a changed file is named", async () => {
  await inFolder(async (folder) => {
    const { model, corpus } = await train(folder, 0.001);
    await inTempDir(async (directory) => {
      const settings = { epochs: 4, batch: 2, directory };
      const inMemory: SpeechCorpus = {
        train: await Promise.all(corpus.train.map(async ({ sound, text }) => ({ sound: await read(sound), text }))),
        valid: corpus.valid,
      };
      const stop = new AbortController();
      const fit = model.fit(inMemory, { ...settings, signal: stop.signal });
      await assertRejects(
        async () => {
          for await (const { event } of fit) if (event === "epoch") stop.abort(new RangeError("stopped"));
        },
        RangeError,
        "stopped",
      );
      const resumed = await SpeechRecognizer.load(directory);
      await resumed.fit(corpus, { resume: directory });
      await Deno.writeFile(
        `${folder}/${5}.wav`,
        wavFile({ channels: [new Float32Array(80)], rate: RATE, encoding: "integer 16" }),
      );
      await assertRejects(
        () => resumed.fit(corpus, { epochs: 1 }),
        RangeError,
        `read ${folder}/5.wav: expected 3600 samples as when it was first read, found 80`,
      );
    });
  });
});

async function read(sound: Sound | Recording): Promise<Sound> {
  return "read" in sound ? await sound.read() : sound;
}
