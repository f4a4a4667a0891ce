import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Classifier, type ClassifierOptions, labelsOf, LanguageModel, treebankTokenizer } from "../../../../mod.ts";
import { generateReviews } from "../../../../tasks/default_data/mod.ts";
import { Baselines } from "../../../../tasks/classification/linear/baselines.ts";
import { compareWithBaselines } from "../../../../tasks/classification/comparison.ts";
import { FeatureReader, featuresFor } from "../../../../tasks/classification/linear/features.ts";
import { remember } from "../../../../tasks/classification/remember.ts";
import { logitsInBlocks } from "../../../../tasks/classification/linear/in_blocks.ts";
import { readHistory } from "../../../../src/train/mod.ts";
import { trainLogistic } from "../../../../tasks/classification/linear/logistic_regression.ts";
import { describeLimit, withinLimit } from "../../../../tasks/classification/linear/limit.ts";
import { naiveBayesOn, trainLinear } from "../../../../tasks/classification/linear/training.ts";
import { asBinary, TextCounts, trainNaiveBayes } from "../../../../tasks/classification/linear/naive_bayes.ts";
import { linearLogits } from "../../../../tasks/classification/linear/weights.ts";
import { assertSameBits } from "../../../support/bounds.ts";
import { inTempDir } from "../../../support/command.ts";

const REVIEWS = generateReviews(260);
const CORPUS = { train: REVIEWS.slice(0, 200), valid: REVIEWS.slice(200) };
const LABELS = labelsOf(REVIEWS);
const TOKENIZER = treebankTokenizer(REVIEWS.map(({ text }) => text));
const TEXTS = REVIEWS.slice(200).map(({ text }) => text);

async function train(options: Partial<ClassifierOptions>, corpus = CORPUS): Promise<Classifier> {
  const model = Classifier.create({ tokenizer: TOKENIZER, labels: LABELS, embed: 8, hidden: 8, ...options });
  await model.fit(corpus, { epochs: 2, learningRate: 0.01 });
  return model;
}

Deno.test("a linear model learns its training texts, classifies and explains", async () => {
  const model = await train({ architecture: "linear" });
  assert((await model.evaluate(CORPUS.train)).accuracy > 0.9);
  const text = "A wonderful film, and the acting was superb.";
  const { label, words, method } = await model.explain(text);
  assertEquals([label, method], [(await model.classify(text)).label, "omission"]);
  assertEquals(words.length, 10);
  await assertRejects(() => model.explain(text, { method: "attention" }), RangeError, "found a linear model");
});

Deno.test("a linear model alone reads the whole text, however few tokens a network would", async () => {
  const model = await train({ architecture: "linear", maxTokens: 2 });
  const [text] = TEXTS;
  const found = await model.classify(text);
  assertEquals([found.isTruncated, (await model.evaluate(CORPUS.valid)).truncated], [false, 0]);
  assertEquals(found, await (await train({ architecture: "linear" })).classify(text));
  assertEquals((await (await train({ maxTokens: 2 })).classify(text)).isTruncated, true);
});

Deno.test("a linear model in a directory has a history: its figures as one epoch, and the notes", async () => {
  await inTempDir(async (directory) => {
    const model = Classifier.create({ tokenizer: TOKENIZER, labels: LABELS, architecture: "linear" });
    await model.fit(CORPUS, { directory, notes: { introduction: "a linear model", plan: { data: {} }, card: {} } });
    const [run, epoch, ...others] = await readHistory(directory);
    assertEquals<unknown>([run.every, run.notes, others], [
      1,
      { introduction: "a linear model", plan: { data: {} } },
      [],
    ]);
    const { loss, accuracy } = await model.evaluate(CORPUS.valid);
    const validation = epoch.validation as Record<string, number>;
    assertEquals<unknown>([epoch.step, epoch.train_loss, epoch.best], [0, null, true]);
    assertEquals([validation.validLoss, validation.accuracy], [loss, accuracy]);
    assert(epoch.seconds as number > 0);
  });
});

