// A sound that is transcribed in slices has the transcript of the whole.

import { assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { CharTokenizer, SoundProcessor, SpeechRecognizer, type SpeechRecognizerOptions } from "../../../mod.ts";
import { eachBatch, readSounds } from "../../../tasks/speech/batches.ts";
import { textsOf, transcribePatiently } from "../../../tasks/speech/patient_transcription.ts";
import { readInSlices } from "../../../tasks/speech/reading_in_slices.ts";
import { Breather, pausing } from "../../../src/train/mod.ts";
import { CELLS } from "../../../src/nn/mod.ts";
import { RATE, speak } from "./tones.ts";

const { sound } = speak("lmhhmlhmllmhhmlhmllmhhmlhml");
const pause = (): Promise<void> => Promise.resolve();

async function recognizer(options: Partial<SpeechRecognizerOptions>): Promise<SpeechRecognizer> {
  const processor = await SoundProcessor.fit([], { rate: RATE, bands: 6, stack: 1, normalization: "running" });
  const tokenizer = CharTokenizer.train("lmh ");
  return SpeechRecognizer.create({ processor, tokenizer, hidden: 5, layers: 2, seed: 4, ...options });
}

for (const cell of CELLS) {
  for (const bidirectional of [false, true]) {
    const name = `${cell}, ${bidirectional ? "two directions" : "one direction"}`;
    Deno.test(`slices have the log-probabilities of the whole: ${name}`, async () => {
      const model = await recognizer({ cell, bidirectional, layerNorm: true, conv: bidirectional ? 4 : null });
      const { network, processor } = model;
      const inputs = await processor.encode(sound);
      const sounds = [{ length: inputs.length, inputs: () => inputs }];
      const [{ scores: whole }] = await Array.fromAsync(readSounds(network, sounds, processor.width));
      const slices = await readInSlices(network, inputs, pause);
      assertEquals([slices.frames, slices.classes], [whole.frames, whole.classes]);
      whole.values.forEach((value, i) => assertAlmostEquals(slices.values[i], value, 1e-5));
    });
  }
}

Deno.test("a transcript in slices is that of the whole, greedily and in a beam, at any rate", async () => {
  const samples = Float32Array.from({ length: 2 * sound.samples.length }, (_, i) => sound.samples[i >> 1]);
  const faster = { samples, rate: 2 * RATE };
  const model = await recognizer({ bidirectional: true });
  for (const options of [{}, { beam: 4, nBest: 2 }]) {
    const whole = await model.transcribe(faster, options);
    assertEquals(await transcribePatiently(model, faster, options, pause), whole);
  }
  const none = { samples: new Float32Array(10), rate: RATE };
  assertEquals((await transcribePatiently(model, none, {}, pause)).text, "");
});

Deno.test("the parts of a text are the text, as it is heard or word by word", async () => {
  for (const bidirectional of [false, true]) {
    const model = await recognizer({ bidirectional });
    const { text } = await model.transcribe(sound);
    const parts = await Array.fromAsync(textsOf(model, sound, {}, pause));
    assertEquals(parts.join(""), text);
    assertEquals((await Array.fromAsync(textsOf(model, sound, { beam: 3 }, pause))).join("").length > 0, true);
  }
});

Deno.test("other work goes on between slices, and an error of the pause ends them", async () => {
  const model = await recognizer({ bidirectional: true, hidden: 64 });
  const long = { samples: new Float32Array(60 * RATE), rate: RATE };
  const controller = new AbortController();
  let turns = 0;
  const timer = setInterval(() => {
    if (++turns < 3) return;
    clearInterval(timer);
    controller.abort(new RangeError("enough"));
  }, 0);
  const breather = new Breather(5);
  const patiently = pausing({ signal: controller.signal, pause: () => breather.breathe() });
  await assertRejects(() => transcribePatiently(model, long, {}, patiently), RangeError, "enough");
  assertEquals(turns, 3);
});

Deno.test("other work goes on during the search in one sound, and a signal ends it", async () => {
  const model = await recognizer({ bidirectional: true });
  const long = { samples: new Float32Array(20 * RATE), rate: RATE };
  const controller = new AbortController();
  let turns = 0;
  const timer = setInterval(() => {
    if (++turns === 3) controller.abort(new RangeError("enough"));
  }, 0);
  const options = { beam: 300, prune: 100, signal: controller.signal };
  await assertRejects(() => model.evaluate([{ sound: long, text: "l" }], options), RangeError, "enough");
  clearInterval(timer);
});

Deno.test("sounds of more than five minutes are read in slices, and the others in batches", async () => {
  const model = await recognizer({ bidirectional: true });
  const { network, processor } = model;
  const forward = network.forward.bind(network);
  const read: number[][] = [];
  network.forward = (inputs, lengths) => {
    read.push([...lengths]);
    return forward(inputs, lengths);
  };
  const inputsOf = (length: number) => {
    const frames = Float32Array.from({ length: length * processor.width }, (_, i) => Math.sin(i * i));
    return { length, inputs: () => ({ frames, length }) };
  };
  const [short, long] = [inputsOf(9999), inputsOf(10_000)];
  const found = await Array.fromAsync(readSounds(network, [short, long], processor.width));
  const [alone] = await Array.fromAsync(readSounds(network, [short], processor.width));
  assertEquals(read, [[9999], [9999]]);
  assertEquals(found.map(({ place }) => place), [1, 0]);
  assertEquals(found[0].scores, await readInSlices(network, long.inputs(), pause));
  assertEquals(found[1].scores, alone.scores);
  // A validation does the same.
  const logits = await Array.fromAsync(
    eachBatch(network, [long, short], processor.width, ({ places, lengths, logits }) => {
      return { places, lengths: [...lengths], values: logits.toArray() };
    }),
  );
  assertEquals(read.length, 3);
  assertEquals(logits.map(({ places, lengths }) => [...places, ...lengths]), [[1, 9999], [0, 10_000]]);
  assertEquals(logits[1].values, found[0].scores.values);
});

Deno.test("samples of minutes that arrive together are read in parts", async () => {
  const model = await recognizer({ bidirectional: false });
  const read = model.network.read.bind(model.network);
  const frames: number[] = [];
  model.network.read = (inputs, carried) => {
    frames.push(inputs.shape[0]);
    return read(inputs, carried);
  };
  using transcriber = await model.listen();
  const text = transcriber.push(new Float32Array(25 * RATE)) + transcriber.end();
  assertEquals(text, (await model.transcribe({ samples: new Float32Array(25 * RATE), rate: RATE })).text);
  assertEquals(frames, [998, 1000, 500]);
});
