import { type Field, integer, nullable } from "../../src/schema/mod.ts";

/** How a vocabulary that is trained on data is limited. */
export interface VocabularyPlan {
  /** Most symbols of the vocabulary; null for all characters and words, and for 8,000 pieces of words. */
  readonly vocabSize: number | null;
  /** Fewest occurrences of a symbol; null for 1, and for 2 where pairs are merged. */
  readonly minCount: number | null;
}

/** The declarations of how a vocabulary is limited, for the kinds of tokenizer that a command trains. */
export function vocabularyFields(
  kinds: readonly string[],
): { readonly vocabSize: Field<number | null>; readonly minCount: Field<number | null> } {
  const only = (...values: string[]): Field["onlyWith"] => ({
    field: "tokenizer",
    values: kinds.filter((kind) => values.includes(kind)),
  });
  return {
    vocabSize: nullable(integer({
      group: "data",
      min: 2,
      formerly: ["max-vocab"],
      onlyWith: only("char", "word", "bpe", "wordpiece", "unigram"),
      defaultText: "all characters and words; 8000 for bpe, wordpiece, unigram",
      help: "Most symbols in the vocabulary.",
    })),
    minCount: nullable(integer({
      group: "data",
      min: 1,
      onlyWith: only("char", "word", "bpe", "wordpiece"),
      defaultText: "1; 2 for bpe and wordpiece",
      help: "Rarer characters, words and pairs get no symbol of their own.",
    })),
  };
}
