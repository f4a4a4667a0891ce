import { assert, assertAlmostEquals, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { training } from "../../../src/nn/mod.ts";
import { CharTokenizer, Engine, LanguageModel } from "../../../mod.ts";
import { DynamicEvaluation } from "../../../tasks/language_modeling/dynamic_evaluation.ts";
import { babble } from "../../support/command.ts";
import { dynamicStep } from "../../support/oracles/mod.ts";

const text = babble(300);
const tokenizer = CharTokenizer.train(text);

function makeModel(): LanguageModel {
  return LanguageModel.create({ tokenizer, hidden: 9, embed: 9, tied: true, dropout: 0.4 });
}

const model = makeModel();

Deno.test("a repeated text is predicted better by both rules and from the statistics of a text", async () => {
  const again = text.repeat(3);
  const { loss } = await model.evaluate(again, { streams: 1 });
  const rules = [{ rule: "rms", learningRate: 5e-3 } as const, { rule: "sgd", learningRate: 0.1 } as const, {
    statistics: text,
    learningRate: 3e-4,
  }];
  for (const dynamic of rules) assert((await model.evaluate(again, { dynamic })).loss < loss - 0.05);
});

Deno.test("the default learning rate depends on the rule and on where the statistics come from", async () => {
  const cases = [[{ rule: "sgd" }, 0.03], [{ rule: "rms" }, 3e-4], [{ statistics: text }, 3e-5]] as const;
  for (const [dynamic, learningRate] of cases) {
    const { loss } = await model.evaluate(text, { dynamic });
    assertEquals(loss, (await model.evaluate(text, { dynamic: { ...dynamic, learningRate } })).loss);
    assertNotEquals(
      loss,
      (await model.evaluate(text, { dynamic: { ...dynamic, learningRate: 2 * learningRate } })).loss,
    );
  }
});

Deno.test("a rule for unknown symbols also rewrites the text of the statistics", async () => {
  const { loss } = await model.evaluate(text, { dynamic: { statistics: text } });
  const dynamic = { statistics: text.replaceAll("a", "a§") };
  assertEquals((await model.evaluate(text, { dynamic, unknown: "skip" })).loss, loss);
  const { theta } = await model.tuneCache(text, { dynamic, unknown: "skip" });
  assertEquals(theta, (await model.tuneCache(text, { dynamic: { statistics: text } })).theta);
  (await model.adapt(text, { dynamic, unknown: "skip" }))[Symbol.dispose]();
  await assertRejects(() => model.evaluate(text, { dynamic, unknown: "error" }), RangeError, '"§"');
});

Deno.test("the parameters are restored to the last bit, also if the evaluation is aborted", async () => {
  const before = model.toBytes();
  const { loss } = await model.evaluate(text, { dynamic: { learningRate: 0.01 } });
  assertEquals(model.toBytes(), before);
  assertEquals((await model.evaluate(text, { dynamic: { learningRate: 0.01 } })).loss, loss);
  const aborted = model.evaluate(text, { dynamic: {}, signal: AbortSignal.abort(new RangeError("enough")) });
  await assertRejects(() => aborted, RangeError, "enough");
  assertEquals(model.toBytes(), before);
});

Deno.test("an adapted model generates from what it has learned, and is restored to the last bit", async () => {
  const before = model.toBytes();
  const dynamic = { learningRate: 0.5, bptt: 7 };
  const options = { temperature: 0, maxTokens: 30, logprobs: 0 };
  const plain = await model.complete("the", options);
  const { loss } = await model.evaluate(text, { streams: 1 });
  {
    using _adapted = await model.adapt(text, { dynamic });
    assert((await model.evaluate(text, { streams: 1 })).loss < loss - 0.05);
    assertNotEquals((await model.complete("the", options)).logprobs, plain.logprobs);
    await assertRejects(
      () => model.adapt(text, { dynamic }),
      RangeError,
      "one dynamic evaluation of the model at a time",
    );
  }
  assertEquals(model.toBytes(), before);
  assertEquals((await model.complete("the", options)).logprobs, plain.logprobs);
  const aborted = AbortSignal.abort(new RangeError("enough"));
  await assertRejects(() => model.adapt(text, { dynamic, signal: aborted }), RangeError, "enough");
  await assertRejects(() => model.adapt(text, { cache: {} } as never), TypeError, "adapt: ");
  assertEquals(model.toBytes(), before);
  (await model.adapt(text))[Symbol.dispose]();
});

Deno.test("a second dynamic evaluation at a time is refused, and the parameters are restored", async () => {
  const before = model.toBytes();
  const dynamic = { learningRate: 0.5 };
  const first = model.evaluate(text.repeat(4), { dynamic });
  const refused = await model.evaluate(text, { dynamic }).catch((error) => error);
  assert(refused instanceof RangeError, `${refused}`);
  assertEquals(
    refused.message,
    "adapt to a text: expected one dynamic evaluation of the model at a time, found a second one",
  );
  await first;
  assertEquals(model.toBytes(), before);
  await model.evaluate(text, { dynamic });
});

Deno.test("a learning rate with which the loss is not finite is refused, and the parameters are restored", async () => {
  const before = model.toBytes();
  for (const rule of ["sgd", "rms"] as const) {
    const message = "evaluate: expected a finite loss, found ";
    const options = { dynamic: { rule, learningRate: 1e38 }, cache: { size: 9 } };
    await assertRejects(() => model.evaluate(text, options), RangeError, message);
    await assertRejects(() => model.tuneCache(text, options), RangeError, message);
  }
  assertEquals(model.toBytes(), before);
});

Deno.test("the memory is the same after every evaluation", async () => {
  const own = new Engine();
  const lm = LanguageModel.create({ tokenizer, hidden: 5, engine: own });
  await lm.evaluate(text, { dynamic: {} });
  const { keptBytes } = own;
  for (let i = 0; i < 3; i++) await lm.evaluate(text, { dynamic: {}, cache: { size: 20 } });
  assertEquals(own.keptBytes, keptBytes);
});

Deno.test("a learning rate of 0 is an evaluation without changes, to the last bit", async () => {
  const expected = (await model.evaluate(text, { cache: { lambda: 0 } })).loss;
  for (
    const dynamic of [{ rule: "rms", learningRate: 0, decay: 0.5 } as const, { rule: "sgd", learningRate: 0 } as const]
  ) {
    for (const bptt of [5, 64]) {
      assertAlmostEquals((await model.evaluate(text, { dynamic: { ...dynamic, bptt } })).loss, expected, 1e-7);
    }
    // As many steps in a window as without changes.
    const { loss } = await model.evaluate(text, { dynamic: { ...dynamic, bptt: 256 } });
    assertEquals(loss, expected);
  }
  assertNotEquals((await model.evaluate(text, { dynamic: { learningRate: 1e-3 } })).loss, expected);
});

for (const rule of ["rms", "sgd"] as const) {
  Deno.test(`an update is that of the oracle: ${rule}`, () => {
    const { network } = makeModel();
    const settings = { rule, learningRate: 0.01, decay: 0.3, epsilon: 1e-4, bptt: 5 };
    using dynamic = new DynamicEvaluation(network, settings, 2);
    const ids = tokenizer.encode(text);
    const parameters = network.parameters();
    const trained = parameters.map((parameter) => Float64Array.from(parameter.toArray()));
    const values = trained.map((own) => own.slice());
    const squares = trained.map((own) => new Float64Array(own.length));
    const { h, c } = network.rnn.stateShapes(2);
    const state = (shape: readonly number[] | undefined) => new Float32Array(shape!.reduce((size, n) => size * n, 1));
    const arrays = { h: state(h), c: state(c) };
    assert(arrays.h.length > 0);
    for (let step = 1; step <= 3; step++) {
      const inputs = ids.slice(step * 10, step * 10 + 10);
      const targets = ids.slice(step * 10 + 20, step * 10 + 30);
      // The loss without dropout, from the zero state.
      training(() => {
        for (const parameter of parameters) parameter.zeroGradient();
        network.loss(inputs, targets, 5, 2).loss.backward();
      }, { dropout: false });
      const gradients = parameters.map((parameter) => Float64Array.from(parameter.gradients()));
      for (const [i, own] of gradients.entries()) own.forEach((g, j) => squares[i][j] += g * g);
      const meanSquares = squares.map((own) => own.map((square) => square / step));
      const means = meanSquares.map((own) => own.reduce((sum, m) => sum + Math.sqrt(m), 0) / own.length);
      const mean = means.reduce((sum, m) => sum + m, 0) / means.length;
      for (const [i, own] of values.entries()) {
        const common = { values: own, gradients: gradients[i], trained: trained[i], eps: 1e-4 };
        if (rule === "sgd") dynamicStep({ ...common, lr: 0.01, decay: 0.3 });
        else dynamicStep({ ...common, lr: 0.01 * step / 100, decay: 0.3 / mean, meanSquares: meanSquares[i] });
      }
      dynamic.update({ T: 5, inputs, targets, tokens: 10, allTokens: 10, begins: [] });
      for (const [i, parameter] of parameters.entries()) {
        for (const [j, value] of parameter.toArray().entries()) assertAlmostEquals(value, values[i][j], 2e-5);
      }
    }
  });
}

Deno.test("documents are read one after the other, from zero states", async () => {
  const own = CharTokenizer.train(text, { specials: ["<eos>"] });
  const lm = LanguageModel.create({ tokenizer: own, hidden: 9, endOfText: "<eos>" });
  const documents = Array.from({ length: 6 }, () => text.slice(0, 60));
  const plain = await lm.evaluate(documents, { streams: 1 });
  const { loss, streams, tokens } = await lm.evaluate(documents, { dynamic: { rule: "sgd" } });
  assertEquals([streams, tokens], [1, plain.tokens]);
  assert(loss < plain.loss);
});

Deno.test("documents are read in their own order, so that what is learned depends on it alone", async () => {
  const own = CharTokenizer.train(text, { specials: ["<eos>"] });
  const lm = LanguageModel.create({ tokenizer: own, hidden: 9, endOfText: "<eos>" });
  const [short, long] = [text.slice(0, 20), text.slice(20, 90)];
  const dynamic = { rule: "sgd", learningRate: 0.5, bptt: 200 } as const;
  const sumOf = async (documents: readonly string[]): Promise<number> => {
    const { loss, tokens } = await lm.evaluate(documents, { dynamic });
    return loss * tokens;
  };
  // The first document is read as if it were alone.
  const [alone, both] = [await sumOf([short]), await sumOf([short, long])];
  const scores = await lm.score([short, long]);
  assertAlmostEquals(-scores[0].logprob, alone, 1e-4);
  assertNotEquals(both.toFixed(3), (await sumOf([long, short])).toFixed(3));
  assert(Math.abs(both - alone + scores[1].logprob) > 1e-2);
});

Deno.test("wrong settings are refused in one line", async () => {
  for (
    const dynamic of [{ rule: "sgd", statistics: text }, { rule: "adam" }, { bptt: 0 }, { decay: 2 }, {
      learningRate: -1,
    }, { epsilon: 0 }]
  ) {
    await assertRejects(() => model.evaluate(text, { dynamic: dynamic as object }), Error, "evaluate: ");
  }
});
