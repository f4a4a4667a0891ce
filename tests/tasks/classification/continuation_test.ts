import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { Classifier, LanguageModel, treebankTokenizer } from "../../../mod.ts";
import { splitTexts } from "../../../tasks/mod.ts";
import { generateReviews } from "../../../tasks/default_data/mod.ts";

const REVIEWS = generateReviews(60);
const TOKENIZER = treebankTokenizer(REVIEWS.map(({ text }) => text));
const LABELS = [...new Set(REVIEWS.map(({ label }) => label))].sort();

/** Trains a classifier with all layers and two members for an epoch. */
async function trainSource(): Promise<Classifier> {
  const source = Classifier.create({
    ...{ tokenizer: TOKENIZER, labels: LABELS, embed: 6, conv: 3, filters: 5, convPool: 2, hidden: 4, members: 2 },
    ...{ cell: "gru", dropout: 0.25, wordDropout: 0, maxTokens: 50 },
  });
  await source.fit(splitTexts(REVIEWS, { validFraction: 0.2 }), { epochs: 1 });
  return source;
}

/** The weights of the network, without the linear model. */
function weightsOf({ network }: Classifier): Map<string, Float32Array> {
  return new Map(
    network.members.flatMap((member, i) =>
      [...member.namedParameters()].map(([name, parameter]) => [`${i}.${name}`, parameter.toArray()] as const)
    ),
  );
}

Deno.test("a classifier that goes on with the same labels has all weights, in whichever order they are given", async () => {
  const source = await trainSource();
  for (const labels of [undefined, LABELS, LABELS.toReversed()]) {
    const model = Classifier.fromClassifier(source, { labels });
    assertEquals(model.config, { ...source.config, linear: null });
    assertEquals(weightsOf(model), weightsOf(source));
    assertEquals(model.tokenizer, source.tokenizer);
  }
});

Deno.test("a classifier that goes on with other labels has new weights in its output layer only", async () => {
  const source = await trainSource();
  const labels = ["comedy", "drama", "thriller"];
  const model = Classifier.fromClassifier(source, { labels });
  const [own, other] = [weightsOf(model), weightsOf(source)];
  const isOutput = (name: string): boolean => /^\d\.classifier\./.test(name);
  assertEquals([...own.keys()], [...other.keys()]);
  for (const [name, values] of own) {
    if (isOutput(name)) assertNotEquals(values, other.get(name), name);
    else assertEquals(values, other.get(name), name);
  }
  assertEquals([...own.keys()].filter(isOutput).length, 4);
  assertEquals(model.config.labels, labels);
});

Deno.test("labels of the same number are other labels", async () => {
  const source = await trainSource();
  const model = Classifier.fromClassifier(source, { labels: ["comedy", "drama"] });
  assertNotEquals(weightsOf(model).get("0.classifier.weight"), weightsOf(source).get("0.classifier.weight"));
});

Deno.test("a classifier that goes on does not share its weights, and trains its linear model anew", async () => {
  const source = await trainSource();
  const before = weightsOf(source);
  const model = Classifier.fromClassifier(source);
  assertEquals(model.network.linear, undefined);
  const { epochs } = await model.fit(REVIEWS, { epochs: 1 });
  assertEquals(epochs.length, 1);
  assert(model.network.linear);
  assertEquals(weightsOf(source), before);
  assertNotEquals(weightsOf(model), before);
});

Deno.test("a classifier that goes on has the other's dropout rates unless they are given, and is not calibrated", async () => {
  const source = await trainSource();
  await source.calibrate(REVIEWS);
  const model = Classifier.fromClassifier(source, { wordDropout: 0.5, dropout: undefined });
  const { wordDropout, dropout, maxTokens, temperature } = model.config;
  assertEquals({ wordDropout, dropout, maxTokens, temperature }, {
    wordDropout: 0.5,
    dropout: 0.25,
    maxTokens: 50,
    temperature: 1,
  });
});

Deno.test("what decides the shape of the weights is refused, and so is what is no classifier with a network", () => {
  const source = Classifier.create({ tokenizer: TOKENIZER, labels: LABELS, hidden: 4 });
  for (const wrong of [{ hidden: 4 }, { cell: "gru" }, { pooling: "max" }, { members: 2 }, { tokenizer: TOKENIZER }]) {
    assertThrows(() => Classifier.fromClassifier(source, wrong as object), TypeError, "unknown option");
  }
  const lm = LanguageModel.create({ tokenizer: TOKENIZER, hidden: 4 });
  assertThrows(() => Classifier.fromClassifier(lm as unknown as Classifier), TypeError, "expected a classifier, found");
  const linear = Classifier.create({ tokenizer: TOKENIZER, labels: LABELS, architecture: "linear" });
  assertThrows(() => Classifier.fromClassifier(linear), RangeError, "found a linear model");
});

Deno.test("a classifier of sequences goes on with its alphabet", () => {
  const source = Classifier.create({ tokenizer: TOKENIZER, labels: LABELS, hidden: 4, alphabet: "dna", window: 60 });
  const { alphabet, window, reverseComplement } = Classifier.fromClassifier(source, {
    window: 81,
    reverseComplement: true,
  }).config;
  assertEquals({ alphabet, window, reverseComplement }, { alphabet: "dna", window: 81, reverseComplement: true });
});
