import { InputRangeError } from "../../errors.ts";
import { checkInteger, checkSizes, checkSpecialTokens, type SizeLimits } from "./checks.ts";
import { checkOptions, type Kinds, LIST, NUMBER, TEXT, TEXTS } from "../options.ts";

/** Options of the BPE trainer. */
export interface BPETrainerOptions {
  /** Maximum vocabulary size, including special tokens and alphabet. Default: see `usualSize`. */
  vocabSize?: number;
  /**
   * Vocabulary size if `vocabSize` is not given; it grows if special tokens and characters, such as those of Chinese,
   * take more than half of it. Default: 30,000.
   */
  usualSize?: number;
  /** Do not merge pairs that occur less often than this. Default: 0. */
  minCount?: number;
  /** The token for characters outside the alphabet; must be one of the special tokens. Default: none. */
  unknownToken?: string;
  /** Special tokens, which get the first ids. Default: none. */
  specialTokens?: readonly string[];
  /** Keep only this many characters, the most frequent ones, and skip the others. Default: no limit. */
  limitAlphabet?: number;
  /** Characters to include in the alphabet even if the corpus lacks them. Default: none. */
  initialAlphabet?: Iterable<string>;
  /** The prefix of tokens that continue a word, such as `"##"`. Default: none. */
  continuingSubwordPrefix?: string;
  /** The suffix of tokens that end a word, such as `"</w>"`. Default: none. */
  endOfWordSuffix?: string;
  /**
   * Merged tokens of more than two characters must have fewer characters than this (prefix and suffix not counted).
   * Default: no limit.
   */
  maxTokenLength?: number;
}

/** The kinds of all options except `endOfWordSuffix`. */
export const PREFIX_KINDS: Kinds<Omit<BPETrainerOptions, "endOfWordSuffix">> = {
  vocabSize: NUMBER,
  usualSize: NUMBER,
  minCount: NUMBER,
  unknownToken: TEXT,
  specialTokens: LIST,
  limitAlphabet: NUMBER,
  initialAlphabet: TEXTS,
  continuingSubwordPrefix: TEXT,
  maxTokenLength: NUMBER,
};

const KINDS: Kinds<BPETrainerOptions> = { ...PREFIX_KINDS, endOfWordSuffix: TEXT };

/** Training settings, validated and with defaults filled in. */
export interface BPESettings extends SizeLimits {
  readonly minCount: number;
  readonly specialTokens: readonly string[];
  readonly limitAlphabet: number | undefined;
  readonly initialAlphabet: readonly string[];
  readonly continuingSubwordPrefix: string | undefined;
  readonly endOfWordSuffix: string | undefined;
  readonly maxTokenLength: number | undefined;
}

/**
 * Validates options and fills in defaults.
 *
 * @throws {RangeError} If an option is invalid.
 */
export function bpeSettings(options: BPETrainerOptions, action: string): BPESettings {
  const { vocabSize, usualSize = 30_000, minCount = 0, specialTokens = [], limitAlphabet, maxTokenLength } =
    checkOptions(action, options, KINDS);
  checkSizes(action, { vocabSize, usualSize });
  checkInteger(action, "minCount", minCount, 0);
  checkSpecialTokens(action, specialTokens);
  if (limitAlphabet !== undefined) checkInteger(action, "limitAlphabet", limitAlphabet, 1);
  if (maxTokenLength !== undefined) checkInteger(action, "maxTokenLength", maxTokenLength, 1);
  const initialAlphabet = [...options.initialAlphabet ?? []];
  for (const character of initialAlphabet) {
    if ([...character].length === 1) continue;
    const found = JSON.stringify(character);
    throw new InputRangeError(`${action}: initialAlphabet: expected single characters, found ${found}`);
  }
  return {
    vocabSize,
    usualSize,
    minCount,
    specialTokens: [...new Set(specialTokens)],
    limitAlphabet,
    initialAlphabet,
    continuingSubwordPrefix: options.continuingSubwordPrefix,
    endOfWordSuffix: options.endOfWordSuffix,
    maxTokenLength,
  };
}
