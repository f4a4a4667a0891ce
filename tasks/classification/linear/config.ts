import type { Blend } from "./blend.ts";
import { type LinearFeatures, MAX_BUCKETS } from "./features.ts";

/** The features of a linear model, and its part in the logits. */
export interface LinearConfig extends LinearFeatures {
  /** The factors of the network's and of the linear model's logits in their sum, fitted to the validation texts. */
  readonly blend: Blend;
}

/** The longest n-grams, and the longest texts whose letters have positions. */
const [MAX_NGRAM, MAX_POSITIONS] = [64, 2 ** 31 - 1];

/** Returns what is expected of the features of a linear model if a value is none. */
export function checkLinear(value: unknown): string | undefined {
  const given = (value ?? {}) as Partial<LinearConfig>;
  const { words, shapes, letters, positions, regions = 1, gaps = 0, openings = false, marks = false, ...others } =
    given;
  const { buckets, blend, ...rest } = others;
  const isLength = (n: unknown, most: number, least = 1): boolean =>
    Number.isInteger(n) && (n as number) >= least && (n as number) <= most;
  const isRange = letters === null ||
    Array.isArray(letters) && letters.length === 2 && letters.every((n) => isLength(n, MAX_NGRAM)) &&
      letters[0] <= letters[1];
  const isBlend = Array.isArray(blend) && blend.length === 2 && blend.every((f) => Number.isFinite(f) && f >= 0);
  const isFeatures = [shapes, openings, marks].every((flag) => typeof flag === "boolean") &&
    isLength(gaps, MAX_NGRAM, 0) && isLength(words, MAX_NGRAM, 0) && isRange &&
    (positions === null || isLength(positions, MAX_POSITIONS)) &&
    isLength(regions, MAX_POSITIONS) && isLength(buckets, MAX_BUCKETS) && Number.isInteger(Math.log2(buckets!)) &&
    Object.keys(rest).length === 0;
  return isFeatures && isBlend
    ? undefined
    : "the words, shapes, letters, positions, regions, gaps, openings, marks, buckets and blend of a linear model";
}
