/**
 * What the commands learn from where no data are named: a corpus of English, and sentences of a grammar. This folder knows texts; it must not
 * know what is learned from them.
 * @module
 */
export { detokenize, joinTokens, readBrownSentences } from "./brown.ts";
export { generateReviews, type Review, reviewCorpus } from "./reviews.ts";
