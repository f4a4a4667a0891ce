/**
 * Finds the likeliest texts of frames, also with the help of language models and lexicons. This folder knows labels,
 * their probabilities and texts; it must not know sounds.
 * @module
 */
export { readARPA } from "./arpa.ts";
export { readLexicon } from "./lexicon.ts";
export { NGramModel, type NGrams, ngramScorer } from "./ngram_model.ts";
export { type LabelStream, planSearch, SEARCH_KINDS, type SearchOptions, type SearchPlan } from "./options.ts";
export { type FoundLabels, type PrefixBeamOptions, searchPrefixes } from "./prefix_beam.ts";
export { combineScorers, type Extension, type PrefixScorer, type WeightedScorer } from "./scorer.ts";
export { scoreWords, type WordModel, type WordState } from "./word_scorer.ts";
