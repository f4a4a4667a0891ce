import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { inference } from "../../../src/nn/mod.ts";
import { CharTokenizer, Engine, LanguageModel } from "../../../mod.ts";
import { mixedLoss, NeuralCache, shareOf } from "../../../tasks/language_modeling/neural_cache.ts";
import { babble } from "../../support/command.ts";
import { randomFloats, randomIntegers } from "../../support/floats.ts";
import { BUILDS } from "../../support/kernel_contract.ts";
import { neuralCache } from "../../support/oracles/mod.ts";

const text = babble(700);
const tokenizer = CharTokenizer.train(text);
const model = LanguageModel.create({ tokenizer, cell: "gru", hidden: 9, embed: 7, dropout: 0.4, initRange: 0.8 });

for (const build of BUILDS) {
  Deno.test(`a neural cache is that of the oracle for any window and division into steps: ${build}`, () => {
    const engine = new Engine({ build });
    const [V, H, n] = [5, 7, 200];
    const states = randomFloats(1, n * H);
    const tokens = randomIntegers(2, n, 0, V);
    for (const size of [1, 3, 33, 500]) {
      using cache = new NeuralCache(engine, { size }, H);
      const found: Float64Array[][] = Array.from({ length: n }, () => []);
      // Steps of 1, 2, 4, ... so that blocks begin and end anywhere.
      for (let first = 0, count = 1; first < n; first += count, count *= 2) {
        const end = Math.min(n, first + count);
        cache.read(
          states.subarray(first * H, end * H),
          tokens.subarray(first, end),
          [0.7, 0],
          (index, own, shares, which) => {
            found[first + index][which] = Float64Array.from({ length: V }, (_, v) => shareOf(v, own, shares));
          },
        );
      }
      const rows = Array.from(tokens, (_, t) => [...states.subarray(t * H, (t + 1) * H)]);
      assertEquals(found[0], []);
      for (let t = 1; t < n; t++) {
        for (const [which, theta] of [0.7, 0].entries()) {
          const own = { states: rows.slice(0, t + 1), tokens: [...tokens.subarray(0, t + 1)], size, theta };
          for (const [v, p] of neuralCache(own, V).entries()) assertAlmostEquals(found[t][which][v], p, 1e-5);
        }
      }
    }
    assertEquals(engine.keptBytes, 0);
  });
}

Deno.test("recalling sees what reading sees, and changes nothing", () => {
  const [H, n] = [4, 9];
  const states = randomFloats(3, n * H);
  const tokens = randomIntegers(4, n, 0, 3);
  using whole = new NeuralCache(Engine.default(), { size: 5 }, H);
  using single = new NeuralCache(Engine.default(), { size: 5 }, H);
  const expected: number[][] = [[]];
  whole.read(states, tokens, [0.5], (index, _, shares) => expected[index] = [...shares]);
  for (let t = 0; t < n; t++) {
    const state = states.subarray(t * H, (t + 1) * H);
    let found: number[] = [];
    for (let i = 0; i < 2; i++) single.recall(state, 0.5, (_, shares) => found = [...shares]);
    for (const [i, share] of found.entries()) assertAlmostEquals(share, expected[t][i], 1e-6);
    assertEquals(found.length, expected[t].length);
    single.remember(state, tokens[t]);
  }
});

Deno.test("the mixed loss is that of the mixed probability, and the loss itself at lambda 0", () => {
  assertEquals(mixedLoss(1.234567, 0.3, 0), 1.234567);
  for (const [loss, share, lambda] of [[0.1, 0, 0.5], [3, 0.9, 0.2], [20, 1, 0.9]]) {
    const p = (1 - lambda) * Math.exp(-loss) + lambda * share;
    assertAlmostEquals(mixedLoss(loss, share, lambda), -Math.log(p), 1e-12);
  }
  assert(Number.isFinite(mixedLoss(1e6, 0.5, 0.1)));
});

/** The mean loss with a cache, computed step by step from the oracle. */
function expectedLoss(
  ids: Int32Array,
  { size, theta, lambda }: { size: number; theta: number; lambda: number },
): number {
  const T = ids.length - 1;
  const { states, losses } = inference(() => {
    const { hidden, logits } = model.network.forward(ids.slice(0, T), T, 1);
    const V = tokenizer.size;
    const values = logits.toArray();
    const losses = Array.from({ length: T }, (_, t) => {
      const row = Float64Array.from(values.subarray(t * V, (t + 1) * V));
      return Math.log(row.reduce((sum, x) => sum + Math.exp(x), 0)) - row[ids[t + 1]];
    });
    const width = hidden.shape[2];
    const flat = hidden.toArray();
    return { losses, states: losses.map((_, t) => [...flat.subarray(t * width, (t + 1) * width)]) };
  });
  const tokens = [...ids.subarray(1)];
  const mixed = losses.map((loss, t) => {
    if (t === 0) return loss;
    const own = { states: states.slice(0, t + 1), tokens: tokens.slice(0, t + 1), size, theta };
    return -Math.log((1 - lambda) * Math.exp(-loss) + lambda * neuralCache(own, tokenizer.size)[tokens[t]]);
  });
  return mixed.reduce((sum, loss) => sum + loss, 0) / T;
}

