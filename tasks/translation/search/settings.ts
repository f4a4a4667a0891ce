/**
 * How scores of hypotheses of different lengths are made comparable. `wu`: divided by ((5 + n) / 6)^A (Wu et al. 2016); `average`: by n^A;
 * `none`: as they are. n counts the end.
 */
export type LengthNorm = "wu" | "average" | "none";
/** All of them. */
export const LENGTH_NORMS: readonly LengthNorm[] = ["wu", "average", "none"];

/** The widest beam: beyond a few dozen translations get worse (Koehn and Knowles 2017), only later. */
export const WIDEST = 1000;

/** How is searched. */
export interface SearchSettings {
  /** Hypotheses of each sequence that are followed. */
  readonly beam: number;
  /** What the logarithms are divided by. */
  readonly lengthNorm: LengthNorm;
  /** The exponent A. */
  readonly lengthPenalty: number;
  /** How much it counts when parts of the source were not looked at (Wu et al. 2016). */
  readonly coveragePenalty: number;
  /** Hypotheses of each sequence that are given. */
  readonly nBest: number;
  /** Fewest symbols. */
  readonly minLength: number;
  /** Most symbols of each sequence. */
  readonly maxLengths: readonly number[];
  /** Length of runs of symbols that may not come twice; 0 for none. */
  readonly blockNgrams: number;
}

/** Throws a RangeError for an impossible setting. */
export function checkSearch(settings: SearchSettings): void {
  const expect = (name: string, holds: boolean, expected: string, found: unknown): void => {
    if (!holds) throw new RangeError(`search: expected ${name} to be ${expected}, found ${found}`);
  };
  const { beam, nBest, minLength, blockNgrams, lengthNorm, lengthPenalty, coveragePenalty, maxLengths } = settings;
  const isBeam = Number.isSafeInteger(beam) && beam >= 1 && beam <= WIDEST;
  expect("beam", isBeam, `a whole number from 1 to ${WIDEST}`, beam);
  expect("nBest", Number.isSafeInteger(nBest) && nBest >= 1 && nBest <= beam, `from 1 to the beam, ${beam}`, nBest);
  expect("minLength", Number.isSafeInteger(minLength) && minLength >= 0, "a whole number", minLength);
  const least = Math.min(...maxLengths);
  expect("the greatest length", least >= Math.max(1, minLength), `at least ${Math.max(1, minLength)}`, least);
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

/** The score of a hypothesis that ended after `length` symbols, the end included. */
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

/** The sum over source symbols of log(min(1, how much was looked at it in all)); 0 is the best. */
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
