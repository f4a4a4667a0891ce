import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { freeze, remember, rememberLatest } from "../../../tasks/classification/remember.ts";
import { CLASSIFIER_TUNING } from "../../../tasks/classification/tuning.ts";
import { complete } from "../../../src/schema/mod.ts";
import { CLASSIFIER_PROGRAM } from "../../../tasks/classification/program.ts";
import { freeDimensions, merge, type RunFields, sampleCandidates } from "../../../tasks/tuning/mod.ts";
import { filesUnder, inTempDir } from "../../support/command.ts";
import { Classifier, type ClassifierEpoch, labelsOf, treebankTokenizer } from "../../../mod.ts";
import type { ClassifierSelection, ClassifierSettings } from "../../../tasks/mod.ts";

const TEXTS = Array.from({ length: 24 }, (_, i) => ({
  text: `${i % 2 ? "ACGTACGTAC" : "TTGGCCAATT"}${"ACGT"[i % 4]}`,
  label: i % 2 ? "yes" : "no",
}));
const CORPUS = { train: TEXTS.slice(0, 16), valid: TEXTS.slice(16) };
const OTHER = { alphabet: null, window: null } as const;
const DNA = { alphabet: "dna", window: 11 } as const;

/** All choices in the space for some data and given fields. */
function spaceOf(given: RunFields, sequences: typeof OTHER | typeof DNA = OTHER): RunFields[] {
  const space = CLASSIFIER_TUNING.space(given, { corpus: CORPUS, files: [], sequences });
  return space.flatMap(({ choices }) => choices).map((fields) => merge({}, fields));
}

/** The names of all fields in the space. */
function namesOf(...data: Parameters<typeof spaceOf>): Set<string> {
  return new Set(spaceOf(...data).flatMap(({ plan, model, fit }) => Object.keys({ ...plan, ...model, ...fit })));
}

Deno.test("the space depends on the data: words or subwords for texts, k-mers for sequences, convolutions of either", () => {
  const [texts, sequences] = [namesOf({}), namesOf({}, DNA)];
  for (const name of ["hidden", "layers", "dropout", "learningRate", "pooling", "embed"]) {
    assert(texts.has(name) && sequences.has(name), name);
  }
  const widths = (given: RunFields, sequences: typeof OTHER | typeof DNA = OTHER): unknown[] =>
    spaceOf(given, sequences).flatMap(({ model = {} }) => "conv" in model ? [model.conv] : []);
  assertEquals([widths({}), widths({}, DNA), widths({ plan: { tokenizer: "char" } })], [[3], [5, 9, 9], [5, 9, 9]]);
  assertEquals([texts.has("minCount"), texts.has("k")], [true, false]);
  assertEquals([sequences.has("minCount"), sequences.has("k")], [false, true]);
  const vectors = namesOf({ plan: { vectors: "glove.txt" } });
  assertEquals([vectors.has("embed"), vectors.has("tokenizer"), vectors.has("hidden")], [false, false, true]);
  const pretrained = namesOf({ plan: { initFrom: "models/lm" } });
  assertEquals([pretrained.has("hidden"), pretrained.has("tokenizer"), pretrained.has("dropout")], [
    false,
    false,
    true,
  ]);
});

Deno.test("learning rates are tried around the one that suits the data, or the default of the optimizer", () => {
  const ratesOf = (given: RunFields): unknown[] =>
    CLASSIFIER_TUNING.space(given, { corpus: CORPUS, files: [], sequences: OTHER })
      .flatMap(({ choices }) => choices).flatMap(({ fit }) => fit && "learningRate" in fit ? [fit.learningRate] : []);
  assertEquals(ratesOf({}), [0.001, 0.004]);
  assertEquals(ratesOf({ plan: { vectors: "glove.txt" } }), [0.0005, 0.002]);
  assertEquals(ratesOf({ fit: { optimizer: "sgd" } }), [0.5, 2]);
  assertEquals(ratesOf({ fit: { learningRate: 0.004 } }), [0.002, 0.008]);
});

Deno.test("the last training may be one of several members, but not of a classifier that begins with another", () => {
  assertEquals(CLASSIFIER_TUNING.average!({}, 5), { model: { members: 5 } });
  assertEquals(CLASSIFIER_TUNING.average!({ plan: { initFrom: "models/first" } }, 5), undefined);
});

