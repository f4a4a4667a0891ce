/**
 * How good translations are beside references: BLEU and chrF as sacreBLEU computes them, and shares of what is exactly right. This folder knows
 * strings; it must not know what made them, nor files.
 * @module
 */
export { exactMatch, tokenAccuracy } from "./accuracy.ts";
export {
  type BleuOptions,
  type BleuScore,
  type BleuStatistics,
  bleuStatistics,
  corpusBleu,
  scoreBleu,
  sentenceBleu,
  type Smoothing,
  SMOOTHINGS,
  sumBleuStatistics,
} from "./bleu.ts";
export {
  type ChrfOptions,
  type ChrfScore,
  type ChrfStatistics,
  chrfStatistics,
  corpusChrf,
  scoreChrf,
  sentenceChrf,
  sumChrfStatistics,
} from "./chrf.ts";
export type { ReferenceCount, References } from "./references.ts";
export { BLEU_TOKENIZERS, type BleuTokenizer, tokenizeForBleu } from "./tokenize.ts";
