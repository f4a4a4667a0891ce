import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { SoundProcessor, SpeechRecognizer } from "../../../tasks/speech/mod.ts";
import { SPEECH_PROGRAM } from "../../../tasks/speech/program.ts";
import { CharTokenizer } from "../../../tokenizers/mod.ts";
import { RATE, speak, UTTERANCES } from "./tones.ts";

const SOUNDS = UTTERANCES.map(({ sound }) => sound);
const SYMBOLS = CharTokenizer.train("lmh");

async function recognizer(options: { bidirectional: boolean; layerNorm?: boolean }): Promise<SpeechRecognizer> {
  const normalization = options.bidirectional ? "utterance" : "running";
  const processor = await SoundProcessor.fit(SOUNDS, { rate: RATE, bands: 12, normalization });
  const model = SpeechRecognizer.create({
    processor,
    tokenizer: SYMBOLS,
    hidden: 16,
    layers: 2,
    dropout: 0,
    ...options,
  });
  await model.fit(UTTERANCES, { epochs: 40, batch: 4, learningRate: 0.02, speed: 0.05, bandMasks: 1, timeMasks: 0 });
  return model;
}

const BOTH = await recognizer({ bidirectional: true, layerNorm: true });
const FORWARD = await recognizer({ bidirectional: false });

Deno.test("a recognizer learns to write tones, and says when each word is spoken", async () => {
  const { wer, cer, words, transcripts } = await BOTH.evaluate(UTTERANCES);
  assertEquals([wer, cer, words.length, transcripts[0].text], [0, 0, UTTERANCES.length, UTTERANCES[0].text]);
  const { text, words: [word] } = await BOTH.transcribe(speak("hmlh").sound);
  assertEquals([text, word.word], ["hmlh", "hmlh"]);
  assert(word.start < 0.15 && word.end > 0.45 && word.end <= 0.6 && word.confidence > 0.5, JSON.stringify(word));
});

Deno.test("a sound at another rate is resampled, and one without frames has no text", async () => {
  const { samples } = speak("lmh").sound;
  const twice = Float32Array.from({ length: 2 * samples.length }, (_, i) => samples[i >> 1]);
  assertEquals((await BOTH.transcribe({ samples: twice, rate: 2 * RATE })).text, "lmh");
  assertEquals(await BOTH.transcribe({ samples: new Float32Array(100), rate: RATE }), {
    text: "",
    words: [],
    logProbability: 0,
  });
});

Deno.test("a stream has the text of the whole sound, however it is cut", async () => {
  for (const said of ["hlhm", "mmhl", "lhmlhm"]) {
    const { sound } = speak(said);
    for (const search of [{}, { beam: 4, margin: 3 }, { beam: 4, lexicon: ["lhlhm", "hlhm", "mmhl", "lhmlhm"] }]) {
      const { text } = await FORWARD.transcribe(sound, search);
      for (const size of [1, 79, 80, 999, sound.samples.length]) {
        using transcriber = await FORWARD.listen(search);
        let found = "";
        for (let at = 0; at < sound.samples.length; at += size) {
          found += transcriber.push(sound.samples.subarray(at, at + size));
        }
        assertEquals(found + transcriber.end(), text, `${said} in parts of ${size}`);
      }
    }
  }
  await assertRejects(() => FORWARD.listen({ nBest: 2 }), RangeError, "expected nBest to be 1, found 2");
});

Deno.test("what is no sound is refused in one line, before it hangs, overflows or is taken for a sound", async () => {
  const samples = new Float32Array(400);
  const wrong: [sound: unknown, kind: ErrorConstructor, message: string][] = [
    [{ samples }, TypeError, 'a Float32Array and a rate, found {"samples":"a Float32Array"}'],
    ["a.wav", TypeError, 'expected a sound with samples in a Float32Array and a rate, found "a.wav"'],
    [{ samples: new Int16Array(400), rate: RATE }, TypeError, 'found {"samples":"an Int16Array","rate":8000}'],
    [{ read: () => Promise.reject(), rate: RATE }, TypeError, "expected a sound with samples"],
    ...[0, -RATE, NaN, Infinity, 8000.5, 5, 2e6].map((rate): [unknown, ErrorConstructor, string] => [
      ...[{ samples, rate }, RangeError] as const,
      `expected a whole sampling rate from 100 to 1000000 Hz, found ${rate}`,
    ]),
  ];
  for (const [sound, kind, message] of wrong) {
    for (const action of ["transcribe", "draw"] as const) {
      await assertRejects(() => BOTH[action](sound as never), kind, message);
    }
    await assertRejects(() => BOTH.processor.encode(sound as never), kind, message);
    assertThrows(() => BOTH.processor.framesOf(sound as never), kind, message);
    await assertRejects(() => BOTH.evaluate([{ sound, text: "l" } as never]), kind, "evaluate: ");
  }
  await assertRejects(() => BOTH.evaluate("a.tsv" as never), TypeError, 'expected a list of utterances, found "a.tsv"');
  using transcriber = await FORWARD.listen();
  for (const [part, found] of [[new Int16Array(9), "an Int16Array"], ["a.wav", '"a.wav"']] as const) {
    const message = `hear a sound: expected samples in a Float32Array, found ${found}`;
    assertThrows(() => transcriber.push(part as never), TypeError, message);
  }
});

