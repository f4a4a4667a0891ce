// Wrong arguments that unchecked JavaScript may pass to the models: each throws one line that says what was expected.

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  CharTokenizer,
  Classifier,
  labelsOf,
  LanguageModel,
  splitPairs,
  splitText,
  splitTexts,
  Translator,
  treebankTokenizer,
  VectorClassifier,
} from "../../mod.ts";
import { filesUnder, inTempDir } from "../support/command.ts";
import { OtherRunError } from "../../src/train/mod.ts";
import { CELLS, GRU, LSTM, RNN } from "../../src/nn/mod.ts";

const tokenizer = CharTokenizer.train("abc \n");
const lm = LanguageModel.create({ tokenizer, hidden: 4, embed: 4 });
const classifier = Classifier.create({ tokenizer, labels: ["x", "y"], hidden: 4, embed: 4 });
const translator = Translator.create({ sourceTokenizer: tokenizer, hidden: 4, embed: 4 });

// deno-lint-ignore no-explicit-any
type Anything = any;

async function assertRefused(action: () => unknown, words: string): Promise<void> {
  const error = await assertRejects(async () => await action(), Error, words) as Error;
  assert(error instanceof TypeError || error instanceof RangeError, `${error}`);
  assert(!error.message.includes("\n") && error.message.length < 400, error.message);
}

Deno.test("fit refuses data of the wrong type", async () => {
  const anything: Anything[] = [5, null, undefined, true, () => {}, new Map(), {}, [1], { train: 5 }, { valid: "a" }];
  for (const data of [...anything, [{ text: "a", label: "x" }]]) {
    await assertRefused(() => lm.fit(data), "fit: expected a text, documents or { train, valid, test }");
  }
  for (const data of [["a"], [], { train: "ab", valid: ["a"] }]) {
    await assertRefused(
      () => lm.fit(data),
      "fit: expected running text for a model without endOfText, found documents",
    );
  }
  for (
    const data of [...anything, "a", ["a"], [{ text: "a" }], [{ text: "a", label: 1 }], [null], { train: [], test: 5 }]
  ) {
    await assertRefused(() => classifier.fit(data), "fit: expected ");
  }
  for (const data of [...anything, "a", ["a"], [{ source: "a" }], [["a", "b"]], { train: [], valid: "a" }]) {
    await assertRefused(() => translator.fit(data), "fit: expected ");
  }
  await assertRefused(() => classifier.evaluate("a" as Anything), "evaluate: expected { text, label } in texts");
  await assertRefused(() => translator.evaluate(5 as Anything), "evaluate: expected { source, target } in pairs");
});

Deno.test("create refuses values that are not tokenizers, and unknown options", async () => {
  const makers: [(options: Anything) => unknown, name: string][] = [
    [LanguageModel.create, "tokenizer"],
    [Classifier.create, "tokenizer"],
    [Translator.create, "sourceTokenizer"],
  ];
  for (const [create, name] of makers) {
    for (const options of [{}, null, undefined, 5, { [name]: "char" }, { [name]: {} }, { [name]: null }]) {
      await assertRefused(() => create(options), `expected ${name} to be a tokenizer`);
    }
  }
  await assertRefused(
    () => Translator.create({ sourceTokenizer: tokenizer, targetTokenizer: "char" } as Anything),
    "targetTokenizer",
  );
  await assertRefused(() => LanguageModel.create({ tokenizer, hiden: 3 } as Anything), "did you mean hidden?");
  await assertRefused(
    () => LanguageModel.create({ tokenizer, hidden: "3" } as Anything),
    'hidden to be a whole number of at least 1, or one for each layer, found "3"',
  );
  await assertRefused(
    () => LanguageModel.create({ tokenizer, cell: "LSTM" } as Anything),
    `cell to be one of ${CELLS.join(", ")}, found "LSTM"`,
  );
  await assertRefused(
    () => Classifier.create({ tokenizer } as Anything),
    "labels to be at least 2 different labels, found none",
  );
  await assertRefused(() => Classifier.create({ tokenizer, labels: "ab" } as Anything), "labels");
  await assertRefused(
    () => Translator.create({ sourceTokenizer: tokenizer, atention: "dot" } as Anything),
    "did you mean attention?",
  );
});