Deno.test("an evaluation with a cache reads one stream and mixes what the oracle predicts", async () => {
  const cache = { size: 40, theta: 0.9, lambda: 0.25 };
  const { loss, streams } = await model.evaluate(text, { cache });
  assertEquals(streams, 1);
  assertAlmostEquals(loss, expectedLoss(tokenizer.encode(text), cache), 1e-5);
  const plain = await model.evaluate(text, { streams: 1 });
  const none = await model.evaluate(text, { cache: { lambda: 0 } });
  assertAlmostEquals(none.loss, plain.loss, 1e-7);
});

Deno.test("each stream has a cache of its own", async () => {
  const cache = { size: 40, theta: 0.9, lambda: 0.25 };
  const ids = tokenizer.encode(text);
  const halves = [ids.slice(0, 350), ids.slice(349)];
  const [first, second] = halves.map((half) => expectedLoss(half, cache) * (half.length - 1));
  const { loss, streams } = await model.evaluate(text, { cache, streams: 2 });
  assertEquals(streams, 2);
  assertAlmostEquals(loss, (first + second) / 699, 1e-5);
});

Deno.test("tuning finds the pair with the lowest loss of its grid, which evaluating then gives", async () => {
  const { theta, lambda, size } = await model.tuneCache(text, { cache: { size: 60 } });
  assertEquals(size, 60);
  const lossOf = async (cache: { theta: number; lambda: number }) =>
    (await model.evaluate(text, { cache: { size, ...cache } })).loss;
  const best = await lossOf({ theta, lambda });
  assert(lambda > 0);
  for (
    const other of [{ theta: 0, lambda }, { theta: 2, lambda: 0.02 }, { theta, lambda: 0 }, { theta, lambda: 0.5 }]
  ) {
    assert(best <= await lossOf(other));
  }
});

Deno.test("the defaults are those that suit words and characters", async () => {
  const { loss } = await model.evaluate(text, { cache: {} });
  assertEquals(loss, (await model.evaluate(text, { cache: { size: 2000, theta: 1, lambda: 0.1 } })).loss);
});

Deno.test("wrong settings of a cache are refused in one line", async () => {
  for (const cache of [{ size: 0 }, { lambda: 1 }, { theta: -1 }, { thetta: 1 }]) {
    await assertRejects(() => model.evaluate(text, { cache }), Error, "evaluate: ");
  }
  await assertRejects(() => model.evaluate(text, { streams: 0 }), RangeError, "streams");
});

Deno.test("a text is generated from the probabilities that an evaluation with the cache has", async () => {
  const cache = { size: 30, theta: 0.9, lambda: 0.4 };
  const options = { cache, maxTokens: 40, temperature: 1, seed: 3, logprobs: 0 };
  const prompt = text.slice(0, 50);
  const { text: rest, logprobs } = await model.complete(prompt, options);
  const sumOf = async (text: string) => {
    const { loss, tokens } = await model.evaluate(text, { cache });
    return loss * tokens;
  };
  const expected = await sumOf(prompt) - await sumOf(prompt + rest);
  assertAlmostEquals(logprobs!.reduce((sum, { logprob }) => sum + logprob, 0), expected, 1e-3);
  const [plain] = await model.completeAll([prompt], { ...options, cache: undefined });
  assert(plain.text !== rest);
  const several = await model.completeAll([prompt, prompt, "the"], options);
  assertEquals(several[0].text, rest);
  let pieces = "";
  for await (const piece of model.generate(prompt, options)) pieces += piece;
  assertEquals(pieces, rest);
});

Deno.test("a text that is continued keeps its cache, whole, in pieces and in parts of a prompt", async () => {
  const cache = { size: 30, theta: 0.9, lambda: 0.4 };
  const options = { cache, temperature: 0, logprobs: 2 };
  const prompt = text.slice(0, 50);
  const whole = await model.complete(prompt, { ...options, maxTokens: 40 });
  for (const cut of [1, 20, 49]) {
    const { state } = await model.complete(prompt.slice(0, cut), { ...options, maxTokens: 0 });
    const first = await model.complete(prompt.slice(cut), { ...options, state, maxTokens: 13 });
    const second = model.generate("", { ...options, state: first.state, maxTokens: 27 });
    const pieces = await Array.fromAsync(second);
    assertEquals(first.text + pieces.join(""), whole.text);
    const logprobs = [...first.logprobs!, ...second.logprobs!].map(({ logprob }) => logprob);
    for (const [i, { logprob }] of whole.logprobs!.entries()) assertAlmostEquals(logprobs[i], logprob, 1e-4);
    assertEquals(second.state.cache!.tokens, whole.state.cache!.tokens);
    assertEquals(second.state.cache!.tokens.length, 30);
  }
  const { state } = await model.complete(prompt, { maxTokens: 0 });
  assertEquals(state.cache, undefined);
  const wrong = { ...whole.state, cache: { states: new Float32Array(8), tokens: Int32Array.of(1) } };
  await assertRejects(
    () => model.complete("", { ...options, state: wrong }),
    RangeError,
    "restore a cache: expected 1 hidden states of 9 numbers, found 8 numbers",
  );
});

Deno.test("a cache of a size that no memory has is refused in one line", async () => {
  const error = await assertRejects(() => model.evaluate(text, { cache: { size: 1e10 } }), RangeError);
  assertEquals(
    error.message,
    "evaluate: expected size to be a whole number of at least 1 and at most 16777216, found 10000000000",
  );
});
