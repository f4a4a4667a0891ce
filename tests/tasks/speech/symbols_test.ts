import { assert, assertEquals } from "@std/assert";
import { complete } from "../../../src/schema/mod.ts";
import { SoundProcessor, SpeechRecognizer, type Utterance } from "../../../tasks/speech/mod.ts";
import { makeTokenizer, SPEECH_PLAN } from "../../../tasks/speech/speech_plan.ts";
import { labelsOf } from "../../../tasks/speech/corpus.ts";
import { PipelineTokenizer, postProcessors, presets, WordTokenizer } from "../../../tokenizers/mod.ts";
import { RATE, speak } from "./tones.ts";

/** Utterances of two words: each letter of a text is a tone, and a space a low one that is not written otherwise. */
const UTTERANCES: readonly Utterance[] = ["hm l", "l hm", "l m", "m l", "m l hm", "hm l m"].map((text) => ({
  ...speak(text.replaceAll(" ", "")),
  text,
}));
const NO_CHANGE = { speed: 0, bandMasks: 0, timeMasks: 0, noise: 0, gain: 0 };

for (const [tokenizer, conv, deltas] of [["word", null, false], ["bpe", null, true], ["char", 3, false]] as const) {
  const more = conv === null ? "" : " with a convolution in front";
  Deno.test(`a recognizer writes ${tokenizer} symbols${more}, with the times of words, and loads as it was`, async () => {
    const plan = complete(SPEECH_PLAN, { tokenizer, ...tokenizer === "bpe" && { vocabSize: 262 } }, "test");
    const symbols = await makeTokenizer(plan, { train: UTTERANCES });
    const options = { rate: RATE, bands: 12, stack: 2, deltas };
    const processor = await SoundProcessor.fit(UTTERANCES.map(({ sound }) => sound), options);
    const size = { hidden: 16, layers: 1, dropout: 0, conv };
    const model = SpeechRecognizer.create({ processor, tokenizer: symbols, ...size });
    await model.fit(UTTERANCES, { epochs: tokenizer === "bpe" ? 160 : 90, batch: 3, learningRate: 0.02, ...NO_CHANGE });
    const { wer, transcripts } = await model.evaluate(UTTERANCES);
    assertEquals(wer, 0, transcripts.map(({ text }) => text).join(", "));
    const { words, text } = transcripts[0];
    assertEquals([text, words.map(({ word }) => word)], ["hm l", ["hm", "l"]]);
    assert(words[0].end <= words[1].start + 0.05 && words[1].end <= 0.46, JSON.stringify(words));
    const loaded = await SpeechRecognizer.load(model.toFiles());
    assertEquals((await loaded.transcribe(UTTERANCES[3].sound)).text, "m l");
  });
}

Deno.test("what a tokenizer puts around a text is not said", async () => {
  const plain = await PipelineTokenizer.train(["hm l\n"], presets.wordpiece({}));
  const [cls, sep] = [0, 1].map((id): [string, number] => [plain.decode([id]), id]);
  const around = plain.with({ postProcessor: new postProcessors.BERT({ cls, sep }) });
  assertEquals(labelsOf(around, "hm l"), labelsOf(plain, "hm l"));
  const words = WordTokenizer.train("hm l\n");
  assertEquals(words.decode(labelsOf(words, "hm l").map((label) => label - 1)), "hm l");
});
