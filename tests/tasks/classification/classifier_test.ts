import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { CELLS, inference } from "../../../src/nn/mod.ts";
import {
  CharTokenizer,
  Classifier,
  type ClassifierOptions,
  Engine,
  type LabelledText,
  labelsOf,
  LanguageModel,
  treebankTokenizer,
} from "../../../mod.ts";
import { POOLINGS } from "../../../tasks/mod.ts";
import { probabilitiesOf } from "../../../tasks/labels/calibration.ts";
import { readTexts } from "../../../tasks/classification/inference.ts";
import { generateReviews } from "../../../tasks/default_data/mod.ts";
import { assertSameBits } from "../../support/bounds.ts";
import { inTempDir } from "../../support/command.ts";
import { randomIntegers } from "../../support/floats.ts";

const REVIEWS = generateReviews(400);
const TOKENIZER = treebankTokenizer(REVIEWS.map(({ text }) => text));
const SMALL = { tokenizer: TOKENIZER, labels: labelsOf(REVIEWS), embed: 12, hidden: 10 } as const;

async function train(options: Partial<ClassifierOptions> = {}, epochs = 2): Promise<Classifier> {
  const model = Classifier.create({ ...SMALL, ...options });
  const corpus = { train: REVIEWS.slice(0, 300), valid: REVIEWS.slice(300) };
  for await (const _ of model.fit(corpus, { epochs, learningRate: 0.01 }));
  return model;
}

/** Encoded texts of 1 to 40 words. */
function someTexts(count: number): Int32Array[] {
  const lengths = randomIntegers(1, count, 1, 40);
  return Array.from(lengths, (length, i) => randomIntegers(2 + i, length, 0, TOKENIZER.size));
}

for (const [i, cell] of CELLS.entries()) {
  // A pooling reads the states of any cell, so that each of both must take part, but not each pair.
  for (const pooling of i === 0 ? POOLINGS : [POOLINGS[i % POOLINGS.length]]) {
    Deno.test(`${cell} with ${pooling} pooling: logits are the same, bit for bit, alone, in a batch and with 1 to 3 threads`, async () => {
      const texts = someTexts(32);
      let expected: Float32Array[] | undefined;
      for (const threads of [1, 2, 3]) {
        using engine = new Engine({ threads });
        await engine.ready();
        const model = Classifier.create({ ...SMALL, hidden: 33, layers: 2, cell, pooling, engine });
        for (const batch of [1, 7, 32]) {
          const readings = await readTexts(model.network, texts, { batch });
          expected ??= readings.map(({ logits }) => logits);
          readings.forEach(({ logits, attention }, i) => {
            assertSameBits(logits, expected![i], `batch ${batch}, ${threads} threads, text ${i}`);
            assertEquals(
              attention?.length,
              pooling === "attention" || pooling === "concat" ? texts[i].length : undefined,
            );
          });
        }
        // Texts of very different lengths, unlike in a batch of similar lengths.
        const mixed = await readTexts(model.network, [texts[0], new Int32Array(300), Int32Array.of(1)], { batch: 3 });
        assertSameBits(mixed[0].logits, expected![0], "in longer and shorter company");
      }
    });
  }
}

Deno.test("a classifier learns to label the generated reviews", async () => {
  const model = Classifier.create({ ...SMALL, embed: 32, hidden: 32 });
  const losses: number[] = [];
  for await (const event of model.fit(REVIEWS, { epochs: 12, learningRate: 0.01, labelSmoothing: 0, adversarial: 0 })) {
    if (event.event === "epoch") losses.push(event.loss);
  }
  assert(losses.at(-1)! < losses[0] / 2, `${losses}`);
  const { accuracy, texts, labels, truncated } = await model.evaluate(REVIEWS);
  assert(accuracy > 0.9, `${accuracy}`);
  assertEquals([texts, labels.map(({ label }) => label), truncated], [400, ["negative", "positive"], 0]);
});

Deno.test("fit keeps the parameters with the fewest validation errors", async () => {
  const model = Classifier.create({ ...SMALL });
  const corpus = { train: REVIEWS.slice(0, 300), valid: REVIEWS.slice(300) };
  let best = 0;
  for await (const event of model.fit(corpus, { epochs: 6, learningRate: 0.02, averaging: 0.9 })) {
    if (event.event === "epoch") best = Math.max(best, event.validAccuracy!);
  }
  assertEquals((await model.evaluate(corpus.valid)).accuracy, best);
});