Deno.test("fit names settings and options that are unknown or of the wrong type", async () => {
  await assertRefused(() => lm.fit("abc", { epoch: 3 } as Anything), "did you mean epochs?");
  await assertRefused(
    () => lm.fit("abc", { learningRate: "0.1" } as Anything),
    'learningRate to be a finite number above 0, found "0.1"',
  );
  await assertRefused(() => lm.fit("abc", 5 as Anything), "fit: expected an object of options, found 5");
  await assertRefused(() => lm.fit("abc", null as Anything), "fit: expected an object of options, found null");
  await assertRefused(() => classifier.fit([], { batches: 3 } as Anything), "did you mean batch?");
  await assertRefused(
    () => lm.complete("a", { temperature: "0" } as Anything),
    'temperature to be a finite number of at least 0, found "0"',
  );
  await assertRefused(() => lm.complete("a", { maxTokens: "9" } as Anything), "maxTokens");
  await assertRefused(() => lm.complete("a", { top_k: 3 } as Anything), 'unknown option "top_k"; did you mean topK?');
  await assertRefused(() => translator.translate("a", { beams: 3 } as Anything), "did you mean beam?");
  await assertRefused(
    () => translator.translate("a", { beam: "3" } as Anything),
    'beam to be a whole number of at least 1 and at most 1000, found "3"',
  );
  for (const Layer of [RNN, LSTM, GRU]) {
    assertThrows(() => new Layer({ input: 2, hidden: "3" } as Anything), TypeError);
    assertThrows(() => new Layer({ input: 2, hidden: 3, hiden: 3 } as Anything), TypeError);
  }
  assertThrows(() => new RNN({ input: 2, hidden: 3, nonlinearity: "sigmoid" as "relu" }), RangeError, "tanh, relu");
});

Deno.test("fit checks the types of run options", async () => {
  const circular: Anything = { name: "a" };
  circular.self = circular;
  const wrong: [options: Anything, words: string][] = [
    [{ saveEvery: 0 }, "fit: expected saveEvery to be a whole number of at least 1, found 0"],
    [{ saveEvery: "a" }, 'fit: expected saveEvery to be a whole number of at least 1, found "a"'],
    [{ saveWhen: true }, "fit: expected saveWhen to be a function, found true"],
    [{ notes: circular }, "fit: expected notes that can be written as JSON, found some that cannot: "],
    [{ notes: { size: 1n } }, "fit: expected notes that can be written as JSON, found some that cannot: "],
    [{ notes: 3 }, "fit: expected notes to be an object, found 3"],
    [{ signal: 5 }, "fit: expected signal to be an AbortSignal, found 5"],
    [{ directory: 5 }, "fit: expected directory to be a string that is not empty, found 5"],
    [{ resume: "" }, "fit: expected resume to be a string that is not empty"],
    [{ checkpoint: 5 }, "fit: expected checkpoint to be what loadCheckpoint returns, found 5"],
    [{ checkpoint: {} }, "fit: expected checkpoint to be what loadCheckpoint returns, found {}"],
  ];
  for (const [options, words] of wrong) await assertRefused(() => lm.fit("abc", options), words);
  for (const Model of [LanguageModel, Classifier, Translator] as Anything[]) {
    await assertRefused(() => Model.load(5 as Anything), "expected the path of a directory, a URL or files, found 5");
    await assertRefused(() => Model.load("a", { engin: 3 } as Anything), "did you mean engine?");
    await assertRefused(() => Model.fromBytes(5 as Anything), "expected a Uint8Array, found 5");
    await assertRefused(() => Model.loadCheckpoint(5 as Anything), "expected directory to be a path, found 5");
  }
  await assertRefused(() => lm.save(5 as Anything), "save a model: expected directory to be a path, found 5");
});