Deno.test("a search without validation texts, or for a linear model, is refused", () => {
  const space = (given: RunFields, corpus: { train: typeof TEXTS; valid?: typeof TEXTS }) => () =>
    CLASSIFIER_TUNING.space(given, { corpus, files: [], sequences: OTHER });
  assertThrows(space({}, { train: TEXTS }), RangeError, "expected validation texts to judge by, found none");
  assertThrows(space({ model: { architecture: "linear" } }, CORPUS), RangeError, "expected --model network");
});

Deno.test("candidates are compared by the figure that selects epochs, which is micro F1 with several labels", () => {
  const several = { train: [{ text: "a", label: "x|y", labels: ["x", "y"] }] };
  const event = { validAccuracy: 0.5, validMacroF1: 0.6, validLoss: 0.7 } as ClassifierEpoch;
  const shown = (selectBy?: ClassifierSelection, isMultiLabel = false): string => {
    const corpus = isMultiLabel ? several : CORPUS;
    const own = isMultiLabel ? { ...event, validMicroF1: 0.8 } : event;
    const { name, show } = CLASSIFIER_TUNING.figure({ selectBy }, { corpus, files: [], sequences: OTHER });
    return `${name} ${show(CLASSIFIER_TUNING.figures(own, { selectBy }).objective)}`;
  };
  assertEquals([shown(), shown("accuracy", true)], Array(2).fill("validation accuracy 50.00 %"));
  assertEquals([shown(undefined, true), shown("macro-f1", true)], [
    "validation micro F1 0.8000",
    "validation macro F1 0.6000",
  ]);
  assertEquals([shown("loss"), shown("loss", true)], Array(2).fill("validation loss 0.7000"));
  // A higher objective is better.
  assertEquals(CLASSIFIER_TUNING.figures(event, { selectBy: "loss" }), { objective: -0.7, loss: 0.7 });
});

Deno.test("the standard error of a figure is that of a share of the validation texts, or of their mean loss", () => {
  const valid = Array.from({ length: 100 }, () => TEXTS[0]);
  const errorOf = (selectBy: ClassifierSelection, objective: number): number =>
    CLASSIFIER_TUNING.figure({ selectBy }, { corpus: { ...CORPUS, valid }, files: [], sequences: OTHER })
      .errorOf(objective);
  for (const selectBy of ["accuracy", "micro-f1", "macro-f1"] as const) {
    assertAlmostEquals(errorOf(selectBy, 0.9), 0.03);
  }
  assertAlmostEquals(errorOf("loss", -0.3), 0.03);
});

Deno.test("a share of the texts is spread evenly, and the validation texts stay", () => {
  const part = CLASSIFIER_TUNING.part({ ...CORPUS }, 0.25) as typeof CORPUS;
  assertEquals(part.train, [3, 7, 11, 15].map((i) => TEXTS[i]));
  assertEquals(part.valid, CORPUS.valid);
  assertEquals((CLASSIFIER_TUNING.part({ ...CORPUS }, 1) as typeof CORPUS).train, CORPUS.train);
});

Deno.test("results are remembered for a corpus and each of its shares, whichever is trained on first", () => {
  const corpus = { train: [...TEXTS], valid: [...TEXTS] };
  const part = CLASSIFIER_TUNING.part(corpus, 0.25);
  assertEquals(CLASSIFIER_TUNING.part(corpus, 0.25) === part, true);
  assertEquals(CLASSIFIER_TUNING.part(corpus, 0.5) === part, false);
  let made = 0;
  for (const own of [corpus, part, corpus, part]) remember(own, "model", () => ++made);
  assertEquals(made, 2);
});

for (const [name, sequences] of Object.entries({ texts: OTHER, sequences: DNA })) {
  Deno.test(`every candidate for ${name} can be created`, async () => {
    const data = { corpus: CORPUS, files: [], sequences };
    const space = freeDimensions(CLASSIFIER_TUNING.space({}, data), {
      given: ["hidden", "embed"],
      inEffect: merge({}, {}),
    });
    for (const candidate of sampleCandidates(space, 12, 3)) {
      const { plan, model } = merge({ model: { hidden: 2, embed: 2 } }, candidate);
      const made = await CLASSIFIER_PROGRAM.create(complete(CLASSIFIER_PROGRAM.plan, plan, "read"), model, data);
      assertEquals({ ...made.config, ...model }, made.config);
    }
  });
}

