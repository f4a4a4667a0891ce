/** Options of a classifier and of its training under one name. */
export interface SentimentPreset {
  /** Options of `SentimentClassifier.create`. */
  readonly model: Readonly<Record<string, number | string>>;
  /** Settings of `fit`. */
  readonly fit: Readonly<Record<string, number>>;
}

/**
 * What does best on a few thousand sentences, found with the validation sentences of the Stanford Sentiment Treebank: `sentences` from
 * scratch, `sentences-vectors` with word vectors. Members and adversarial training make them ten times as slow as a plain classifier.
 */
export const PRESETS: Readonly<Record<"sentences" | "sentences-vectors", SentimentPreset>> = {
  "sentences": {
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
  "sentences-vectors": {
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
