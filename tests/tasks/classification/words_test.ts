import { assertEquals, assertThrows } from "@std/assert";
import { tokenizerFromJSON, treebankTokenizer } from "../../../mod.ts";

const CUTS: readonly [text: string, words: string][] = [
  ["I didn't like it, it's bad.", "i did n't like it , it 's bad ."],
  ["i did n't like it , it 's bad .", "i did n't like it , it 's bad ."],
  ["WON’T can't we'll they've I'd I'm you're", "wo n't ca n't we 'll they 've i 'd i 'm you 're"],
  ["well-acted 3.5 k-19 1,000 and/or", "well-acted 3.5 k-19 1,000 and/or"],
  ["wow!!! really?? hmm... -- ``fine''", "wow !!! really ?? hmm ... -- `` fine ''"],
  ["-lrb- a -rrb- (b)", "-lrb- a -rrb- ( b )"],
  ["déjà-vu ÜBER 你好 😀😀", "déjà-vu über 你好 😀 😀"],
  ["don'tcare rock'n'roll", "don ' tcare rock ' n ' roll"],
];

Deno.test("treebankTokenizer splits words as in the Penn Treebank and lowercases them", () => {
  const tokenizer = treebankTokenizer(CUTS.map(([text]) => text));
  for (const [text, words] of CUTS) assertEquals(tokenizer.encoding(text).tokens.join(" "), words);
});

Deno.test("the vocabulary lists frequent words first and respects minCount and vocabSize", () => {
  const texts = ["b a a", "c a b"];
  assertEquals(treebankTokenizer(texts).tokens, ["<unk>", "a", "b", "c"]);
  assertEquals(treebankTokenizer("b a a c a b").tokens, ["<unk>", "a", "b", "c"]);
  assertEquals(treebankTokenizer(texts, { minCount: 2 }).tokens, ["<unk>", "a", "b"]);
  for (const limits of [{ minCount: NaN }, { vocabSize: -1 }]) {
    assertThrows(() => treebankTokenizer(texts, limits), RangeError, "to be a number of at least 1");
  }
  assertEquals(treebankTokenizer(texts, { vocabSize: 1 }).tokens, ["<unk>", "a"]);
  assertEquals(treebankTokenizer(texts, { moreWords: ["z", "b", "y"] }).tokens, ["<unk>", "a", "b", "c", "z", "y"]);
  assertEquals(treebankTokenizer(texts, { moreWords: ["z", "b", "y"], vocabSize: 4 }).tokens.at(-1), "z");
});

Deno.test("unseen words are unknown, also after a round trip through JSON", () => {
  const tokenizer = treebankTokenizer(["a film", "__proto__ constructor"]);
  const text = "a __proto__ constructor toString 'film' isn't";
  const copy = tokenizerFromJSON(JSON.parse(JSON.stringify(tokenizer)));
  assertEquals(copy.encode(text), tokenizer.encode(text));
  assertEquals(tokenizer.unknownId, 0);
  assertEquals([...tokenizer.encode("zzz a")], [0, tokenizer.id("a")!]);
});
