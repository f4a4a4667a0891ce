import { InputRangeError } from "../../../errors.ts";

/**
 * Normalization of scores by the length n, including the end, with exponent A: `wu` divides by ((5 + n) / 6)^A (Wu et
 * al. 2016), `average` by n^A, and `none` does not divide.
 */
export type LengthNorm = "wu" | "average" | "none";
/** All length normalizations. */
export const LENGTH_NORMS: readonly LengthNorm[] = ["wu", "average", "none"];

/**
 * Maximum beam size. With more than a few dozen hypotheses, translations already get slower and worse (Koehn and
 * Knowles 2017).
 */
export const MAX_BEAM = 1000;

/** Settings of a search. */
export interface SearchSettings {
  /** Beam size: number of hypotheses kept for each sequence. */
  readonly beam: number;
  /** Normalization of scores by length. */
  readonly lengthNorm: LengthNorm;
  /** The exponent A of the length normalization. */
  readonly lengthPenalty: number;
  /** Weight of the coverage penalty (Wu et al. 2016). */
  readonly coveragePenalty: number;
  /** Number of hypotheses returned for each sequence. */
  readonly nBest: number;
  /** Minimum number of symbols. */
  readonly minLength: number;
  /** Maximum number of symbols of each sequence. */
  readonly maxLengths: readonly number[];
  /** Size of the n-grams that may not occur twice; 0 allows all repetitions. */
  readonly blockNgrams: number;
}

/** Throws `RangeError` if a setting is invalid. */
export function checkSearch(settings: SearchSettings): void {
  const expect = (name: string, holds: boolean, expected: string, found: unknown): void => {
    if (!holds) throw new InputRangeError(`search: expected ${name} to be ${expected}, found ${found}`);
  };
  const { beam, nBest, minLength, blockNgrams, lengthNorm, lengthPenalty, coveragePenalty, maxLengths } = settings;
  const isBeam = Number.isSafeInteger(beam) && beam >= 1 && beam <= MAX_BEAM;
  expect("beam", isBeam, `a whole number from 1 to ${MAX_BEAM}`, beam);
  expect("nBest", Number.isSafeInteger(nBest) && nBest >= 1 && nBest <= beam, `from 1 to the beam, ${beam}`, nBest);
  expect("minLength", Number.isSafeInteger(minLength) && minLength >= 0, "a whole number", minLength);
  const least = Math.min(...maxLengths);
  expect("the maximum length", least >= Math.max(1, minLength), `at least ${Math.max(1, minLength)}`, least);
  expect("blockNgrams", Number.isSafeInteger(blockNgrams) && blockNgrams >= 0, "a whole number", blockNgrams);
  expect("lengthNorm", LENGTH_NORMS.includes(lengthNorm), `one of ${LENGTH_NORMS.join(", ")}`, lengthNorm);
  expect(
    "lengthPenalty",
    lengthPenalty >= 0 && lengthPenalty < Infinity,
    "a finite number of at least 0",
    lengthPenalty,
  );
  expect(
    "coveragePenalty",
    coveragePenalty >= 0 && coveragePenalty < Infinity,
    "a finite number of at least 0",
    coveragePenalty,
  );
}

/** Computes the score of a hypothesis of `length` symbols, including the end. */
export function score(
  logProbability: number,
  length: number,
  attention: readonly Float32Array[],
  { lengthNorm, lengthPenalty, coveragePenalty }: SearchSettings,
): number {
  const size = lengthNorm === "wu" ? (5 + length) / 6 : lengthNorm === "average" ? length : 1;
  const normed = logProbability / size ** lengthPenalty;
  return coveragePenalty === 0 ? normed : normed + coveragePenalty * coverage(attention);
}

/** Computes the coverage: the sum over source symbols of log(min(1, total attention to the symbol)), at most 0. */
function coverage(attention: readonly Float32Array[]): number {
  if (attention.length === 0) return 0;
  let sum = 0;
  for (let s = 0; s < attention[0].length; s++) {
    let seen = 0;
    for (const weights of attention) seen += weights[s];
    sum += Math.log(Math.max(Math.min(1, seen), 1e-9));
  }
  return sum;
}
