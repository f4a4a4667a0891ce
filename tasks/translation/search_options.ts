import { boolean, choice, complete, integer, number, refuse, type Schema } from "../../src/schema/mod.ts";
import { LENGTH_NORMS, type LengthNorm, MAX_BEAM } from "./search/mod.ts";

/** The settings of the search for translations. */
export interface TranslateSettings {
  /** Beam size; with 1 the search is greedy. Default: 5. */
  readonly beam: number;
  /** Normalization of scores by length. Default: "wu". */
  readonly lengthNorm: LengthNorm;
  /** The exponent A of the length normalization. Default: 1. */
  readonly lengthPenalty: number;
  /** Weight of the coverage penalty, for source tokens that get too little attention (Wu et al. 2016). Default: 0. */
  readonly coveragePenalty: number;
  /** Number of translations returned for each sentence, at most the beam size. Default: 1. */
  readonly nBest: number;
  /** Minimum number of tokens in a translation. Default: 0. */
  readonly minLength: number;
  /** Maximum length of a translation: this many tokens for each source token, plus ten. Default: 2. */
  readonly maxLengthRatio: number;
  /** Size of the n-grams that may not occur twice in a translation; 0 allows all repetitions. Default: 0. */
  readonly blockNgrams: number;
  /** Whether unknown tokens are replaced by the source word with the most attention. Default: true. */
  readonly replaceUnknown: boolean;
  /** Batch size, in sentences. Default: 64. */
  readonly batch: number;
}

/**
 * The schema of the search settings.
 *
 * @example
 * ```ts
 * import { complete, SEARCH } from "@elman/elman/tasks";
 * import { assertEquals } from "@std/assert";
 *
 * const { beam, nBest } = complete(SEARCH, { nBest: 3 }, "translate");
 * assertEquals([beam, nBest], [5, 3]);
 * ```
 */
export const SEARCH: Schema<TranslateSettings> = {
  beam: integer({ group: "search", min: 1, max: MAX_BEAM, default: 5, help: "Beam size; 1 searches greedily." }),
  lengthNorm: choice(LENGTH_NORMS, {
    group: "search",
    default: "wu",
    help: "Length normalization of scores, which are divided by ((5 + n) / 6)^X, by n^X, or not at all.",
  }),
  lengthPenalty: number({
    group: "search",
    min: 0,
    default: 1,
    onlyWith: { field: "lengthNorm", values: ["wu", "average"] },
    help: "Exponent X of the length normalization.",
  }),
  coveragePenalty: number({
    group: "search",
    min: 0,
    default: 0,
    help: "Weight of the penalty for source tokens that get too little attention.",
  }),
  nBest: integer({
    group: "search",
    min: 1,
    default: 1,
    help: "Number of translations of each sentence to print, with their scores.",
  }),
  minLength: integer({ group: "search", min: 0, default: 0, help: "Minimum number of tokens in a translation." }),
  maxLengthRatio: number({
    group: "search",
    above: 0,
    default: 2,
    help: "Maximum number of tokens in a translation for each source token, plus ten.",
  }),
  blockNgrams: integer({
    group: "search",
    min: 0,
    default: 0,
    help: "Forbid repeating any sequence of N tokens; 0 allows repetition.",
  }),
  replaceUnknown: boolean({
    group: "search",
    default: true,
    option: false,
    off: { option: "keep-unknown", help: "Keep unknown tokens instead of replacing them by source words." },
    help: "Replace unknown tokens by the source words with the most attention.",
  }),
  batch: integer({ group: "search", min: 1, default: 64, help: "Batch size, in sentences." }),
};

/** Completes search settings with their defaults. Throws `TypeError` or `RangeError` if an option is invalid. */
export function completeSearch(options: Partial<TranslateSettings>): TranslateSettings {
  const settings = complete(SEARCH, options, "translate");
  const { nBest, beam } = settings;
  if (nBest > beam) refuse("translate", "nBest", `at most the beam, ${beam}`, nBest);
  return settings;
}