Deno.test("classify returns the label and all probabilities, for one text or several", async () => {
  const model = await train();
  const texts = ["I loved this film.", "The soup was terrible!"];
  const many = await model.classify(texts);
  assertEquals(await Promise.all(texts.map((text) => model.classify(text))), many);
  for (const { label, confidence, probabilities, isTruncated } of many) {
    assertEquals(Object.keys(probabilities), ["negative", "positive"]);
    assertEquals(confidence, probabilities[label]);
    assertEquals(confidence, Math.max(...Object.values(probabilities)));
    assertAlmostEquals(Object.values(probabilities).reduce((a, b) => a + b), 1, 1e-12);
    assertEquals(isTruncated, false);
  }
  assertEquals(await model.classify([]), []);
  await assertRejects(() => model.classify(" "), RangeError, "classify: expected words in the text, found none");
  await assertRejects(() => model.classify(["a", ""]), RangeError, "expected words in text 2, found none");
});

Deno.test("a text that is too long is truncated and reported as such", async () => {
  const model = await train({ maxTokens: 5, wide: false });
  const [short, long] = await model.classify(["I loved this film .", "I loved this film . " + "bad ".repeat(100_000)]);
  assertEquals([short.isTruncated, long.isTruncated], [false, true]);
  assertEquals(long.probabilities, short.probabilities);
  assertEquals((await model.evaluate([{ text: "a ".repeat(9), label: "positive" }])).truncated, 1);
});

Deno.test("a saved classifier loads unchanged, from a directory and from bytes", async () => {
  const model = await train({ pooling: "attention", wordDropout: 0.1 });
  await model.calibrate(REVIEWS.slice(300));
  const text = "The plot was thin, but I loved it.";
  const expected = await model.classify(text);
  const copy = Classifier.fromBytes(model.toBytes());
  assertEquals([await copy.classify(text), copy.config], [expected, model.config]);
  await inTempDir(async (directory) => {
    await model.save(`${directory}/m`);
    const loaded = await Classifier.load(`${directory}/m`);
    assertEquals([await loaded.classify(text), loaded.config], [expected, model.config]);
    await assertRejects(
      () => LanguageModel.load(`${directory}/m`),
      RangeError,
      "expected a model of the task language-modeling",
    );
  });
});

Deno.test("explain weights words by attention and by omission", async () => {
  const model = await train({ pooling: "concat" }, 6);
  const text = "Frankly, the soup was terrible!";
  const byOmission = await model.explain(text);
  assertEquals(byOmission.method, "omission");
  assertEquals(byOmission.words.map(({ word }) => word), ["Frankly", ",", "the", "soup", "was", "terrible", "!"]);
  const without = await model.classify("Frankly, the soup was !");
  const terrible = byOmission.words.find(({ word }) => word === "terrible")!;
  const { label } = byOmission;
  const expected = Math.log(byOmission.probabilities[label]) - Math.log(without.probabilities[label]);
  assertAlmostEquals(terrible.weight, expected, 1e-12);
  assertEquals(text.slice(terrible.start, terrible.end), "terrible");

  const byAttention = await model.explain(text, { method: "attention" });
  assertAlmostEquals(byAttention.words.reduce((sum, { weight }) => sum + weight, 0), 1, 1e-5);
  assert(byAttention.words.every(({ weight }) => weight >= 0));
  assertEquals((await (await train({ pooling: "attention" }, 1)).explain(text)).method, "attention");
  const mean = await train({ pooling: "mean" }, 1);
  await assertRejects(() => mean.explain(text, { method: "attention" }), RangeError, "found mean");
  assertEquals((await mean.explain("dull")).words.length, 1);
});

Deno.test("calibration lowers the loss and does not change the labels", async () => {
  const model = await train({}, 8);
  const valid = REVIEWS.slice(300);
  const [before, labels] = [await model.evaluate(valid), await model.classify(valid.map(({ text }) => text))];
  const found = await model.calibrate(valid);
  const after = await model.evaluate(valid);
  assertEquals([found.before, found.after], [before.calibrationError, after.calibrationError]);
  assert(after.loss <= before.loss);
  assertEquals(model.config.temperature, found.temperature);
  const again = await model.classify(valid.map(({ text }) => text));
  assertEquals(again.map(({ label }) => label), labels.map(({ label }) => label));
});

