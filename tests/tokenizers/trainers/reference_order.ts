import { type LearnedMerges, learnMerges } from "../../../tokenizers/trainers/bpe_merges.ts";
import { bpeSettings, type BPETrainerOptions } from "../../../tokenizers/trainers/bpe_settings.ts";
import { ProgressReporter } from "../../../tokenizers/trainers/progress_reporter.ts";

/** How a vocabulary differs from another one. */
export interface VocabularyDifference {
  /** Tokens of the first that the second lacks. */
  missing: string[];
  /** Tokens of the second that the first lacks. */
  extra: string[];
  /** Tokens of both with different ids. */
  moved: string[];
}

/** How two vocabularies differ. */
export function compareVocabularies(
  first: ReadonlyMap<string, number>,
  second: ReadonlyMap<string, number>,
): VocabularyDifference {
  const tokens = [...first.keys()];
  return {
    missing: tokens.filter((token) => !second.has(token)),
    extra: [...second.keys()].filter((token) => !first.has(token)),
    moved: tokens.filter((token) => second.has(token) && second.get(token) !== first.get(token)),
  };
}

/**
 * What is learned when the characters have their ids in the order that a vocabulary of the reference gives them. The reference numbers
 * marked characters ("##x") in the order of a hash map with a random seed, and ids decide between pairs of equal counts; with that
 * order taken over, nothing is left to chance and the vocabularies must be equal.
 *
 * @param reference The vocabulary of one training by the reference.
 */
export function learnInOrderOf(
  reference: ReadonlyMap<string, number>,
  counts: ReadonlyMap<string, number>,
  options: BPETrainerOptions = {},
): LearnedMerges {
  const id = (token: string): number => reference.get(token) ?? Infinity;
  const settings = bpeSettings({ continuingSubwordPrefix: "##", ...options }, "train");
  return learnMerges(counts, settings, new ProgressReporter(undefined), "train", (tokens) => {
    return tokens.sort((a, b) => id(a) - id(b));
  });
}
