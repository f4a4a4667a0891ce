import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { CharTokenizer, Classifier, treebankTokenizer } from "../../../mod.ts";
import type { WordVectors } from "../../../src/formats/mod.ts";

function vectorsOf(entries: Record<string, number[]>): WordVectors {
  const words = Object.keys(entries);
  const width = entries[words[0]].length;
  const values = Float32Array.from(Object.values(entries).flat());
  return { words, width, values, count: words.length, duplicates: 0, format: "GloVe text" };
}

function embeddingOf(model: Classifier, token: string): number[] {
  const { embed } = model.config;
  const id = model.tokenizer.encode(token)[0];
  return [...model.network.members[0].embedding.weight.toArray().slice(id * embed, (id + 1) * embed)];
}

const LABELS = ["bad", "good"];

Deno.test("embeddings are initialized with word vectors, and the coverage is reported", () => {
  const vectors = vectorsOf({ fine: [1, 2], dull: [-1, 4] });
  const tokenizer = treebankTokenizer(["Fine dull zzz"]);
  const model = Classifier.create({ tokenizer, labels: LABELS, vectors });
  assertEquals(model.config.embed, 2);
  assertEquals(model.coverage, { found: 2, derived: 0, words: 4 });
  assertEquals(embeddingOf(model, "fine"), [1, 2]);
  assertEquals(embeddingOf(model, "dull"), [-1, 4]);
});

Deno.test("a rate is searched with the defaults of a classifier that begins with vectors", async () => {
  const texts = ["fine", "dull", "fine day", "dull day", "a fine day"];
  const train = texts.map((text) => ({ text, label: text.includes("fine") ? "good" : "bad" }));
  const vectors = vectorsOf({ fine: [1, 2], dull: [-1, 4] });
  using model = Classifier.create({ tokenizer: treebankTokenizer(texts), labels: LABELS, hidden: 4, vectors });
  const data = { train, valid: train };
  const settings = await model.checkFit(data);
  using scratch = Classifier.create({ tokenizer: treebankTokenizer(texts), labels: LABELS, hidden: 4, embed: 2 });
  assert(settings.batch !== (await scratch.checkFit(data)).batch);
  assertEquals(await model.findRate(data), await model.findRate(data, settings));
});

Deno.test("words without a vector keep small random embeddings", () => {
  const many = Array.from({ length: 500 }, (_, i) => `q${i}x`);
  const vectors = vectorsOf({ fine: [3, -3, 3, -3] });
  const model = Classifier.create({ tokenizer: treebankTokenizer([...many, "fine"]), labels: LABELS, vectors });
  const values = many.flatMap((word) => embeddingOf(model, word));
  const square = values.reduce((sum, x) => sum + x * x, 0) / values.length;
  assertAlmostEquals(square, 0.01, 0.001);
  assert(new Set(values).size > 1000);
});

Deno.test("vectors of the wrong width throw an error", () => {
  const vectors = vectorsOf({ fine: [1, 2] });
  assertThrows(
    () => Classifier.create({ tokenizer: treebankTokenizer(["fine"]), labels: LABELS, vectors, embed: 3 }),
    RangeError,
    "expected vectors of 3 numbers, found 2",
  );
});

Deno.test("the tokens of any tokenizer can have vectors", () => {
  const vectors = vectorsOf({ a: [1, 2] });
  const model = Classifier.create({ tokenizer: CharTokenizer.train("Ab"), labels: LABELS, vectors });
  assertEquals(embeddingOf(model, "A"), [1, 2]);
});

Deno.test("contractions and compounds without a vector get one from their parts", () => {
  const vectors = vectorsOf({ not: [1, 0], well: [2, 2], made: [0, 4], of: [9, 9] });
  const tokenizer = treebankTokenizer(["isn't well-made of-x qq-zz"]);
  const model = Classifier.create({ tokenizer, labels: LABELS, vectors });
  const own = (word: string): number[] => {
    const id = treebankTokenizer(["isn't well-made of-x qq-zz"]).id(word)!;
    return [...model.network.members[0].embedding.weight.toArray().slice(2 * id, 2 * id + 2)];
  };
  assertEquals(own("n't"), [1, 0]);
  assertEquals(own("well-made"), [1, 3]);
  assertEquals(model.coverage, { found: 0, derived: 2, words: 6 });
});
