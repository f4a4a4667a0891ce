import { assert, assertAlmostEquals, assertEquals, assertLess, assertThrows } from "@std/assert";
import { InputRangeError } from "../../../errors.ts";
import { Penalties } from "../../../tasks/language_modeling/penalties.ts";
import { Sampler } from "../../../tasks/language_modeling/sampling.ts";
import { completeSampling } from "../../../tasks/language_modeling/sampling_options.ts";
import type { SamplingSettings } from "../../../tasks/mod.ts";
import { seededRandom } from "../../support/random.ts";
import { referenceCandidates } from "../../support/reference_sampler.ts";

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
    const sampler = new Sampler(logits.length, completeSampling({ temperature: 1, ...options }));
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
  assertShares(shares(LOGITS, { topP: 0 }), only(1), "at least one token");
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

Deno.test("presence and frequency penalties are subtracted once and for each occurrence, as OpenAI defines them", () => {
  const logits = [2, -1, 0, 0.5];
  const penalties = { presencePenalty: 0.7, frequencyPenalty: 0.2 };
  const expected = [2 - 0.7 - 3 * 0.2, -1 - 0.7 - 0.2, 0, 0.5].map(Math.exp);
  assertShares(shares(logits, penalties, [0, 1, 0, 0]), expected);
  assertShares(shares(logits, { presencePenalty: -1 }, [3, 3]), [2, -1, 0, 1.5].map(Math.exp), "below 0");
  const all = { ...penalties, repetitionPenalty: 1.5 };
  const both = [2 / 1.5 - 0.9, -1.5 - 0.9, 0, 0.5].map(Math.exp);
  assertShares(shares(logits, all, [0, 1]), both, "after the repetition penalty");
});

Deno.test("the repetition window limits all three penalties to the last tokens", () => {
  const options = { repetitionPenalty: 1.5, presencePenalty: 0.7, frequencyPenalty: 0.2 };
  const text = [0, 0, 1, 2, 0, 3, 3];
  for (const repetitionWindow of [1, 2, 3, 5, 7, 100]) {
    const found = shares([2, -1, 0, 0.5], { ...options, repetitionWindow }, text);
    assertEquals(found, shares([2, -1, 0, 0.5], options, text.slice(-repetitionWindow)), `${repetitionWindow}`);
  }
  const long = Array.from({ length: 3000 }, (_, i) => i % 7 === 0 ? 0 : 1);
  const penalized = (text: readonly number[], repetitionWindow: number | null): Float32Array => {
    const penalties = new Penalties(completeSampling({ ...options, repetitionWindow }));
    for (const token of text) penalties.observe(token);
    const logits = Float32Array.of(2, -1);
    penalties.apply(logits);
    return logits;
  };
  for (const window of [10, 2000]) assertEquals(penalized(long, window), penalized(long.slice(-window), null));
});

Deno.test("typical sampling keeps the tokens whose information is nearest to the entropy", () => {
  // The entropy is 1.80 nats; -log p is 1.61 for 0.2, 1.71 for 0.18, 2.12 for 0.12, 2.3 for 0.1, 1.2 for 0.3.
  assertShares(shares(LOGITS, { typicalP: 0.01 }), only(4), "at least one token");
  assertShares(shares(LOGITS, { typicalP: 0.37 }), only(3, 4));
  assertShares(shares(LOGITS, { typicalP: 0.49 }), only(3, 4, 6));
  assertShares(shares(LOGITS, { typicalP: 0.59 }), only(3, 4, 5, 6));
  assertShares(shares(LOGITS, { typicalP: 0.89 }), only(1, 3, 4, 5, 6));
  assertShares(shares([1, 1, 1, 1], { typicalP: 0.6 }), [1, 1, 1, 0], "the first of equally typical tokens");
  // Among the three likeliest, the entropy is 1.07 nats; -log p is 0.82, 1.22 and 1.33.
  assertShares(shares(LOGITS, { topK: 3, typicalP: 0.5 }), only(1, 3), "after top-k");
  assertShares(shares(LOGITS, { typicalP: 0.49, topP: 0.39 }), only(3), "before top-p");
  assertShares(shares(LOGITS, { typicalP: 0.49, minP: 0.61 }), only(3, 4), "before min-p");
});

Deno.test("top-k 0 and null keep all tokens", () => {
  assertShares(shares(LOGITS, { topK: 0 }), P);
  assertEquals(shares(LOGITS, { topK: 0, topP: 0.79 }), shares(LOGITS, { topK: null, topP: 0.79 }));
});

