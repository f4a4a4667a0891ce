import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { Classifier, PipelineTokenizer, presets } from "../../../mod.ts";
import type { Classification } from "../../../tasks/classification/answers.ts";
import { spansOf, weighSpans } from "../../../tasks/classification/explanation.ts";
import { mapMutations } from "../../../tasks/classification/mutations.ts";
import { weighOmissions } from "../../../tasks/classification/omission.ts";

function wordsOf(text: string): string[] {
  return spansOf(text).map(({ start, end }) => text.slice(start, end));
}

Deno.test("a word is a run of letters, and in scripts without spaces each character with its marks", () => {
  assertEquals(wordsOf("Don't, the 1,000 well-acted!!"), ["Don't", ",", "the", "1,000", "well-acted", "!!"]);
  assertEquals(wordsOf("我喜欢3D电影。"), ["我", "喜", "欢", "3D", "电", "影", "。"]);
  assertEquals(wordsOf("コーヒーが好き"), ["コー", "ヒー", "が", "好", "き"]);
  assertEquals(wordsOf("ดีมาก"), ["ดี", "ม", "า", "ก"]);
});

Deno.test("a token's weight goes to all words that it covers, or else to the one before it", () => {
  const weights = (text: string, offsets: [number, number][]): number[] =>
    weighSpans(text, spansOf(text, "dna"), offsets, offsets.map(() => 1)).map(({ weight }) => weight);
  assertEquals(weights("ACGT", [[0, 2], [1, 3], [2, 4]]), [0.5, 1, 1, 0.5]);
  const words = weighSpans("a bc d", spansOf("a bc d"), [[0, 1], [1, 2], [1, 4], [4, 6], [0, 0]], [1, 2, 4, 8, 16]);
  assertEquals(words.map(({ word, weight }) => [word, weight]), [["a", 19], ["bc", 4], ["d", 8]]);
});

Deno.test("a sequence is explained letter by letter as it is read, by attention and by omission", async () => {
  const tokenizer = await PipelineTokenizer.train(["ACGTTGCATTACG"], presets.kmer({ k: 3 }));
  const options = {
    tokenizer,
    labels: ["a", "b"],
    hidden: 4,
    embed: 4,
    alphabet: "dna",
    pooling: "attention",
  } as const;
  const model = Classifier.create(options);
  const [byAttention, byOmission] = [
    await model.explain("acgt\ntg", { method: "attention" }),
    await model.explain("acgt\ntg", { method: "omission" }),
  ];
  for (const { words } of [byAttention, byOmission]) {
    assertEquals(words.map(({ word, start }) => `${word}${start}`), ["A0", "C1", "G2", "T3", "T4", "G5"]);
  }
  assertAlmostEquals(byAttention.words.reduce((sum, { weight }) => sum + weight, 0), 1, 1e-6);
  assertEquals(new Set(byAttention.words.map(({ weight }) => weight > 0)), new Set([true]));
  const { label, probabilities } = byOmission;
  const without = (await model.classify("ACGTG")).probabilities[label];
  assertAlmostEquals(byOmission.words[3].weight, Math.log(probabilities[label] / without), 1e-9);
  // Without a letter there is no k-mer left, which says nothing.
  const short = await model.explain("ACG", { method: "omission" });
  assertAlmostEquals(short.words[0].weight, Math.log(short.probabilities[short.label] / 0.5), 1e-9);
});

Deno.test("the variants of a long text are classified in blocks, and too many are refused", async () => {
  const answer: Classification = {
    ...{ label: "a", confidence: 0.5, probabilities: { a: 0.5, b: 0.5 }, isTruncated: false },
  };
  let [most, total] = [0, 0];
  const classify = (texts: readonly string[]): Promise<Classification[]> => {
    [most, total] = [Math.max(most, texts.length), total + texts.length];
    return Promise.resolve(texts.map(() => answer));
  };
  const reader = { alphabet: null, isReadable: () => true, classify };
  assertEquals((await weighOmissions("a ".repeat(3000), answer, reader)).length, 3000);
  await mapMutations("ACGT".repeat(500), answer, "dna", classify);
  assertEquals(total, 3000 + 3 * 2000);
  assert(most <= 1024, `${most}`);
  await assertRejects(
    () => weighOmissions("a ".repeat(10_001), answer, reader),
    RangeError,
    "explain by omission: expected at most 10,000 words, found 10,001",
  );
  await assertRejects(
    () => mapMutations("A".repeat(20_000), answer, "dna", classify),
    RangeError,
    "explain by mutation: expected at most 10,000 letters, found 20,000",
  );
});