Deno.test("fromLanguageModel copies the embeddings and forward weights, also into a bidirectional classifier", () => {
  const tokenizer = CharTokenizer.train("a language model");
  const lm = LanguageModel.create({ tokenizer, cell: "gru", embed: 5, hidden: 6, layers: 2 });
  const from = lm.network.rnn.namedParameters();
  for (const bidirectional of [false, true]) {
    const model = Classifier.fromLanguageModel(lm, { labels: ["a", "b"], bidirectional });
    assertEquals([model.config.cell, model.config.hidden, model.config.layers], ["gru", 6, 2]);
    const to = model.network.members[0].rnn.namedParameters();
    assertEquals(model.network.members[0].embedding.weight.toArray(), lm.network.embedding.weight.toArray());
    for (const [name, parameter] of from) {
      const [width, pitch] = [parameter.size / parameter.shape[0], to.get(name)!.size / parameter.shape[0]];
      const values = to.get(name)!.toArray();
      const rows = Array.from(parameter.toArray(), (_, i) => values[Math.floor(i / width) * pitch + i % width]);
      assertEquals(Float32Array.from(rows), parameter.toArray(), name);
    }
    assertEquals(to.has("weight_ih_l0_reverse"), bidirectional);
  }
});

Deno.test("a classifier has the layers of a language model that differ in size, and is saved with them", async () => {
  const tokenizer = CharTokenizer.train("a language model");
  const lm = LanguageModel.create({ tokenizer, tied: true, embed: 5, hidden: 6, layers: 2 });
  const model = Classifier.fromLanguageModel(lm, { labels: ["a", "b"], bidirectional: true });
  assertEquals([model.config.hidden, model.config.layers], [[6, 5], 2]);
  const [{ rnn }] = model.network.members;
  assertEquals(rnn.namedParameters().get("weight_ih_l1_reverse")!.shape, [20, 12]);
  const copy = Classifier.fromBytes(model.toBytes());
  assertEquals(await copy.classify("a model"), await model.classify("a model"));
  const refused = () => Classifier.create({ tokenizer, labels: ["a", "b"], hidden: [6, 5], layers: 3 });
  assertThrows(refused, RangeError, "expected layers to be 2, the number of hidden sizes, found 3");
});

Deno.test("training with adversarial loss, dropout, smoothing and label weights is reproducible, bit for bit", async () => {
  const settings = { epochs: 1, adversarial: 0.02, labelSmoothing: 0.1, labelWeights: "balanced" } as const;
  const run = async (): Promise<Float32Array> => {
    const model = Classifier.create({
      ...SMALL,
      layers: 2,
      wordDropout: 0.2,
      embedDropout: 0.2,
      inputDropout: 0.2,
    });
    for await (const event of model.fit(REVIEWS, settings)) assert(Number.isFinite(event.loss));
    return model.network.members[0].classifier.weight.toArray();
  };
  assertSameBits(await run(), await run(), "classifier");
});

Deno.test("frozen embeddings do not change, and unfreezeEvery unfreezes one layer at a time", async () => {
  const model = Classifier.create({ ...SMALL });
  const [{ embedding, rnn, classifier }] = model.network.members;
  const snapshot = (): Float32Array[] =>
    [embedding.weight, rnn.namedParameters().get("weight_hh_l0")!, classifier.weight].map((p) => p.toArray());
  const changed: boolean[][] = [];
  let last = snapshot();
  for await (const event of model.fit(REVIEWS, { epochs: 3, unfreezeEvery: 1, layerDecay: 0.5 })) {
    if (event.event !== "epoch") continue;
    const now = snapshot();
    changed.push(now.map((values, i) => values.some((value, k) => value !== last[i][k])));
    last = now;
  }
  assertEquals(changed, [[false, false, true], [false, true, true], [true, true, true]]);
  const frozen = Classifier.create({ ...SMALL });
  const before = frozen.network.members[0].embedding.weight.toArray();
  for await (const _ of frozen.fit(REVIEWS, { epochs: 1, freezeEmbeddings: true, weightDecay: 0.1 }));
  assertSameBits(frozen.network.members[0].embedding.weight.toArray(), before, "embeddings");
});

