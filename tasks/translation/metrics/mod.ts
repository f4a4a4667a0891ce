/**
 * Metrics that compare translations with references: BLEU and chrF as in sacreBLEU, exact match and token match.
 * This folder handles strings; it must not depend on models or files.
 * @module
 */
export { exactMatch, tokenMatch } from "./accuracy.ts";
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
