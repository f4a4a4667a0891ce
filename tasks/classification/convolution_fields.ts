import { integer, nullable, type Schema } from "../../src/schema/mod.ts";

/** The convolution over the tokens of a text before a classifier's recurrent layers. */
export interface ConvolutionConfig {
  /**
   * Number of tokens that each filter of a convolution before the recurrent layers covers; null or 0 leaves the
   * convolution out. Default: null.
   */
  readonly conv: number | null;
  /** Number of filters of the convolution; null takes the embedding size. Default: null. */
  readonly filters: number | null;
  /** Number of successive tokens of which only each filter's maximum is kept; null keeps all. Default: null. */
  readonly convPool: number | null;
}

/** Fields that say more about the convolution. */
const OF_CONVOLUTION = { group: "model", needs: ["conv"], min: 1 } as const;

/** The schema of the convolution. */
export const CONVOLUTION_CONFIG: Schema<ConvolutionConfig> = {
  conv: nullable(integer({
    group: "model",
    notWith: ["initFrom"],
    min: 0,
    help: "Width, in tokens, of the filters of a convolution before the recurrent layers.",
  })),
  filters: nullable(integer({
    ...OF_CONVOLUTION,
    defaultText: "the embedding size",
    help: "Number of filters of the convolution.",
  })),
  convPool: nullable(integer({
    ...OF_CONVOLUTION,
    help: "Number of successive tokens of which only the maximum of each filter is kept.",
  })),
};