Deno.test("a linear model is the same for the same data, saved, loaded and in bytes, bit for bit", async () => {
  const [model, again] = [await train({ architecture: "linear" }), await train({ architecture: "linear" })];
  const expected = await model.classify(TEXTS);
  assertEquals(await again.classify(TEXTS), expected);
  assertEquals(await Classifier.fromBytes(model.toBytes()).classify(TEXTS), expected);
  await inTempDir(async (directory) => {
    await model.fit(CORPUS, { directory });
    const loaded = await Classifier.load(directory);
    assertEquals(await loaded.classify(TEXTS), expected);
    assertSameBits(loaded.network.linear!.weight.toArray(), model.network.linear!.weight.toArray(), "weights");
    assertEquals(loaded.config, model.config);
  });
});

Deno.test("a linear model cannot be used before it is trained, or started from a language model", async () => {
  const options = { labels: LABELS, architecture: "linear" } as const;
  const model = Classifier.create({ tokenizer: TOKENIZER, ...options });
  await assertRejects(() => model.classify("a film"), RangeError, "expected a linear model that is trained");
  const lm = LanguageModel.create({ tokenizer: TOKENIZER, embed: 4, hidden: 4 });
  assertThrows(() => Classifier.fromLanguageModel(lm, options), RangeError, "found linear");
});

Deno.test("a network with a linear model has no higher loss on the validation texts than the linear model", async () => {
  const [model, linear] = [await train({}), await train({ architecture: "linear" })];
  const [own, alone] = [await model.evaluate(CORPUS.valid), await linear.evaluate(CORPUS.valid)];
  assert(own.loss < alone.loss);
  assertSameBits(model.network.linear!.weight.toArray(), linear.network.linear!.weight.toArray(), "linear model");
  assert(model.config.linear!.blend.some((factor) => factor !== 1));
});

Deno.test("the linear model does not change how the network is trained", async () => {
  const corpus = { train: CORPUS.train, valid: CORPUS.valid };
  const [wide, narrow] = await Promise.all([true, false].map((wide) => {
    const model = Classifier.create({ tokenizer: TOKENIZER, labels: LABELS, embed: 8, hidden: 8, wide });
    return model.fit({ train: corpus.train }, { epochs: 1, learningRate: 0.01 }).then(() => model);
  }));
  for (const [name, parameter] of narrow.network.namedParameters()) {
    assertSameBits(wide.network.namedParameters().get(name)!.toArray(), parameter.toArray(), name);
  }
  assertEquals([wide.config.linear?.blend, narrow.config.linear], [[1, 1], null]); // Without validation texts.
  assertEquals([...wide.network.namedParameters().keys()].slice(-2), ["linear.weight", "linear.bias"]);
});

Deno.test("a model of before there were linear models loads, and predicts the same", async () => {
  const model = await train({ wide: false });
  const expected = await model.classify(TEXTS);
  await inTempDir(async (directory) => {
    await model.save(directory);
    await Deno.remove(`${directory}/SHA256SUMS`);
    const file = `${directory}/config.json`;
    const { architecture: _architecture, wide: _wide, linear: _linear, ...rest } = JSON.parse(
      Deno.readTextFileSync(file),
    );
    Deno.writeTextFileSync(file, JSON.stringify(rest));
    const loaded = await Classifier.load(directory);
    assertEquals(loaded.config, model.config);
    assertEquals(await loaded.classify(TEXTS), expected);
    for (
      const change of [{ buckets: 1000 }, { blend: [1, -1] }, { letters: [3, 2] }, { gaps: -1 }, { openings: 1 }, {
        marks: 1,
      }, {
        more: 1,
      }]
    ) {
      const linear = {
        words: 3,
        shapes: true,
        letters: [2, 4],
        positions: null,
        buckets: 1024,
        blend: [1, 1],
        ...change,
      };
      Deno.writeTextFileSync(file, JSON.stringify({ ...rest, linear }));
      await assertRejects(() => Classifier.load(directory), RangeError, "expected linear to be the words, shapes");
    }
  });
});

