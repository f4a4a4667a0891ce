import { type LearnedMerges, learnMerges } from "../../../tokenizers/trainers/bpe_merges.ts";
import { bpeSettings, type BPETrainerOptions } from "../../../tokenizers/trainers/bpe_settings.ts";
import { ProgressReporter } from "../../../tokenizers/trainers/progress_reporter.ts";

/** The differences between two vocabularies. */
export interface VocabularyDifference {
  /** Tokens of the first missing from the second. */
  missing: string[];
  /** Tokens of the second missing from the first. */
  extra: string[];
  /** Tokens of both with different ids. */
  moved: string[];
}

/** Compares two vocabularies. */
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
 * Trains with character ids in the order of a reference vocabulary. The reference numbers marked characters ("##x") in
 * the order of a randomly seeded hash map, and ids break ties between pairs; with that order given, training is
 * deterministic and the vocabularies must be equal.
 *
 * @param reference The vocabulary from one training run of the reference.
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
