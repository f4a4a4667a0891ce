import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { CharTokenizer, Classifier, type ClassifierOptions, Engine, LanguageModel } from "../../../mod.ts";
import { inference, type Parameter, tensor } from "../../../src/nn/mod.ts";
import { CLASSIFICATION, complete } from "../../../tasks/mod.ts";
import { readTexts } from "../../../tasks/classification/inference.ts";
import { ClassifierLearning } from "../../../tasks/classification/learning.ts";
import { spreadAttention } from "../../../tasks/classification/token_attention.ts";
import { assertSameBits } from "../../support/bounds.ts";
import { randomIntegers } from "../../support/floats.ts";

const TOKENIZER = CharTokenizer.train("ACGT");
const SMALL = { tokenizer: TOKENIZER, labels: ["no", "yes"], embed: 6, conv: 4, filters: 9, hidden: 5 } as const;

/** Random letters; those labeled "yes" have the motif somewhere. */
function sequences(count: number, motif: string): { text: string; label: string }[] {
  return Array.from({ length: count }, (_, i) => {
    const letters = Array.from(randomIntegers(i + 1, 24, 0, 4), (letter) => "ACGT"[letter]).join("");
    const clean = letters.replaceAll(motif, "A".repeat(motif.length));
    const at = i * 7 % (clean.length - motif.length);
    const text = i % 2 ? clean.slice(0, at) + motif + clean.slice(at + motif.length) : clean;
    return { text, label: text.includes(motif) ? "yes" : "no" };
  });
}

for (const [convPool, poolRegions] of [[1, 4], [3, null]]) {
  Deno.test(`with a convolution, pool ${convPool}, regions ${poolRegions}, logits are the same, bit for bit, alone, in a batch and with 1 to 3 threads`, async () => {
    const texts = Array.from(randomIntegers(1, 40, 1, 30), (n, i) => randomIntegers(2 + i, n, 0, TOKENIZER.size));
    let expected: Float32Array[] | undefined;
    for (const threads of [1, 2, 3]) {
      using engine = new Engine({ threads });
      await engine.ready();
      const { network } = Classifier.create({ ...SMALL, filters: 33, convPool, poolRegions, engine });
      const alone = await readTexts(network, texts, { batch: 1 });
      expected ??= alone.map(({ logits }) => logits);
      for (const batch of [1, 7, 40]) {
        const readings = await readTexts(network, texts, { batch });
        readings.forEach(({ logits, attention }, i) => {
          assertSameBits(logits, expected![i], `batch ${batch}, ${threads} threads, text ${i}`);
          assertEquals(attention?.length, texts[i].length);
          assertAlmostEquals(attention!.reduce((sum, weight) => sum + weight), 1, 1e-5);
        });
      }
      const mixed = await readTexts(network, [texts[0], new Int32Array(90), Int32Array.of(1)], { batch: 3 });
      assertSameBits(mixed[0].logits, expected![0], "in longer and shorter company");
    }
  });
}

Deno.test("a convolution finds a motif that can be anywhere", async () => {
  const train = sequences(300, "GATTACA");
  const model = Classifier.create({ ...SMALL, conv: 7, filters: 24, pooling: "max", convPool: 2, ...NO_DROPOUT });
  await model.fit(train, { epochs: 12, learningRate: 0.01, adversarial: 0, labelSmoothing: 0 });
  const { accuracy } = await model.evaluate(sequences(500, "GATTACA").slice(300));
  assert(accuracy > 0.95, `${accuracy}`);
});

Deno.test("pooled regions tell where a motif is", async () => {
  const clean = sequences(400, "GATTACA").filter(({ label }) => label === "no").map(({ text }) => text);
  const texts = clean.map((text, i) => {
    const at = i % 2 * 12 + i % 5; // In the first or in the second half.
    return { text: text.slice(0, at) + "GATTACA" + text.slice(at + 7), label: i % 2 ? "yes" : "no" };
  });
  const options = { conv: 7, filters: 24, pooling: "max", convPool: 2, poolRegions: 2, wide: false } as const;
  const model = Classifier.create({ ...SMALL, ...options, ...NO_DROPOUT });
  await model.fit(texts.slice(0, 120), { epochs: 12, learningRate: 0.01, adversarial: 0, labelSmoothing: 0 });
  const { accuracy } = await model.evaluate(texts.slice(120));
  assert(accuracy > 0.9, `${accuracy}`);
});

const NO_DROPOUT: Partial<ClassifierOptions> = { dropout: 0, inputDropout: 0, embedDropout: 0, wordDropout: 0 };

Deno.test("attention to windows is spread evenly over the tokens of each", () => {
  const spread = inference(() => {
    const weights = tensor([0.5, 0.25, 0.25, 0.5, 0.5, 0], [2, 3]);
    return [...spreadAttention(weights, Int32Array.of(5, 3), 2).toArray()];
  });
  assertEquals(spread, [0.25, 0.25, 0.125, 0.125, 0.25, 0.25, 0.25, 0.5, 0, 0]);
});

Deno.test("every parameter is trained, the convolution with the first recurrent layer", () => {
  const { network } = Classifier.create({ ...SMALL, layers: 2, members: 2 });
  const settings = complete(CLASSIFICATION.settings, {}, "fit", { beginning: "scratch" });
  const train = { texts: ["a film"], ids: [Int32Array.of(0, 1)], targets: Int32Array.of(0), truncated: 0 };
  const { trainable } = new ClassifierLearning(network, { train, valid: undefined, labels: SMALL.labels }, settings);
  const found = trainable.flatMap(({ parameters }) => [...parameters] as Parameter[]);
  assertEquals(new Set(found), new Set(network.parameters()));
  assertEquals(found.length, network.parameters().length);
  for (const { convolution } of network.members) {
    assert(convolution!.parameters().every((own) => [...trainable[1].parameters].includes(own)));
  }
});

Deno.test("a convolution has as many filters as embeddings have numbers, null or 0 leaves it out, and a classifier from a language model has none", () => {
  for (const conv of [0, null]) {
    const { network } = Classifier.create({ ...SMALL, conv, convPool: 3 });
    assertEquals([...network.namedParameters().keys()].filter((name) => name.startsWith("convolution")), []);
  }
  const { network } = Classifier.create({ ...SMALL, filters: null });
  assertEquals(network.members[0].convolution?.weight.shape, [6, 6, 4]);
  const lm = LanguageModel.create({ tokenizer: TOKENIZER, hidden: 6 });
  assertEquals(Classifier.fromLanguageModel(lm, { labels: ["a", "b"] }).config.conv, null);
  const wrong = { labels: ["a", "b"], conv: 3 };
  assertThrows(() => Classifier.fromLanguageModel(lm, wrong), TypeError, "conv");
});