Deno.test("invalid options, settings and texts throw errors that name what was found", async () => {
  const refuse = (options: Partial<ClassifierOptions>, message: string): unknown =>
    assertThrows(() => Classifier.create({ ...SMALL, ...options }), RangeError, message);
  refuse({ labels: ["one"] }, 'expected labels to be at least 2 different labels, found ["one"]');
  refuse({ labels: ["a", "a"] }, "expected labels to be at least 2 different labels");
  refuse({ hidden: 0 }, "expected hidden to be a whole number of at least 1, or one for each layer, found 0");
  refuse({ dropout: 1 }, "expected dropout to be from 0 to below 1, found 1");
  refuse({ pooling: "sum" as "mean" }, 'expected pooling to be one of last, mean, max, attention, concat, found "sum"');
  refuse({ maxTokens: 0 }, "expected maxTokens to be a whole number of at least 1, found 0");
  const model = Classifier.create(SMALL);
  const corpus = { train: REVIEWS };
  const texts = (label: string, text = "a"): LabelledText[] => [{ text, label }];
  await assertRejects(
    () => model.checkFit({ train: [] }),
    RangeError,
    "expected at least 1 training text, found none",
  );
  await assertRejects(
    () => model.checkFit({ train: REVIEWS, test: texts("neutral") }),
    RangeError,
    'found "neutral" in text 1',
  );
  await assertRejects(
    () => model.checkFit({ train: REVIEWS, valid: texts("positive", " ") }),
    RangeError,
    "read the validation texts: expected words in text 1",
  );
  await assertRejects(() => model.checkFit(corpus, { labelSmoothing: 1 }), RangeError, "expected labelSmoothing to be");
  await assertRejects(
    () => model.checkFit(corpus, { labelWeights: [1] }),
    RangeError,
    "expected labelWeights to be 2 numbers",
  );
  await assertRejects(
    () => model.checkFit(corpus, { layerDecay: 0 }),
    RangeError,
    "expected layerDecay to be a finite number above 0",
  );
  await assertRejects(() => model.checkFit(corpus, { adversarial: -1 }), RangeError, "expected adversarial to be");
  await assertRejects(() => model.evaluate([]), RangeError, "evaluate: expected at least 1 text, found none");
  await assertRejects(() => model.calibrate(texts("x")), RangeError, 'found "x" in text 1');
});

Deno.test("the probabilities of a classifier are the softmax of its logits", async () => {
  const model = await train({ wide: false }, 1);
  const text = "A fine film.";
  const [{ logits }] = await readTexts(model.network, [TOKENIZER.encode(text)]);
  assertEquals(Object.values((await model.classify(text)).probabilities), [...probabilitiesOf(logits)]);
});

Deno.test("members differ, and their logits are averaged", async () => {
  const model = await train({ members: 3 }, 1);
  const ids = TOKENIZER.encode("A fine film, but the soup was dull.");
  const [mean, ...own] = inference(() => {
    const lengths = Int32Array.of(ids.length);
    const { members } = model.network;
    return [model.network, ...members].map((network) => network.forward(ids, lengths).logits.toArray());
  });
  own.forEach((logits, i) => assert(own.every((other, k) => k === i || other[0] !== logits[0])));
  mean.forEach((logit, i) => assertAlmostEquals(logit, own.reduce((sum, logits) => sum + logits[i], 0) / 3, 1e-6));
  assert(model.network.namedParameters().has("members.2.classifier.weight"));
  assertEquals(await Classifier.fromBytes(model.toBytes()).classify("fine"), await model.classify("fine"));
});

Deno.test("without an unknown token, dropped words become zeros", async () => {
  const tokenizer = CharTokenizer.train(REVIEWS.map(({ text }) => text).join("\n"));
  assertEquals(tokenizer.unknownId, undefined);
  const model = Classifier.create({ ...SMALL, tokenizer, wordDropout: 0.5, embedDropout: 0.5 });
  for await (const { loss } of model.fit(REVIEWS, { epochs: 1, batch: 200 })) assert(Number.isFinite(loss));
});

Deno.test("a classifier has its own list of labels", async () => {
  const labels = labelsOf(REVIEWS);
  const model = Classifier.create({ ...SMALL, labels });
  const { label } = await model.classify("a fine film");
  labels.reverse();
  assertEquals((await model.classify("a fine film")).label, label);
});

Deno.test("the learning rate of a linear model that is not trained is no search", async () => {
  const model = Classifier.create({ ...SMALL, architecture: "linear" });
  await assertRejects(() => model.findRate(REVIEWS), RangeError, "expected a model that is trained in steps");
});
