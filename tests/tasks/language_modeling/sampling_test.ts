import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { Sampler } from "../../../tasks/language_modeling/sampling.ts";
import type { SamplingSettings } from "../../../tasks/mod.ts";

const GRID = 4000;

/**
 * Returns the share of each token among the choices for evenly spaced u in [0, 1); `observed` are tokens that have
 * occurred.
 */
function shares(
  logits: readonly number[],
  options: Partial<SamplingSettings>,
  observed: readonly number[] = [],
): number[] {
  const counts = logits.map(() => 0);
  for (let i = 0; i < GRID; i++) {
    const sampler = new Sampler(logits.length, { temperature: 1, ...options });
    for (const token of observed) sampler.observe(token);
    counts[sampler.choose(Float32Array.from(logits), (i + 0.5) / GRID)]++;
  }
  return counts.map((count) => count / GRID);
}

function assertShares(found: readonly number[], weights: readonly number[], message?: string): void {
  const sum = weights.reduce((a, b) => a + b, 0);
  // Each token corresponds to one interval of u, whose ends lie between points of the grid.
  for (const [i, weight] of weights.entries()) {
    assertAlmostEquals(found[i], weight / sum, 1.01 / GRID, `${message ?? ""} token ${i}: ${found} of ${weights}`);
  }
}

/** Probabilities of eight tokens in no order, and their logits. */
const P = [0.05, 0.3, 0.02, 0.2, 0.18, 0.1, 0.12, 0.03];
const LOGITS = P.map((p) => Math.log(p) + 3);
const only = (...kept: number[]): number[] => P.map((p, i) => kept.includes(i) ? p : 0);

Deno.test("without options, tokens are drawn with the probabilities of the softmax", () => {
  assertShares(shares(LOGITS, {}), P);
  assertShares(shares(LOGITS, { temperature: 1, topK: 8, topP: 1, minP: 0, repetitionPenalty: 1 }), P);
});

Deno.test("temperature 0 always takes the likeliest token, the first of equally likely ones", () => {
  assertEquals(shares(LOGITS, { temperature: 0 }), [0, 1, 0, 0, 0, 0, 0, 0]);
  assertEquals(shares([1, 5, 5, -2], { temperature: 0 }), [0, 1, 0, 0]);
});

Deno.test("temperature divides the logits: probabilities to the power 1/temperature", () => {
  for (const temperature of [0.25, 0.5, 2, 10]) {
    assertShares(shares(LOGITS, { temperature }), P.map((p) => p ** (1 / temperature)), `temperature ${temperature}`);
  }
  assertEquals(shares(LOGITS, { temperature: 1e-30 }), shares(LOGITS, { temperature: 0 }));
});

Deno.test("top-k keeps the k likeliest tokens", () => {
  assertEquals(shares(LOGITS, { topK: 1 }), [0, 1, 0, 0, 0, 0, 0, 0]);
  assertShares(shares(LOGITS, { topK: 3 }), only(1, 3, 4));
  assertShares(shares(LOGITS, { topK: 7 }), only(0, 1, 3, 4, 5, 6, 7));
  assertShares(shares(LOGITS, { topK: 100 }), P);
  assertShares(shares([1, 1, 1, 1], { topK: 2 }), [1, 1, 0, 0], "the first of equally likely tokens");
});

Deno.test("top-p keeps the likeliest tokens until they reach the probability", () => {
  assertShares(shares(LOGITS, { topP: 0.01 }), only(1), "at least one token");
  assertShares(shares(LOGITS, { topP: 0.29 }), only(1));
  assertShares(shares(LOGITS, { topP: 0.31 }), only(1, 3));
  assertShares(shares(LOGITS, { topP: 0.49 }), only(1, 3));
  assertShares(shares(LOGITS, { topP: 0.79 }), only(1, 3, 4, 6));
  assertShares(shares(LOGITS, { topP: 0.99 }), P);
});

Deno.test("min-p keeps tokens at least that share as likely as the likeliest one", () => {
  assertShares(shares(LOGITS, { minP: 0.09 }), only(0, 1, 3, 4, 5, 6, 7));
  assertShares(shares(LOGITS, { minP: 0.35 }), only(1, 3, 4, 6));
  assertShares(shares(LOGITS, { minP: 1 }), only(1));
  assertShares(shares([2, 2, 1, 2], { minP: 1 }), [1, 1, 0, 1], "all equally likely tokens");
});

Deno.test("top-k, top-p and min-p apply after the temperature, in this order", () => {
  const squared = P.map((p) => p ** 2);
  // The squares sum to 0.1906; 0.09 and 0.04 are 0.682 of that.
  assertShares(shares(LOGITS, { temperature: 0.5, topP: 0.68 }), squared.map((p, i) => [1, 3].includes(i) ? p : 0));
  // The three likeliest sum to 0.68; 0.3 and 0.2 are 0.735 of that.
  assertShares(shares(LOGITS, { topK: 3, topP: 0.73 }), only(1, 3));
  assertShares(shares(LOGITS, { topK: 3, topP: 0.74 }), only(1, 3, 4));
  assertShares(shares(LOGITS, { topP: 0.79, minP: 0.5 }), only(1, 3, 4));
  // min-p comes last: topP reaches its probability before min-p removes anything.
  assertShares(shares(LOGITS, { topK: 6, topP: 0.4, minP: 0.65 }), only(1, 3));
});

Deno.test("the repetition penalty divides positive and multiplies negative logits of tokens that have occurred", () => {
  const logits = [2, -1, 0, 0.5];
  const expected = [2 / 1.5, -1 * 1.5, 0, 0.5].map(Math.exp);
  assertShares(shares(logits, { repetitionPenalty: 1.5 }, [0, 1, 2, 0]), expected);
  assertShares(shares(logits, { repetitionPenalty: 1.5 }), logits.map(Math.exp), "nothing has occurred");
  assertEquals(shares([2, 1.9], { repetitionPenalty: 1.2, temperature: 0 }, [0]), [0, 1], "before the temperature");
});

Deno.test("tokens of probability 0 are never drawn", () => {
  const logits = [-Infinity, 0, -1000, 0, -Infinity];
  for (const options of [{}, { topK: 4 }, { topP: 0.999 }]) {
    assertShares(shares(logits, options), [0, 1, 0, 1, 0]);
    const last = new Sampler(5, options).choose(Float32Array.from(logits), 1 - 2 ** -53);
    assertEquals(last, 3);
  }
});

Deno.test("the choices of a sampler are independent of earlier ones", () => {
  const sampler = new Sampler(8, { temperature: 1, topK: 3 });
  const counts = P.map(() => 0);
  for (let i = 0; i < GRID; i++) counts[sampler.choose(Float32Array.from(LOGITS), (i + 0.5) / GRID)]++;
  assertShares(counts.map((count) => count / GRID), only(1, 3, 4));
});

Deno.test("invalid options are refused with their name and value", () => {
  const impossible: Record<keyof SamplingSettings, number[]> = {
    temperature: [-0.1, NaN, Infinity],
    topK: [0, -1, 1.5, NaN],
    topP: [0, -0.1, 1.1, NaN],
    minP: [-0.1, 1.1, NaN],
    repetitionPenalty: [0, -1, NaN, Infinity],
  };
  for (const [name, values] of Object.entries(impossible)) {
    for (const value of values) {
      const { message } = assertThrows(() => new Sampler(3, { [name]: value }), RangeError);
      assertEquals(message.includes(`expected ${name} `) && message.endsWith(`found ${value}`), true, message);
    }
  }
});
