import { checkInteger, checkSpecialTokens } from "./checks.ts";
import { checkOptions, type Kinds, LIST, NUMBER, TEXT, TEXTS } from "../options.ts";

/** What a BPE vocabulary is made of. */
export interface BPETrainerOptions {
  /** How many tokens the vocabulary has at most, special tokens and alphabet included. 30,000 by default. */
  vocabSize?: number;
  /** Pairs that occur less often than this are not merged. 0 by default. */
  minCount?: number;
  /** What stands for characters outside the alphabet; it is to be one of the special tokens. Nothing by default. */
  unknownToken?: string;
  /** Tokens that get the first ids. None by default. */
  specialTokens?: readonly string[];
  /** Keep only this many characters, the most frequent ones; the others are skipped. No limit by default. */
  limitAlphabet?: number;
  /** Characters that the alphabet has also where the corpus lacks them. None by default. */
  initialAlphabet?: Iterable<string>;
  /** What marks a token that goes on within a word, such as `"##"`. Nothing by default. */
  continuingSubwordPrefix?: string;
  /** What marks a token that ends a word, such as `"</w>"`. Nothing by default. */
  endOfWordSuffix?: string;
  /**
   * A token made of more than two characters has fewer characters than this (marks do not count). No limit by default.
   */
  maxTokenLength?: number;
}

/** The kinds of all options but `endOfWordSuffix`. */
export const PREFIX_KINDS: Kinds<Omit<BPETrainerOptions, "endOfWordSuffix">> = {
  vocabSize: NUMBER,
  minCount: NUMBER,
  unknownToken: TEXT,
  specialTokens: LIST,
  limitAlphabet: NUMBER,
  initialAlphabet: TEXTS,
  continuingSubwordPrefix: TEXT,
  maxTokenLength: NUMBER,
};

const KINDS: Kinds<BPETrainerOptions> = { ...PREFIX_KINDS, endOfWordSuffix: TEXT };

/** What to learn, checked and complete. */
export interface BPESettings {
  readonly vocabSize: number;
  readonly minCount: number;
  readonly specialTokens: readonly string[];
  readonly limitAlphabet: number | undefined;
  readonly initialAlphabet: readonly string[];
  readonly continuingSubwordPrefix: string | undefined;
  readonly endOfWordSuffix: string | undefined;
  readonly maxTokenLength: number | undefined;
}

/**
 * The settings that these options give.
 *
 * @throws {RangeError} If one of them is not possible.
 */
export function bpeSettings(options: BPETrainerOptions, action: string): BPESettings {
  const { vocabSize = 30_000, minCount = 0, specialTokens = [], limitAlphabet, maxTokenLength } = checkOptions(
    action,
    options,
    KINDS,
  );
  checkInteger(action, "vocabSize", vocabSize, 1);
  checkInteger(action, "minCount", minCount, 0);
  checkSpecialTokens(action, specialTokens);
  if (limitAlphabet !== undefined) checkInteger(action, "limitAlphabet", limitAlphabet, 1);
  if (maxTokenLength !== undefined) checkInteger(action, "maxTokenLength", maxTokenLength, 1);
  const initialAlphabet = [...options.initialAlphabet ?? []];
  for (const character of initialAlphabet) {
    if ([...character].length === 1) continue;
    const found = JSON.stringify(character);
    throw new RangeError(`${action}: initialAlphabet: expected single characters, found ${found}`);
  }
  return {
    vocabSize,
    minCount,
    specialTokens: [...new Set(specialTokens)],
    limitAlphabet,
    initialAlphabet,
    continuingSubwordPrefix: options.continuingSubwordPrefix,
    endOfWordSuffix: options.endOfWordSuffix,
    maxTokenLength,
  };
}
