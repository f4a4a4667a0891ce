/** Options of a classifier and of its training. */
export interface SentimentRecipe {
  /** Options of `SentimentClassifier.create`. */
  readonly model: Readonly<Record<string, number | string>>;
  /** Settings of `fit`. */
  readonly fit: Readonly<Record<string, number>>;
}

/**
 * What does best on a few thousand sentences, from scratch and with word vectors, found with the validation sentences of the Stanford Sentiment
 * Treebank (bench/results/sentiment.md).
 */
export const RECIPES: Readonly<Record<"scratch" | "vectors", SentimentRecipe>> = {
  scratch: {
    model: {
      hidden: 64,
      members: 5,
      pooling: "concat",
      dropout: 0.5,
      inputDropout: 0.3,
      wordDropout: 0.1,
      embedDropout: 0.2,
    },
    fit: {
      epochs: 5,
      batch: 25,
      learningRate: 0.002,
      averaging: 0.998,
      labelSmoothing: 0.1,
      adversarial: 0.03,
    },
  },
  vectors: {
    model: { hidden: 128, members: 5, pooling: "concat", dropout: 0.5, inputDropout: 0.3 },
    fit: {
      epochs: 7,
      batch: 50,
      learningRate: 0.001,
      averaging: 0.995,
      labelSmoothing: 0.1,
      adversarial: 0.02,
    },
  },
};
