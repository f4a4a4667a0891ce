/**
 * What the commands learn from where no data are named: a corpus of English, sentences of a grammar, and translations of what a runtime can
 * write in two languages. This folder knows texts; it must not know what is learned from them.
 * @module
 */
export { detokenize, joinTokens, readBrownSentences } from "./brown.ts";
export { intlPairs, type IntlPairsOptions, type Pair } from "./intl_pairs.ts";
export { generateReviews, type Review, reviewCorpus } from "./reviews.ts";