Deno.test("resuming a run of another task is refused with the names of both tasks", async () => {
  await inTempDir(async (directory) => {
    const labelled = [{ text: "a b", label: "x" }, { text: "b c", label: "y" }];
    await classifier.fit(labelled, { directory, maxSteps: 1 });
    const words = 'expected a model of the task language-modeling, found "classification"';
    await assertRefused(() => lm.fit("abc abc", { resume: directory }), words);
    await assertRefused(() => LanguageModel.loadCheckpoint(directory), words);
  });
});

Deno.test("ids whose blocks lack the requested position are refused", async () => {
  const few = new Uint8Array(5);
  const wrong: Anything[] = [{ start: 0, ids: new Int32Array(0) }, { start: 0, ids: few }, { start: 7, ids: few }, {}];
  for (const block of [...wrong, undefined, { start: NaN, ids: few }]) {
    const ids = { length: 2000, characters: 2000, block: () => block };
    await assertRefused(() => lm.fit({ train: ids }), "read a text: expected a block with position");
    await assertRefused(() => lm.evaluate(ids), "read a text: expected a block with position");
  }
});

Deno.test("a run resumes only with its own model, and a refusal changes no file", async () => {
  const labelled = [{ text: "a b", label: "x" }, { text: "b c", label: "y" }];
  const makeClassifier = (labels = ["x", "y"]): Classifier =>
    Classifier.create({ tokenizer, labels, hidden: 4, embed: 4 });
  const makeLanguageModel = (options = {}): LanguageModel =>
    LanguageModel.create({ tokenizer, hidden: 4, embed: 4, ...options });
  const other = CharTokenizer.train("xyz \n");
  const [swapped, others] = [makeClassifier(["y", "x"]), makeLanguageModel({ tokenizer: other })];
  const run = { maxSteps: 3, batch: 1 };
  const cases: [fit: (model: Anything, options: Anything) => Promise<unknown>, Class: Anything, Anything, words: [
    Anything,
    string,
  ][]][] = [
    [(model, options) => model.fit(labelled, options), Classifier, makeClassifier, [
      [swapped, 'expected a model whose labels is ["x","y"], as in '],
    ]],
    [(model, options) => model.fit("abc abc abc", options), LanguageModel, makeLanguageModel, [
      [makeLanguageModel({ dropout: 0.5 }), "expected a model whose dropout is 0, as in "],
      [others, "tokenizer.json, found another"],
    ]],
  ];
  for (const [fit, Class, make, wrong] of cases) {
    await inTempDir(async (place) => {
      const directory = `${place}/run`;
      await fit(make(), { ...run, maxSteps: 1, directory });
      const before = filesUnder(directory);
      const checkpoint = await Class.loadCheckpoint(directory);
      for (const [model, words] of wrong) {
        for (const options of [{ resume: directory }, { checkpoint, directory }]) {
          const error = await assertRejects(() => fit(model, { ...options, maxSteps: 3 }), OtherRunError, words);
          assert(!error.message.includes("\n"));
        }
      }
      assertEquals(filesUnder(directory), before);
      await fit(make(), { checkpoint, directory: `${place}/new`, maxSteps: 2 });
      await fit(make(), { resume: directory, maxSteps: 3 });
    });
  }
});

Deno.test("a classifier calibrated after training can resume its run", async () => {
  await inTempDir(async (directory) => {
    const labelled = [{ text: "a b", label: "x" }, { text: "b c", label: "y" }];
    const model = Classifier.create({ tokenizer, labels: ["x", "y"], hidden: 4, embed: 4 });
    await model.fit(labelled, { batch: 1, maxSteps: 1, directory });
    await model.calibrate(labelled);
    assert(model.config.temperature !== 1);
    assertEquals((await model.fit(labelled, { resume: directory, maxSteps: 2 })).steps, 2);
  });
});

