import { Random } from "../../src/nn/mod.ts";
import { pausing } from "../../src/train/mod.ts";

/**
 * A 95 % confidence interval of a figure.
 *
 * @example
 * ```ts
 * import { Classifier, treebankTokenizer } from "@elman/elman";
 * import type { Interval } from "@elman/elman/tasks";
 * import { assert } from "@std/assert";
 *
 * const train = [{ text: "a fine film", label: "good" }, { text: "a dull film", label: "bad" }];
 * const tokenizer = treebankTokenizer(train.map(({ text }) => text));
 * const model = Classifier.create({ tokenizer, labels: ["bad", "good"], architecture: "linear" });
 * await model.fit(train);
 * const { accuracy, accuracyInterval } = await model.evaluate([{ text: "fine", label: "good" }]);
 * const [low, high]: Interval = accuracyInterval;
 * assert(low <= accuracy && accuracy <= high);
 * ```
 */
export type Interval = readonly [low: number, high: number];

/** The quantile of the standard normal distribution that leaves 2.5 % above it. */
const Z = 1.959963984540054;

/**
 * Computes the 95 % confidence interval of a share by Wilson's score method (Wilson 1927), which stays within 0 and 1
 * and is sound for few examples too. It covers the chance in the choice of the examples, not that in training.
 *
 * @param hits Number of examples that count for the share.
 * @param examples Number of all examples, at least 1.
 */
export function wilsonInterval(hits: number, examples: number): Interval {
  const share = hits / examples;
  const weight = Z * Z / examples;
  const center = (share + weight / 2) / (1 + weight);
  const radius = Z * Math.sqrt(share * (1 - share) / examples + weight / (4 * examples)) / (1 + weight);
  // The ends are exactly 0 without hits and 1 with hits alone; rounding must not move them.
  return [hits === 0 ? 0 : center - radius, hits === examples ? 1 : center + radius];
}

/** Number of samples of `bootstrapIntervals`, of which 24 are left out at each end, and the seed of their draws. */
const [SAMPLES, OUTSIDE, SEED] = [999, 24, 1];

/**
 * Computes 95 % confidence intervals of figures by the percentile bootstrap (Efron 1979): of their values on samples of
 * the examples, drawn with replacement and as many, the middle 95 %. The same examples have the same intervals.
 *
 * @param examples Number of examples, at least 1.
 * @param figuresOf Computes the figures of a sample of the examples, by their indices.
 * @param options The signal that stops the work, between two samples.
 */
export async function bootstrapIntervals(
  examples: number,
  figuresOf: (sample: Int32Array) => readonly number[],
  options: { readonly signal?: AbortSignal } = {},
): Promise<Interval[]> {
  const [random, sample, pause] = [new Random(SEED), new Int32Array(examples), pausing(options)];
  const found: (readonly number[])[] = [];
  while (found.length < SAMPLES) {
    await pause();
    random.lendUniform(examples, (draws) => {
      for (let i = 0; i < examples; i++) sample[i] = draws[i] * examples;
    });
    found.push(figuresOf(sample));
  }
  return found[0].map((_, figure) => {
    const values = Float64Array.from(found, (figures) => figures[figure]).sort();
    return [values[OUTSIDE], values[SAMPLES - 1 - OUTSIDE]];
  });
}
