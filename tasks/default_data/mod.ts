/**
 * The data that commands train on if none are given: a corpus of English, generated reviews, motions, spoken digits and
 * tunes, and pairs of phrases that the runtime can format in two languages. This folder must not know what is learned
 * from its data.
 * @module
 */
export { detokenize, joinTokens, readBrownSentences } from "./brown.ts";
export { intlPairs, type IntlPairsOptions, type Pair } from "./intl_pairs.ts";
export { generateMotions, type MotionOptions } from "./motions.ts";
export { generateReviews, type Review, reviewCorpus } from "./reviews.ts";
export { type SpokenDigits, spokenDigits, type SpokenDigitsOptions } from "./spoken_digits/mod.ts";
export { type GeneratedTune, generateTunes, type TuneMeter } from "./tunes/mod.ts";
export { readSeriesSample, SERIES_SAMPLES, type SeriesSample } from "./vega.ts";
