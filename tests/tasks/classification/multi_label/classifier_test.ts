import { assert, assertAlmostEquals, assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import {
  Classifier,
  type ClassifierOptions,
  type LabelledText,
  labelsOf,
  splitTexts,
  treebankTokenizer,
} from "../../../../mod.ts";
import { CLASSIFIER_SELECTIONS, findDuplicates, foldTexts } from "../../../../tasks/mod.ts";
import { compareWithBaselines } from "../../../../tasks/classification/comparison.ts";
import { initFrom } from "../../../../tasks/classification/init_from.ts";
import { inTempDir } from "../../../support/command.ts";
import { stopAfter } from "../../../support/stopped_run.ts";
import { LABELS, makeTexts } from "./made_texts.ts";

const TEXTS = makeTexts(260);
const CORPUS = { train: TEXTS.slice(0, 160), valid: TEXTS.slice(160, 210), test: TEXTS.slice(210) };
const TOKENIZER = treebankTokenizer(TEXTS.map(({ text }) => text));
const SETTINGS = { epochs: 12, learningRate: 0.02, averaging: 0.9, adversarial: 0 } as const;

async function train(options: Partial<ClassifierOptions> = {}, corpus: Partial<typeof CORPUS> = CORPUS) {
  const model = Classifier.create({
    ...{ tokenizer: TOKENIZER, labels: LABELS, multiLabel: true, embed: 12, hidden: 12 },
    ...options,
  });
  await model.fit({ train: CORPUS.train, ...corpus }, SETTINGS);
  return model;
}

for (const [name, options] of [["network", { wide: false }], ["linear model", { architecture: "linear" }]] as const) {
  Deno.test(`a ${name} learns labels that words imply independently`, async () => {
    const model = await train(options);
    const evaluation = await model.evaluate(CORPUS.test);
    const { microF1, macroF1, microF1Interval, macroF1Interval, accuracy, labels, ...others } = evaluation;
    assert(microF1Interval![0] <= microF1! && macroF1 <= macroF1Interval![1]);
    const plain = await model.evaluate(CORPUS.test, { intervals: false });
    assertEquals(plain, { ...others, microF1, macroF1, accuracy, labels });
    assert(microF1! > 0.9 && macroF1 > 0.85 && accuracy > 0.8, `${microF1}, ${macroF1}, ${accuracy}`);
    assertEquals(labels.map(({ label }) => label), LABELS);
    assertEquals(model.config.thresholds?.length, 3);
    const [both, none] = await model.classify(["a soldier and a wedding film", "the film with a plot"]);
    assertEquals([both.labels?.toSorted(), none.labels], [["romance", "war"], []]);
    for (const { labels, label, confidence, probabilities } of [both, none]) {
      assertEquals(confidence, Math.max(...Object.values(probabilities)));
      assertEquals(probabilities[label], confidence);
      if (labels!.length > 0) assertEquals(labels![0], label);
    }
  });
}

Deno.test("without validation texts, labels need a probability of 0.5", async () => {
  const model = await train({ architecture: "linear" }, { valid: undefined });
  assertEquals(model.config.thresholds, null);
  for (const { labels, probabilities } of await model.classify(CORPUS.test.map(({ text }) => text))) {
    assertEquals(labels!.toSorted(), LABELS.filter((label) => probabilities[label] >= 0.5));
  }
});

Deno.test("the epoch with the best figure is kept, by default micro F1, with its thresholds and its blend", async () => {
  const names = { accuracy: "validAccuracy", "micro-f1": "validMicroF1", "macro-f1": "validMacroF1" } as const;
  for (const selectBy of [undefined, ...CLASSIFIER_SELECTIONS]) {
    const model = Classifier.create({ tokenizer: TOKENIZER, labels: LABELS, multiLabel: true, embed: 8, hidden: 8 });
    const figures: number[] = [];
    for await (const event of model.fit(CORPUS, { ...SETTINGS, epochs: 4, selectBy })) {
      if (event.event !== "epoch") continue;
      figures.push(selectBy === "loss" ? -event.validLoss! : event[names[selectBy ?? "micro-f1"]]!);
    }
    const { accuracy, microF1, macroF1, loss } = await model.evaluate(CORPUS.valid);
    const kept = { accuracy, "micro-f1": microF1!, "macro-f1": macroF1, loss: -loss }[selectBy ?? "micro-f1"];
    assertAlmostEquals(kept, Math.max(...figures), 1e-6, selectBy);
    assert(model.config.linear!.blend.some((factor) => factor !== 1));
  }
});

Deno.test("a run that resumes on a new model ends with the linear model, the blend and the thresholds of a whole one", async () => {
  const options = { ...SETTINGS, epochs: 4, learningRate: 0.5 };
  const make = (): Classifier =>
    Classifier.create({ tokenizer: TOKENIZER, labels: LABELS, multiLabel: true, embed: 8, hidden: 8 });
  const whole = make();
  const { best } = await whole.fit(CORPUS, options);
  assert(best!.epoch < options.epochs);
  await inTempDir(async (directory) => {
    await stopAfter(best!.epoch, (signal) => make().fit(CORPUS, { ...options, directory, signal }));
    const model = make();
    await model.fit(CORPUS, { resume: directory });
    assertEquals(model.config, whole.config);
    const texts = CORPUS.test.map(({ text }) => text);
    assertEquals(await model.classify(texts), await whole.classify(texts));
  });
});

Deno.test("a saved multi-label classifier loads unchanged, and continues to the same bits", async () => {
  const model = await train({ wide: false });
  await model.calibrate(CORPUS.valid);
  const texts = CORPUS.test.map(({ text }) => text);
  const expected = await model.classify(texts);
  const copy = Classifier.fromBytes(model.toBytes());
  assertEquals([await copy.classify(texts), copy.config], [expected, model.config]);
  await inTempDir(async (directory) => {
    await model.save(`${directory}/m`);
    const loaded = await Classifier.load(`${directory}/m`);
    assertEquals([await loaded.classify(texts), loaded.config], [expected, model.config]);
    const file = `${directory}/m/config.json`;
    const config = JSON.parse(await Deno.readTextFile(file));
    await Deno.remove(`${directory}/m/SHA256SUMS`);
    const refuse = async (change: Record<string, unknown>, message: string): Promise<void> => {
      await Deno.writeTextFile(file, JSON.stringify({ ...config, ...change }));
      await assertRejects(() => Classifier.load(`${directory}/m`), RangeError, message);
    };
    await refuse({ thresholds: [0.5, 2, 0.5] }, "expected thresholds to be numbers above 0 and up to 1, or null");
    await refuse({ thresholds: [0.5] }, "expected thresholds to be 3 numbers, found 1");
    await refuse({ multiLabel: false }, "expected thresholds to be null without multiLabel");
    const { multiLabel: _multiLabel, thresholds: _thresholds, ...rest } = config;
    await Deno.writeTextFile(file, JSON.stringify(rest));
    const former = await Classifier.load(`${directory}/m`);
    assertEquals([former.config.multiLabel, former.config.thresholds], [false, null]);
    assertEquals((await former.classify("a film")).labels, undefined);
  });
});

Deno.test("calibration changes probabilities, not decisions", async () => {
  const model = await train();
  const texts = CORPUS.test.map(({ text }) => text);
  const before = await model.classify(texts);
  const { temperature } = await model.calibrate(CORPUS.valid);
  assert(temperature !== 1);
  const after = await model.classify(texts);
  assertEquals(after.map(({ labels }) => labels!.toSorted()), before.map(({ labels }) => labels!.toSorted()));
  assert(after.some(({ confidence }, i) => confidence !== before[i].confidence));
});

Deno.test("a multi-label classifier explains its most probable label", async () => {
  const model = await train({ architecture: "linear" });
  const { label, words, labels } = await model.explain("a soldier in the film");
  assertEquals([label, labels], ["war", ["war"]]);
  assertEquals(words.toSorted((a, b) => b.weight - a.weight)[0].word, "soldier");
});

Deno.test("balanced label weights give rare labels more true hits", async () => {
  const plain = Classifier.create({ tokenizer: TOKENIZER, labels: LABELS, multiLabel: true, wide: false, hidden: 8 });
  const weighted = Classifier.fromBytes(plain.toBytes());
  const train = { train: CORPUS.train };
  await plain.fit(train, { ...SETTINGS, epochs: 2 });
  await weighted.fit(train, { ...SETTINGS, epochs: 2, labelWeights: "balanced" });
  const recall = async (model: Classifier): Promise<number> =>
    (await model.evaluate(CORPUS.test)).labels.find(({ label }) => label === "war")!.recall;
  assert(await recall(weighted) >= await recall(plain));
  const mean = async (model: Classifier): Promise<number> =>
    (await model.classify(CORPUS.test.map(({ text }) => text)))
      .reduce((sum, { probabilities }) => sum + probabilities.war, 0);
  assert(await mean(weighted) > await mean(plain));
});

Deno.test("texts with several labels need a multi-label classifier, which also takes those with one", async () => {
  const options = { tokenizer: TOKENIZER, labels: LABELS, architecture: "linear" } as const;
  const single = Classifier.create(options);
  await assertRejects(
    () => single.checkFit([{ text: "a", label: "war" }, { text: "b", labels: ["war", "comedy"] }]),
    RangeError,
    "read the training texts: expected one label for each text, found 2 labels in text 2; create the classifier with",
  );
  await assertRejects(() => single.checkFit([{ text: "b", labels: [] }]), RangeError, "found 0 labels in text 1");
  const several = Classifier.create({ ...options, multiLabel: true });
  await several.fit([{ text: "funny", label: "comedy" }, { text: "love", labels: ["romance"] }, {
    text: "a",
    labels: [],
  }]);
  await assertRejects(
    () => several.evaluate([{ text: "a", labels: ["war", "drama"] }]),
    RangeError,
    'expected the labels comedy, romance, war, found "drama" in text 1',
  );
  await assertRejects(
    () => several.evaluate([{ text: "a", labels: [""] }]),
    TypeError,
    "evaluate: expected { text, label } in texts",
  );
  await assertRejects(() => several.checkFit(CORPUS, { labelWeights: [1] }), RangeError, "to be 3 numbers, found 1");
  assertThrows(() => Classifier.create({ ...options, labels: ["war"], multiLabel: true }), RangeError, "at least 2");
});

Deno.test("labelsOf lists the labels of all texts, and splitTexts spreads the rarest ones", () => {
  assertEquals(labelsOf(TEXTS), LABELS);
  const { train, valid, test } = splitTexts(TEXTS, { validFraction: 0.2, testFraction: 0.2 });
  assertEquals([train.length, valid!.length, test!.length], [156, 52, 52]);
  const count = (part: typeof TEXTS, label: string): number =>
    part.filter(({ labels }) => labels.includes(label)).length;
  const all = count(TEXTS, "war");
  for (const part of [valid!, test!]) assert(Math.abs(count([...part], "war") - 0.2 * all) <= 2);
});

Deno.test("folds spread every label, keep equal texts together, and may lack rare labels", () => {
  for (const label of LABELS) {
    const counts = foldTexts(TEXTS, { folds: 4 }).map((fold) =>
      fold.filter((i) => TEXTS[i].labels.includes(label)).length
    );
    assert(Math.max(...counts) - Math.min(...counts) <= 1, `${label}: ${counts}`);
  }
  const texts = [...TEXTS, ...TEXTS.slice(0, 20).map(({ text }) => ({ text: ` ${text}`, labels: ["romance"] }))];
  const once = [...texts, { text: "unique", labels: ["comedy", "rare"] }];
  const folds = foldTexts(once, { folds: 4 });
  assertEquals(folds.flat().sort((a, b) => a - b), [...once.keys()]);
  const foldOf = new Map(folds.flatMap((fold, k) => fold.map((i) => [once[i].text.trim(), k])));
  folds.forEach((fold, k) => fold.forEach((i) => assertEquals(foldOf.get(once[i].text.trim()), k)));
  const few = [{ text: "a", labels: ["war"] }, { text: "A ", labels: ["war"] }, { text: "b", labels: [] }];
  assertThrows(
    () => foldTexts(few, { folds: 3 }),
    RangeError,
    "at most 2, the number of different texts, found 3 folds",
  );
});

Deno.test("a classifier goes on with several labels: with all weights if the labels are the same", async () => {
  const source = await train({ wide: false });
  const copy = Classifier.fromClassifier(source);
  assertEquals([copy.config.multiLabel, copy.config.thresholds], [true, null]);
  const text = "a soldier and a wedding film";
  assertEquals((await copy.classify(text)).probabilities, (await source.classify(text)).probabilities);
  await copy.fit(CORPUS, { ...SETTINGS, epochs: 1 });
  assertEquals(copy.config.thresholds?.length, 3);
  const other = Classifier.fromClassifier(source, { labels: ["a", "b"] });
  assertEquals((await other.classify(text)).labels!.length <= 2, true);
  const single = Classifier.fromClassifier(source, { multiLabel: false });
  const sum = Object.values((await single.classify(text)).probabilities).reduce((a, b) => a + b);
  assertAlmostEquals(sum, 1, 1e-6);
  const output = (model: Classifier) => [...model.network.namedParameters()].at(-1)![1].toArray();
  assertEquals(output(Classifier.fromClassifier(single, { labels: LABELS })), output(single));
  assertNotEquals(output(single), output(source)); // Its logits meant decisions, not one choice.
});

Deno.test("--init-from takes texts with one label for those with several only if the labels are known", async () => {
  const source = await train({ wide: false });
  await inTempDir(async (directory) => {
    await source.save(directory);
    const start = async (...texts: LabelledText[]): Promise<Classifier["config"]> => {
      const data = { corpus: { train: texts }, files: [], sequences: { alphabet: null, window: null } };
      return (await initFrom(directory, {}, data)).config;
    };
    const known = await start({ text: "a soldier", label: "war" }, { text: "funny", label: "comedy" });
    assertEquals([known.multiLabel, known.labels], [true, ["comedy", "war"]]);
    const other = await start({ text: "a soldier", label: "sad" }, { text: "funny", label: "happy" });
    assertEquals([other.multiLabel, other.labels], [false, ["happy", "sad"]]);
    const several = await start({ text: "a soldier", label: "x|y", labels: ["x", "y"] });
    assertEquals([several.multiLabel, several.labels], [true, ["x", "y"]]);
  });
});

Deno.test("equal texts with other lists of labels are contradictions, in any order of the labels", () => {
  const train = [{ text: "a film", labels: ["war", "comedy"] }, { text: "A film", labels: ["comedy", "war"] }];
  assertEquals(findDuplicates({ train }).contradictions, 0);
  assertEquals(findDuplicates({ train: [...train, { text: "a film", labels: [] }] }).contradictions, 1);
});

Deno.test("a multi-label model that does not beat the linear model says so last", async () => {
  const model = await train();
  const label = (texts: typeof TEXTS): LabelledText[] =>
    texts.map((text) => ({ ...text, label: text.labels.join("|") }));
  const corpus = { train: label(CORPUS.train), valid: label(CORPUS.valid), test: label(CORPUS.test) };
  const test = await model.evaluate(CORPUS.test);
  const compare = (microF1: number) => compareWithBaselines(model, corpus, { test: { ...test, microF1 } });
  const [worse, better] = [await compare(0.3), await compare(1.1)];
  assert(worse.results.at(-1)!.startsWith("This model does not beat the linear model on the test texts (micro F1 0.3"));
  assertEquals(better.results.length, 1);
  assertEquals(Object.keys(better.fields).slice(-2), ["test_majority_micro_f1", "test_linear_micro_f1"]);
  const share = CORPUS.test.filter(({ labels }) => labels.includes("romance")).length; // The most frequent one for training.
  const all = CORPUS.test.reduce((sum, { labels }) => sum + labels.length, 0);
  assertAlmostEquals(better.fields.test_majority_micro_f1 as number, 2 * share / (CORPUS.test.length + all), 1e-12);
});
