import { type Field, integer, nullable } from "../../src/schema/mod.ts";

/** Limits of a vocabulary that is trained on data. */
export interface VocabularyPlan {
  /**
   * Maximum vocabulary size; null for all characters or words, 65,537 k-mers, or 8,000 subwords, more if characters
   * take more than half of them. Default: null.
   */
  readonly vocabSize: number | null;
  /** Minimum number of occurrences of a symbol; null for 1, and for 2 if pairs are merged. Default: null. */
  readonly minCount: number | null;
}

/** Schema of the vocabulary limits, for the kinds of tokenizer that a command trains. */
export function vocabularyFields(
  kinds: readonly string[],
): { readonly vocabSize: Field<number | null>; readonly minCount: Field<number | null> } {
  const only = (...values: string[]): Field["onlyWith"] => ({
    field: "tokenizer",
    values: kinds.filter((kind) => values.includes(kind)),
  });
  const subwords = kinds.filter((kind) => ["bpe", "wordpiece", "unigram"].includes(kind)).join(", ").replace(
    /, (\w+)$/,
    " and $1",
  );
  return {
    vocabSize: nullable(integer({
      group: "data",
      min: 2,
      formerly: ["max-vocab"],
      onlyWith: only("char", "kmer", "word", "bpe", "wordpiece", "unigram"),
      defaultText: `8000 for ${subwords}, more with many characters` +
        `${kinds.includes("kmer") ? "; 65537 for kmer" : ""}; otherwise no limit`,
      help: "Maximum vocabulary size.",
    })),
    minCount: nullable(integer({
      group: "data",
      min: 1,
      onlyWith: only("char", "kmer", "word", "bpe", "wordpiece"),
      defaultText: "2 for bpe and wordpiece, otherwise 1",
      help: "Minimum number of times that a character, k-mer, word or merged pair must occur to be included.",
    })),
  };
}