Deno.test("a failed resume names the files and leaves the model unchanged", async () => {
  await inTempDir(async (directory) => {
    await lm.fit("abc abc abc", { batch: 1, bptt: 2, maxSteps: 2, directory });
    const file = `${directory}/training_state.json`;
    const state = JSON.parse(await Deno.readTextFile(file));
    state.settings.optimizer = "sgd";
    await Deno.writeTextFile(file, JSON.stringify(state));
    await Deno.remove(`${directory}/SHA256SUMS`);
    const model = LanguageModel.create({ tokenizer, hidden: 4, embed: 4, seed: 7 });
    const before = model.toBytes();
    const words =
      `read ${file} and training_state.safetensors: restore an optimizer: expected no state other than the steps`;
    await assertRefused(() => model.fit("abc abc abc", { resume: directory }), words);
    assertEquals(model.toBytes(), before);
  });
});

Deno.test("a config.json without a header or with an unknown version is refused in one line", async () => {
  await inTempDir(async (directory) => {
    await lm.save(directory);
    await Deno.remove(`${directory}/SHA256SUMS`);
    const good = JSON.parse(await Deno.readTextFile(`${directory}/config.json`));
    const lies: [json: unknown, words: string][] = [
      [{ ...good, version: undefined }, "config.json: expected a format version from 1 to 2, found none"],
      ...[-1, 0, 1.5, 2.5].map((version): [unknown, string] => [{ ...good, version }, `1 to 2, found ${version}`]),
      [{ ...good, version: 3 }, "found 3; a newer Elman wrote it"],
      [{ ...good, version: "2" }, 'found "2"'],
      [{ ...good, format: undefined }, 'expected "format": "elman", found none'],
      [{ ...good, format: "x".repeat(1e5) }, 'expected "format": "elman", found "xxx'],
      [{ ...good, task: undefined }, "expected a model of the task language-modeling, found none"],
      [{ ...good, task: "x".repeat(1e5) }, 'expected a model of the task language-modeling, found "xxx'],
      [[], 'expected "format": "elman", found []'],
      [null, 'expected "format": "elman", found null'],
    ];
    for (const [json, words] of lies) {
      await Deno.writeTextFile(`${directory}/config.json`, JSON.stringify(json));
      const { message } = await assertRejects(() => LanguageModel.load(directory), Error, words);
      assert(message.length < 400 && !message.includes("\n") && !message.includes("undefined"), message);
      assertEquals(message.includes("newer"), words.includes("newer"), message);
    }
  });
});

Deno.test("unknown parts of a corpus are refused, and so are options that follow from others", async () => {
  const meant = 'unknown option "vaild"; did you mean valid?';
  await assertRefused(() => lm.fit({ train: "abc", vaild: "abc" } as Anything), meant);
  await assertRefused(() => classifier.fit({ train: [], vaild: [] } as Anything), meant);
  await assertRefused(() => translator.fit({ train: [], vaild: [] } as Anything), meant);
  await assertRefused(
    () => LanguageModel.create({ tokenizer, vocabSize: 3 } as Anything),
    'unknown option "vocabSize"',
  );
  await assertRefused(() => Classifier.create({ tokenizer, vectors: 5 } as Anything), "expected vectors");
  await assertRefused(
    () => Classifier.fromLanguageModel(lm, { labels: ["x", "y"], hidden: 7 } as Anything),
    'unknown option "hidden"',
  );
  await assertRefused(
    () => Classifier.fromLanguageModel(5 as Anything, { labels: ["x", "y"] }),
    "a language model, found 5",
  );
});