Deno.test("symbol sequences of one length are told apart by a letter at one position", async () => {
  const letters = "acgt";
  const texts = Array.from({ length: 240 }, (_, i) => {
    const text = Array.from({ length: 12 }, (_, place) => letters[(i * 7 + place * place * (i >> 2) + (i >> 4)) % 4]);
    return { text: text.join(""), label: text[5] === "a" || text[5] === "c" ? "yes" : "no" };
  });
  const { features } = await trainLinear({ train: texts, labels: ["no", "yes"] });
  assertEquals([features.words, features.positions], [0, 12]);
  const baselines = await Baselines.of({ train: texts.slice(40) }, ["no", "yes"]);
  assert((await baselines.measure(texts.slice(0, 40))).linear > 0.95);
});

Deno.test("baselines: the most frequent label of the training texts, Naive Bayes and the linear model", async () => {
  const train = [..."aaab"].map((label, i) => ({ text: `${label === "a" ? "fine" : "dull"} ${i}`, label }));
  const texts = [..."abb"].map((label) => ({ text: label === "a" ? "fine" : "dull", label }));
  const found = await (await Baselines.of({ train }, ["a", "b"])).measure(texts);
  assertEquals([found.majority, found.naiveBayes], [1 / 3, 1]);
});

Deno.test("a model that does not beat the linear model says so last", async () => {
  const model = await train({});
  const test = CORPUS.valid;
  const evaluation = await model.evaluate(test);
  const compare = (accuracy: number) =>
    compareWithBaselines(model, { ...CORPUS, test }, { test: { ...evaluation, accuracy } });
  const [worse, better] = [await compare(0.3), await compare(1)];
  assert(
    worse.results.at(-1)!.startsWith("This model does not beat the linear model on the test texts (accuracy 30.00 %"),
  );
  assertEquals(better.results.length, 1);
  assertEquals([worse.fields.beats_linear, better.fields.beats_linear], [false, true]);
  assertEquals(Object.keys(better.fields).slice(-3), ["test_majority", "test_naive_bayes", "test_linear"]);
});

/** The weights of a linear model with a penalty, on the features that inference reads. */
async function weightsWith(penalty: number, data: Parameters<typeof trainLinear>[0]): Promise<Float32Array> {
  const { features: { buckets: columns, ...rest } } = await trainLinear(data);
  const x = new FeatureReader({ ...rest, buckets: columns }).read(data.train.map(({ text }) => text));
  const targets = Int32Array.from(data.train, ({ label }) => data.labels.indexOf(label));
  return (await trainLogistic(x, targets, { columns, labels: data.labels.length, penalty })).weight;
}

/** The penalties that are tried. */
const PENALTIES = [0.01, 0.03, 0.1, 0.3, 1];

/** The penalty with which a linear model was trained. */
async function penaltyOf(data: Parameters<typeof trainLinear>[0]): Promise<number | undefined> {
  const { weights: { weight } } = await trainLinear(data);
  for (const penalty of PENALTIES) {
    const other = await weightsWith(penalty, data);
    if (other.every((value, i) => value === weight[i])) return penalty;
  }
}

Deno.test("a linear model is trained on the values that it reads later, although it has fewer buckets", async () => {
  const penalty = await penaltyOf({ ...CORPUS, labels: LABELS });
  assert(penalty !== undefined, "weights of other values");
});

Deno.test("texts of a group, such as the strands of a sequence, are held out together", async () => {
  // Nothing but the other text of a pair tells a label.
  const hash = (i: number): number => Math.imul(i + 1, 0x9e3779b1) >>> 3;
  const texts = Array.from({ length: 150 }, (_, i) => ({
    text: `${hash(i).toString(36)} film`,
    label: "ab"[hash(hash(i) + 1) >> 9 & 1],
  }));
  const train = texts.flatMap((text) => [text, text]);
  const penalty = (group?: number): Promise<number | undefined> => penaltyOf({ train, labels: ["a", "b"], group });
  assertEquals([await penalty(), await penalty(2)], [0.01, 1]);
});

Deno.test("the logits of many texts are computed in blocks, which a signal can stop, to the same bits", async () => {
  const { network } = await train({ architecture: "linear" });
  const texts = Array.from({ length: 2100 }, (_, i) => TEXTS[i % TEXTS.length]);
  const sizes: number[] = [];
  const read = (own: readonly string[]): Float32Array[] => {
    sizes.push(own.length);
    return network.linear!.logits(own);
  };
  assertEquals(await logitsInBlocks(texts, read), network.linear!.logits(texts));
  assertEquals(sizes, [1000, 1000, 100]);
  const stop = new AbortController();
  const stopped = logitsInBlocks(texts, (own) => (stop.abort(), read(own)), { signal: stop.signal });
  await assertRejects(() => stopped, DOMException);
  assertEquals(sizes.length, 4);
});

