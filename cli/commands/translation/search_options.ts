import type { OptionSpecs, Values } from "../../arguments/mod.ts";
import { settingsOf } from "../../training/mod.ts";
import type { TranslateOptions } from "../../../tasks/translation/options.ts";
import { LENGTH_NORMS, WIDEST } from "../../../tasks/translation/search/mod.ts";

/** The options that say how translations are looked for. */
export const SEARCH_OPTIONS = {
  beam: { kind: "integer", min: 1, max: WIDEST, help: "hypotheses that are followed; 1: greedy", default: "5" },
  "length-norm": {
    kind: "choice",
    choices: LENGTH_NORMS,
    help: "what scores are divided by: ((5 + n) / 6)^A, n^A, or nothing",
    default: "wu",
  },
  "length-penalty": { kind: "number", min: 0, help: "the exponent A", default: "1" },
  "coverage-penalty": { kind: "number", min: 0, help: "weight of source words not looked at", default: "0" },
  "min-length": { kind: "integer", min: 0, help: "fewest tokens of a translation", default: "0" },
  "max-length-ratio": {
    kind: "number",
    above: 0,
    help: "most tokens of a translation for each of the source, besides ten",
    default: "2",
  },
  "block-ngrams": { kind: "integer", min: 0, help: "runs of N tokens may not come twice; 0: they may", default: "0" },
} as const satisfies OptionSpecs;

const NAMES = {
  beam: "beam",
  "length-norm": "lengthNorm",
  "length-penalty": "lengthPenalty",
  "coverage-penalty": "coveragePenalty",
  "min-length": "minLength",
  "max-length-ratio": "maxLengthRatio",
  "block-ngrams": "blockNgrams",
} as const;

/** The library's names of what was given. */
export function searchSettings(values: Values<typeof SEARCH_OPTIONS>): TranslateOptions {
  return settingsOf(values, NAMES);
}
