// What JavaScript, which the compiler does not check, may pass to the models: each gets one line that says what was expected.

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { CharTokenizer, Classifier, LanguageModel, Translator } from "../../mod.ts";
import { GRU, LSTM, RNN } from "../../src/nn/mod.ts";

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

Deno.test("data of another kind are refused by fit", async () => {
  const anything: Anything[] = [5, null, undefined, true, () => {}, new Map(), {}, [1], { train: 5 }, { valid: "a" }];
  for (const data of [...anything, ["a"], [{ text: "a", label: "x" }]]) {
    await assertRefused(() => lm.fit(data), "fit: expected a text or { train, valid, test }");
  }
  for (
    const data of [...anything, "a", ["a"], [{ text: "a" }], [{ text: "a", label: 1 }], [null], { train: [], test: 5 }]
  ) {
    await assertRefused(() => classifier.fit(data), "fit: expected ");
  }
  for (const data of [...anything, "a", ["a"], [{ source: "a" }], [["a", "b"]], { train: [], valid: "a" }]) {
    await assertRefused(() => translator.fit(data), "fit: expected ");
  }
  await assertRefused(() => classifier.evaluate("a" as Anything), "evaluate: expected a list of labelled texts");
  await assertRefused(() => translator.evaluate(5 as Anything), "evaluate: expected a list of sentence pairs");
});

Deno.test("models are not made of what is no tokenizer, nor with options that do not exist", async () => {
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
    'hidden to be a whole number of at least 1, found "3"',
  );
  await assertRefused(
    () => LanguageModel.create({ tokenizer, cell: "LSTM" } as Anything),
    'cell to be one of rnn, lstm, gru, found "LSTM"',
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

Deno.test("settings and options that do not exist, or are of another type, are refused by name", async () => {
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

Deno.test("a classifier does not learn from running text, whose labels occur once", async () => {
  const words = Array.from({ length: 3000 }, (_, i) => ({ text: `word ${i} of a text`, label: `w${i % 2500}` }));
  await assertRefused(() => classifier.fit(words), "found 2,000 of 2,500 labels that occur once");
  const few = Array.from({ length: 90 }, (_, i) => ({ text: "a b c", label: `w${i}` }));
  const labels = few.map(({ label }) => label);
  const model = Classifier.create({ tokenizer, labels, hidden: 4, embed: 4 });
  assertEquals((await model.fit(few, { maxSteps: 1 })).steps, 1);
});