Deno.test("the methods of models refuse arguments that are not texts, and unknown options", async () => {
  for (const wrong of [5, null, {}, [5]] as Anything[]) {
    await assertRefused(() => classifier.classify(wrong), "classify: expected texts");
    await assertRefused(() => translator.translate(wrong), "translate: expected texts");
    await assertRefused(() => lm.completeAll(wrong), "generate: expected prompts");
    await assertRefused(() => lm.complete(wrong), "generate: expected prompt to be a text");
    await assertRefused(() => classifier.explain(wrong), "explain: expected text to be a text");
    await assertRefused(() => lm.evaluate(wrong), "evaluate: expected a text, documents, or their ids");
    await assertRefused(() => translator.evaluate(wrong), "evaluate: expected { source, target } in pairs");
    await assertRefused(() => classifier.evaluate(wrong), "evaluate: expected { text, label } in texts");
    await assertRefused(() => labelsOf(wrong), "list labels: expected { text, label } in texts");
  }
  await assertRefused(() => lm.complete("a", null as Anything), "generate: expected an object of options, found null");
  await assertRefused(() => translator.translate("a", null as Anything), "translate: expected an object of options");
  for (const members of [5, [5], [lm]] as Anything[]) {
    await assertRefused(() => translator.translate("a", { members }), "expected members to be a list of translators");
  }
  await assertRefused(() => lm.complete("a", 5 as Anything), "generate: expected an object of options, found 5");
  await assertRefused(() => lm.evaluate("abc", { batchs: 3 } as Anything), 'unknown option "batchs"');
  await assertRefused(() => classifier.explain("a", { methd: 3 } as Anything), "did you mean method?");
  await assertRefused(
    () => classifier.explain("a", { method: "x" } as Anything),
    'explain: expected method to be one of attention, omission, mutation, found "x"',
  );
  const splits = [splitText.bind(null, "abc"), splitTexts.bind(null, []), splitPairs.bind(null, [])] as Anything[];
  for (const split of splits) await assertRefused(() => split({ valid: 0.1 }), 'unknown option "valid"');
  await assertRefused(() => treebankTokenizer(["a"], { maxSize: 3 } as Anything), 'unknown option "maxSize"');
});

Deno.test("a fit that takes no step keeps a classifier's calibration", async () => {
  const labelled = [{ text: "a b", label: "x" }, { text: "b c", label: "y" }];
  const model = Classifier.create({ tokenizer, labels: ["x", "y"], hidden: 4, embed: 4 });
  await model.calibrate(labelled);
  const { temperature } = model.config;
  assert(temperature !== 1);
  await assertRejects(
    async () => await model.fit(labelled, { signal: AbortSignal.abort(new RangeError("stop")) }),
    Error,
    "stop",
  );
  await assertRejects(async () => await model.fit(labelled, { directory: "/proc/no/such/place" }));
  assertEquals(model.config.temperature, temperature);
  await model.fit(labelled, { maxSteps: 1 });
  assertEquals(model.config.temperature, 1);
});

Deno.test("a classifier refuses running text, whose labels occur only once", async () => {
  const words = Array.from({ length: 3000 }, (_, i) => ({ text: `word ${i} of a text`, label: `w${i % 2500}` }));
  await assertRefused(() => classifier.fit(words), "found 2,000 of 2,500 labels that occur once");
  const few = Array.from({ length: 90 }, (_, i) => ({ text: "a b c", label: `w${i}` }));
  const labels = few.map(({ label }) => label);
  const model = Classifier.create({ tokenizer, labels, hidden: 4, embed: 4 });
  assertEquals((await model.fit(few, { maxSteps: 1 })).steps, 1);
});

Deno.test("options that are no object are refused", async () => {
  assertThrows(() => LanguageModel.fromLanguageModel(lm, null as Anything), TypeError, "expected an object of options");
  await assertRefused(() => lm.tuneCache("ab a", null as Anything), "tune a cache: expected an object of options");
  for (const options of [null, undefined, 5]) {
    assertThrows(() => VectorClassifier.create(options as Anything), TypeError, "expected a frame processor");
  }
});