Deno.test("a model that needs the whole sound refuses a stream", async () => {
  const message = "expected a model that hears a sound as it arrives, found one that ";
  await assertRejects(() => BOTH.listen(), RangeError, `${message}reads in both directions`);
  const processor = await SoundProcessor.fit(SOUNDS, { rate: RATE, bands: 12 });
  const model = SpeechRecognizer.create({ processor, tokenizer: SYMBOLS, hidden: 4, bidirectional: false });
  await assertRejects(() => model.listen(), RangeError, `${message}normalizes by the whole sound`);
  const other = "expected a model without normalization by the whole sound, found one with it";
  await assertRejects(() => processor.stream(), RangeError, other);
  const corpus = { train: UTTERANCES };
  const { lines } = SPEECH_PROGRAM.introduce(model, corpus, { corpus }, {} as never);
  assertEquals(lines, [
    "The model cannot write text while a sound arrives, since it normalizes by the whole sound.",
  ]);
  for (const each of [BOTH, FORWARD]) {
    assertEquals(SPEECH_PROGRAM.introduce(each, corpus, { corpus }, {} as never).lines, []);
  }
});

Deno.test("utterances with too few frames for their text are left out, and none is an error", async () => {
  const long = { sound: speak("l").sound, text: "lmhlmhlmhlmh" };
  const short = { sound: { samples: new Float32Array(100), rate: RATE }, text: "" };
  const report = await BOTH.fit([long, short, ...UTTERANCES], { epochs: 1 });
  assert(Number.isFinite(report.loss));
  const corpus = { train: [long, short, ...UTTERANCES] };
  assertEquals(SPEECH_PROGRAM.introduce(BOTH, corpus, { corpus }, {} as never).fields!.left_out, 2);
  const message = "expected an utterance with enough frames for its text, found none";
  for (const one of [long, short]) await assertRejects(() => BOTH.fit([one], { epochs: 1 }), RangeError, message);
  await assertRejects(
    () => BOTH.fit([], { epochs: 1 }),
    RangeError,
    "expected at least 1 training utterance, found none",
  );
  await assertRejects(() => BOTH.fit([{ ...long, text: "x" }], { epochs: 1 }), RangeError, '"x"');
  await assertRejects(() => BOTH.evaluate([]), RangeError, "expected at least 1 utterance, found none");
  assertThrows(() => SpeechRecognizer.create({ tokenizer: SYMBOLS } as never), TypeError, "expected a sound processor");
});

Deno.test("the times of frames are those of their samples, also at a rate of no whole samples in 10 ms", async () => {
  for (const [rate, shift] of [[16_000, 160], [11_025, 110], [22_050, 220]]) {
    const processor = await SoundProcessor.fit([], { rate, stack: 3 });
    const samples = 3600 * rate;
    const frames = processor.framesOf({ length: samples, rate, read: () => Promise.reject() });
    assertEquals(processor.frameSeconds, shift / rate * 3);
    assert(Math.abs(frames * processor.frameSeconds - 3600) < 0.06, `${rate}: ${frames * processor.frameSeconds}`);
  }
});

Deno.test("a sound processor is read as it was written, and other JSON is refused", async () => {
  const { processor } = FORWARD;
  const read = SoundProcessor.fromJSON(JSON.parse(JSON.stringify(processor)));
  const { sound } = speak("lm");
  assertEquals((await read.encode(sound)).frames, (await processor.encode(sound)).frames);
  const json = { ...processor.toJSON(), scale: [1] };
  assertThrows(() => SoundProcessor.fromJSON(json), RangeError, "expected the mean and the scale of 12 bands");
  assertThrows(() => SoundProcessor.fromJSON({ bands: 0 }), RangeError, "expected bands to be a whole number");
});