Deno.test("any options draw the tokens of a plain sampler in double precision", () => {
  const random = seededRandom(7);
  const chance = (share: number): boolean => random() < share;
  const between = (low: number, high: number): number => low + random() * (high - low);
  const draw = (): { settings: SamplingSettings; logits: number[]; text: number[] } => {
    const size = Math.floor(between(1, 40));
    const text = Array.from({ length: Math.floor(between(0, 30)) }, () => Math.floor(random() * size));
    // Multiples of a half give many equal logits; some tokens are impossible or almost so.
    const logit = (): number => chance(0.1) ? -Infinity : chance(0.1) ? -60 : Math.round(between(-4, 8)) / 2;
    const logits = Array.from({ length: size }, logit);
    logits[Math.floor(random() * size)] = 1;
    const settings = completeSampling({
      temperature: chance(0.1) ? 0 : between(0.3, 2),
      topK: chance(0.4) ? Math.floor(between(0, size + 2)) : null,
      typicalP: chance(0.4) ? between(0.05, 1) : 1,
      topP: chance(0.4) ? between(0.05, 1) : 1,
      minP: chance(0.3) ? random() : 0,
      repetitionPenalty: chance(0.4) ? between(0.7, 2) : 1,
      presencePenalty: chance(0.3) ? between(-1, 2) : 0,
      frequencyPenalty: chance(0.3) ? between(-0.5, 1) : 0,
      repetitionWindow: chance(0.4) ? Math.floor(between(1, 20)) : null,
    });
    return { settings, logits, text };
  };
  let ambiguous = 0;
  for (let i = 0; i < 2000; i++) {
    const { settings, logits, text } = draw();
    const { tokens, probabilities, isAmbiguous } = referenceCandidates(logits, settings, text);
    if (isAmbiguous) {
      ambiguous++;
      continue;
    }
    const sampler = new Sampler(logits.length, settings);
    for (const token of text) sampler.observe(token);
    for (const u of [0, random(), random(), 1 - 2 ** -24]) {
      const place = tokens.indexOf(sampler.choose(Float32Array.from(logits), u));
      const start = probabilities.slice(0, place).reduce((a, b) => a + b, 0);
      const isExpected = place >= 0 && u > start - 1e-4 && u < start + probabilities[place] + 1e-4;
      assert(isExpected, `case ${i}, u ${u}: ${JSON.stringify({ settings, logits, text, place, tokens })}`);
    }
  }
  assertLess(ambiguous, 100);
});

Deno.test("logits of which none is finite are refused", () => {
  for (const logits of [[-Infinity, -Infinity], [NaN, NaN], [NaN, 1]]) {
    for (const options of [{}, { topK: 1 }, { typicalP: 0.5 }]) {
      const choose = () => new Sampler(2, completeSampling(options)).choose(Float32Array.from(logits), 0.5);
      assertThrows(choose, InputRangeError, "generate: expected finite logits, found none");
    }
  }
  const greedy = new Sampler(2, completeSampling({ temperature: 0 }));
  assertThrows(() => greedy.choose(Float32Array.from([-Infinity, NaN]), 0.5), InputRangeError, "finite logits");
});

Deno.test("tokens of probability 0 are never drawn", () => {
  const logits = [-Infinity, 0, -1000, 0, -Infinity];
  for (const options of [{}, { topK: 4 }, { topP: 0.999 }]) {
    assertShares(shares(logits, options), [0, 1, 0, 1, 0]);
    const last = new Sampler(5, completeSampling(options)).choose(Float32Array.from(logits), 1 - 2 ** -53);
    assertEquals(last, 3);
  }
});

Deno.test("the choices of a sampler are independent of earlier ones", () => {
  const sampler = new Sampler(8, completeSampling({ temperature: 1, topK: 3 }));
  const counts = P.map(() => 0);
  for (let i = 0; i < GRID; i++) counts[sampler.choose(Float32Array.from(LOGITS), (i + 0.5) / GRID)]++;
  assertShares(counts.map((count) => count / GRID), only(1, 3, 4));
});

Deno.test("invalid options are refused with their name and value", () => {
  const impossible: Record<keyof SamplingSettings, number[]> = {
    temperature: [-0.1, NaN, Infinity],
    topK: [-1, 1.5, NaN],
    typicalP: [0, -0.1, 1.1, NaN],
    topP: [-0.1, 1.1, NaN],
    minP: [-0.1, 1.1, NaN],
    repetitionPenalty: [0, -1, NaN, Infinity],
    presencePenalty: [NaN, Infinity],
    frequencyPenalty: [NaN, -Infinity],
    repetitionWindow: [0, -1, 1.5, NaN],
  };
  for (const [name, values] of Object.entries(impossible)) {
    for (const value of values) {
      const { message } = assertThrows(() => completeSampling({ [name]: value }), RangeError);
      assertEquals(message.includes(`expected ${name} `) && message.endsWith(`found ${value}`), true, message);
    }
  }
});
