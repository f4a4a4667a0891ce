import { boolean, choice, complete, integer, number, refuse, type Schema } from "../../src/schema/mod.ts";
import { LENGTH_NORMS, type LengthNorm, WIDEST } from "./search/mod.ts";

/** How translations are looked for. */
export interface TranslateSettings {
  /** Hypotheses that are followed; with 1 the search is greedy. Default: 5. */
  readonly beam: number;
  /** How scores of different lengths are made comparable. Default: "wu". */
  readonly lengthNorm: LengthNorm;
  /** The exponent of the length. Default: 1. */
  readonly lengthPenalty: number;
  /** How much it counts if parts of the source are not attended to (Wu et al. 2016). Default: 0. */
  readonly coveragePenalty: number;
  /** Translations of each sentence that are given. Default: 1. */
  readonly nBest: number;
  /** Fewest symbols of a translation. Default: 0. */
  readonly minLength: number;
  /** Most symbols of a translation for each symbol of the source, ten more being free. Default: 2. */
  readonly maxLengthRatio: number;
  /** Length of runs of symbols that may not occur twice; 0 for none. Default: 0. */
  readonly blockNgrams: number;
  /** Whether an unknown word becomes the source word that was attended to most. Default: true. */
  readonly replaceUnknown: boolean;
  /** Sentences that are translated side by side. Default: 64. */
  readonly batch: number;
}

/** The declarations of how translations are looked for. */
export const SEARCH: Schema<TranslateSettings> = {
  beam: integer({ group: "search", min: 1, max: WIDEST, default: 5, help: "Hypotheses that are followed; 1: greedy." }),
  lengthNorm: choice(LENGTH_NORMS, {
    group: "search",
    default: "wu",
    help: "What scores are divided by: ((5 + n) / 6)^A, n^A, or nothing.",
  }),
  lengthPenalty: number({ group: "search", min: 0, default: 1, help: "The exponent A." }),
  coveragePenalty: number({
    group: "search",
    min: 0,
    default: 0,
    help: "Weight of source words that are not attended to.",
  }),
  nBest: integer({ group: "search", min: 1, default: 1, help: "Translations of each sentence, with their scores." }),
  minLength: integer({ group: "search", min: 0, default: 0, help: "Fewest tokens of a translation." }),
  maxLengthRatio: number({
    group: "search",
    above: 0,
    default: 2,
    help: "Most tokens of a translation for each of the source, besides ten.",
  }),
  blockNgrams: integer({
    group: "search",
    min: 0,
    default: 0,
    help: "Runs of N tokens may not occur twice; 0: they may.",
  }),
  replaceUnknown: boolean({
    group: "search",
    default: true,
    option: false,
    off: { option: "keep-unknown", help: "Leave unknown words in place of the source words that they stand for." },
    help: "Replace unknown words by the source words that they stand for.",
  }),
  batch: integer({ group: "search", min: 1, default: 64, help: "Sentences that are translated side by side." }),
};

/** The settings of a search. Throws a `TypeError` or `RangeError` for an impossible option. */
export function completeSearch(options: Partial<TranslateSettings>): TranslateSettings {
  const settings = complete(SEARCH, options, "translate");
  const { nBest, beam } = settings;
  if (nBest > beam) refuse("translate", "nBest", `at most the beam, ${beam}`, nBest);
  return settings;
}