Deno.test("only results of frozen corpora are remembered", () => {
  let made = 0;
  const ask = (corpus: object, key: string): number => remember(corpus, key, () => ++made);
  const open = { train: [1], valid: undefined };
  assertEquals([ask(open, "a"), ask(open, "a")], [1, 2]);
  const half = Object.freeze({ train: [1] });
  assertEquals([ask(half, "a"), ask(half, "a")], [3, 4]);
  const shallow = Object.freeze({ train: Object.freeze([{ text: "a" }]) });
  assertEquals([ask(shallow, "a"), ask(shallow, "a")], [5, 6]);
  const fixed = freeze({ train: [{ text: "a", labels: ["x"] }], valid: undefined });
  assertEquals([ask(fixed, "a"), ask(fixed, "a"), ask(fixed, "b"), ask(fixed, "a")], [7, 7, 8, 7]);
  assertThrows(() => (fixed.train[0].labels as string[]).push("y"), TypeError);
  const outer = freeze(Object.freeze({ train: Object.freeze([{ text: "a" }]) }));
  assertEquals([ask(outer, "a"), ask(outer, "a")], [9, 9]);
});

Deno.test("lastEpoch ends a run after the current epoch with the best parameters, and the run can be resumed", async () => {
  const tokenizer = treebankTokenizer(TEXTS.map(({ text }) => text));
  const create = (): Classifier => Classifier.create({ tokenizer, labels: labelsOf(TEXTS), embed: 4, hidden: 4 });
  await inTempDir(async (directory) => {
    const [ended, whole, short] = ["a", "b", "c"].map((name) => `${directory}/${name}`);
    const ends = new AbortController();
    const model = create();
    const epochs: number[] = [];
    const settings = { batch: 4, epochs: 5 };
    for await (const event of model.fit(CORPUS, { ...settings, directory: ended, lastEpoch: ends.signal })) {
      if (event.event === "epoch") epochs.push(event.epoch);
      else if (event.step === 6) ends.abort();
    }
    assertEquals(epochs, [1, 2]);
    const other = create();
    await other.fit(CORPUS, { ...settings, epochs: 2, directory: short });
    assertEquals(model.toBytes(), other.toBytes());
    assertEquals(filesUnder(ended).get("model.safetensors"), filesUnder(short).get("model.safetensors"));
    await (await Classifier.load(ended)).fit(CORPUS, { resume: ended });
    await create().fit(CORPUS, { ...settings, directory: whole });
    assertEquals(filesUnder(ended), filesUnder(whole));
  });
});

Deno.test("trials with one tokenizer encode the texts once, and the latest encoding alone is kept", async () => {
  const corpus = CLASSIFIER_TUNING.part({ train: [...TEXTS], valid: [...TEXTS] }, 1);
  const tokenizer = treebankTokenizer(TEXTS.map(({ text }) => text));
  let encoded = 0;
  const encode = tokenizer.encode.bind(tokenizer);
  tokenizer.encode = (text) => (encoded++, encode(text));
  const check = async (options: { maxTokens?: number }, data = corpus): Promise<number> => {
    const before = encoded;
    await Classifier.create({ tokenizer, labels: labelsOf(TEXTS), hidden: 4, ...options }).checkFit(data);
    return encoded - before;
  };
  assertEquals([await check({}), await check({}), await check({ maxTokens: 1 })], [48, 0, 48]);
  assertEquals([await check({ maxTokens: 1 }), await check({})], [0, 48]);
  // What may change is encoded each time.
  assertEquals([await check({}, { ...CORPUS }), await check({}, { ...CORPUS })], [24, 24]);
  assertEquals(rememberLatest({ train: [1] }, [], () => 1), 1);
});

Deno.test("the rate falls to the end of a budget of minutes; that of a number of epochs, as in a search, is constant", () => {
  const { settings } = CLASSIFIER_PROGRAM.model.task;
  const scheduleOf = (given: Partial<ClassifierSettings>): string => complete(settings, given, "fit").schedule;
  assertEquals([scheduleOf({}), scheduleOf({ epochs: 9 }), scheduleOf({ minutes: 5 })], [
    "constant",
    "constant",
    "cosine",
  ]);
  assertEquals(scheduleOf({ minutes: 5, schedule: "constant" }), "constant");
});