Deno.test("with more features than fit, the linear model reads evenly spaced texts, and says which part", async () => {
  const texts = Array.from({ length: 400 }, (_, i) => ({ ...REVIEWS[(i >> 1) % REVIEWS.length] }));
  const features = featuresFor(texts.map(({ text }) => text));
  const all = new FeatureReader(features).read(texts.map(({ text }) => text)).columns.length;
  const limit = { features, labels: LABELS.length, group: 2, most: all / 4 };
  assertEquals(withinLimit(texts, { ...limit, group: 1, most: 2 * all }) === texts, true);
  const kept = withinLimit(texts, limit);
  assert(kept.length > 60 && kept.length < 160, `${kept.length}`);
  const places = kept.map((own) => texts.indexOf(own));
  // Both texts of a group, in order, from the beginning to the end.
  assertEquals(places.every((place, i) => i % 2 === 0 ? place % 2 === 0 : place === places[i - 1] + 1), true);
  assert(places[0] === 0 && places.at(-1)! > 380);
  const data = { labels: LABELS, group: 2 };
  const [found, expected] = [
    await trainLinear({ ...data, train: texts, mostFeatures: limit.most }),
    await trainLinear({ ...data, train: kept }),
  ];
  assertSameBits(found.weights.weight, expected.weights.weight, "weights");
  assertEquals(describeLimit(texts, { ...limit, most: 2 * all }), []);
  const [line] = describeLimit(texts, limit);
  assert(line.startsWith(`The linear model reads ${kept.length / 2} of the 200 training texts, evenly spaced`), line);
  // 2 ** 29 pairs of a text and a label.
  assertEquals(withinLimit(texts, { features, labels: 2 ** 22 }).length, 2 ** 29 / 2 ** 22);
});

Deno.test("Naive Bayes counts texts in blocks, as if they were one", async () => {
  const train = Array.from({ length: 2300 }, (_, i) => REVIEWS[i % REVIEWS.length]);
  const features = { ...featuresFor(TEXTS), buckets: 2 ** 12 };
  const logits = await (await naiveBayesOn({ train, labels: LABELS }, features))(TEXTS);
  const reader = new FeatureReader(features);
  const targets = Int32Array.from(train, ({ label }) => LABELS.indexOf(label));
  const counts = new TextCounts({ columns: features.buckets, labels: LABELS.length });
  const weights = trainNaiveBayes(counts.add(reader.read(train.map(({ text }) => text)), targets));
  assertEquals(logits, linearLogits(asBinary(reader.read(TEXTS)), weights));
});

Deno.test("a signal stops the training of the linear model", async () => {
  const [train, signal] = [REVIEWS, AbortSignal.abort(new RangeError("stop"))];
  await assertRejects(() => trainLinear({ train, labels: LABELS, signal }), RangeError, "stop");
  await assertRejects(() => Baselines.of({ train }, LABELS, { signal }), RangeError, "stop");
});

Deno.test("what has failed is not remembered as the result for a corpus", async () => {
  const corpus = Object.freeze({ train: Object.freeze([]) });
  const make = (result: () => Promise<number>): Promise<number> => remember(corpus, "key", result);
  await assertRejects(() => make(() => Promise.reject(new RangeError("stop"))), RangeError, "stop");
  assertEquals(await make(() => Promise.resolve(1)), 1);
  assertEquals(await make(() => Promise.resolve(2)), 1);
});

Deno.test("baselines refuse texts with other labels or several", async () => {
  const refused = (text: object, found: string) => {
    const train = [...REVIEWS, text] as typeof REVIEWS;
    return assertRejects(() => Baselines.of({ train }, LABELS), RangeError, `negative, positive, found ${found}`);
  };
  await refused({ text: "a film", label: "dull" }, '"dull"');
  await refused({ text: "a film", labels: ["positive", "negative"] }, "positive, negative");
});
