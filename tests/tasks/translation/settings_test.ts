import { assert, assertEquals, assertThrows } from "@std/assert";
import { Random } from "../../../src/nn/mod.ts";
import { type ParallelCorpus, splitPairs, Translator, type TranslatorSettings, WordTokenizer } from "../../../mod.ts";
import { completeSettings as completeBy } from "../../../src/train/mod.ts";
import { SETTINGS, subwordsFor } from "../../../tasks/translation/hyperparameters.ts";

const completeSettings = (given: Partial<TranslatorSettings>): TranslatorSettings => completeBy(SETTINGS, given);

Deno.test("training defaults are those that work best on small corpora", () => {
  const { learningRate, schedule, warmup, averaging, clipNorm } = completeSettings({});
  assertEquals([learningRate, schedule, warmup, averaging, clipNorm], [0.004, "cosine", 300, 0.999, 1]);
});

Deno.test("defaults follow the number of training pairs, up to 20,000", () => {
  const defaults: [pairs: number, batchTokens: number, averaging: number, epochs: number, subwords: number][] = [
    [29_000, 1000, 0.999, 10, 8000],
    [20_000, 1000, 0.999, 10, 8000],
    [12_000, 1000, 0.9983, 10, 8000],
    [5000, 417, 0.996, 10, 3333],
    [1000, 100, 0.98, 20, 1000],
    [270, 100, 0.9259, 40, 1000],
    [1, 100, 0.9, 40, 1000],
  ];
  for (const [pairs, ...expected] of defaults) {
    const { batchTokens, averaging, epochs } = completeBy(SETTINGS, {}, { pairs });
    assertEquals([batchTokens, averaging, epochs, subwordsFor({ pairs })], expected, `${pairs} pairs`);
  }
  const given = { batchTokens: 7, averaging: 0.5, epochs: 3 };
  const { batchTokens, averaging, epochs } = completeBy(SETTINGS, given, { pairs: 270 });
  assertEquals({ batchTokens, averaging, epochs }, given);
  assertEquals(completeBy(SETTINGS, { averageLast: 2 }, { pairs: 270 }).averaging, null);
});

/** Sentences of one to six words with their translations, word by word. */
function smallCorpus(): ParallelCorpus {
  const words = ["red rot", "blue blau", "dog hund", "cat katze", "one eins", "two zwei", "three drei", "and und"];
  const draws = new Random(3).uniform(300 * 7);
  const pairs = Array.from({ length: 300 }, (_, i) => {
    const length = 1 + Math.floor(6 * draws[7 * i]);
    const chosen = Array.from({ length }, (_, k) => words[Math.floor(8 * draws[7 * i + k + 1])].split(" "));
    const side = (at: number): string => chosen.map((word) => word[at]).join(" ");
    return { source: side(0), target: side(1) };
  });
  return splitPairs(pairs, { validFraction: 0.1 });
}

Deno.test("270 pairs suffice to learn a translation word by word, with the default settings", async () => {
  const corpus = smallCorpus();
  const tokenizer = (side: "source" | "target") =>
    WordTokenizer.train(corpus.train.map((pair) => pair[side] + "\n").join(""));
  const model = Translator.create({
    sourceTokenizer: tokenizer("source"),
    targetTokenizer: tokenizer("target"),
    embed: 32,
    hidden: 64,
  });
  assertEquals((await model.checkFit(corpus)).batchTokens, 100);
  const { epochs } = await model.fit(corpus);
  const { bleu } = await model.evaluate(corpus.valid!);
  assert(bleu > 85, `BLEU ${bleu} after ${epochs.length} epochs`);
});

Deno.test("the default learning rate depends on the optimizer", () => {
  const rateOf = (given: Parameters<typeof completeSettings>[0]) => completeSettings(given).learningRate;
  assertEquals(rateOf({ optimizer: "adamw" }), 0.004);
  assertEquals(rateOf({ optimizer: "sgd" }), 1);
  assertEquals(rateOf({ optimizer: "rmsprop" }), 0.002);
  assertEquals(rateOf({ learningRate: 0.01 }), 0.01);
});

Deno.test("averageLast replaces the moving average", () => {
  assertEquals(completeSettings({ averageLast: 3 }).averaging, null);
  assertEquals(completeSettings({ averaging: null, averageLast: null }).averaging, null);
});

Deno.test("errors for invalid settings name the setting", () => {
  for (const given of [{ labelSmoothing: 1.5 }, { mergeDropout: -1 }, { scheduledSampling: NaN }, { batchTokens: 0 }]) {
    assertThrows(() => completeSettings(given), RangeError, `expected ${Object.keys(given)[0]} to be`);
  }
});
