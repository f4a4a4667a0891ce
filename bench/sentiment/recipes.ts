/** What is trained and measured: the recipes, the cells side by side, and what each trick is worth. */

/** A run: options of the model, settings of the fit, and what comes before. */
export interface Recipe {
  /** Its name in the tables. */
  readonly name: string;
  /** Whether the embeddings begin with word vectors. */
  readonly vectors?: boolean;
  /** Epochs of a language model on the training sentences, with which it begins. */
  readonly languageModel?: number;
  /** Options of `SentimentClassifier.create`. */
  readonly model: Readonly<Record<string, unknown>>;
  /** Settings of `fit`. */
  readonly fit: Readonly<Record<string, unknown>>;
  /** Whether the test sentences are read at the end: of the final recipes and the cells only, once each. */
  readonly test?: boolean;
}

/** A seed is given to the weights, the batches and dropout. */
export const SEEDS = [1, 2, 3] as const;

/** From scratch. */
export const SCRATCH: Recipe = {
  name: "from scratch",
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
    epochs: 6,
    batch: 25,
    learningRate: 0.002,
    averaging: 0.998,
    labelSmoothing: 0.1,
    adversarial: 0.03,
  },
  test: true,
};

/** With word vectors. */
export const VECTORS: Recipe = {
  name: "with GloVe",
  vectors: true,
  model: { hidden: 100, members: 5, pooling: "concat", dropout: 0.5, inputDropout: 0.3 },
  fit: {
    epochs: 6,
    batch: 50,
    learningRate: 0.001,
    averaging: 0.995,
    labelSmoothing: 0.1,
    adversarial: 0.015,
  },
  test: true,
};

/** A recipe with something else. */
function change(
  { model, fit, ...recipe }: Recipe,
  name: string,
  { model: otherModel = {}, fit: otherFit = {}, ...other }: Partial<Recipe>,
): Recipe {
  return { ...recipe, ...other, name, model: { ...model, ...otherModel }, fit: { ...fit, ...otherFit }, test: false };
}

/** The three cells with the recipe from scratch, a single member each. */
export const CELLS: readonly Recipe[] = (["rnn", "gru", "lstm"] as const).map((cell) => ({
  ...change(SCRATCH, cell, { model: { cell, members: 1 } }),
  test: true,
}));

function ablations(recipe: Recipe): Recipe[] {
  const one = { members: 1 };
  return [
    change(recipe, "one member in place of five", { model: one }),
    change(recipe, "one, no adversarial training", { model: one, fit: { adversarial: 0 } }),
    change(recipe, "one, no averaging of weights", { model: one, fit: { averaging: null } }),
    change(recipe, "one, no label smoothing", { model: one, fit: { labelSmoothing: 0 } }),
    change(recipe, "one, no locked dropout on embeddings", { model: { ...one, inputDropout: 0 } }),
    change(recipe, "one, no word dropout, no embedding dropout", {
      model: { ...one, wordDropout: 0, embedDropout: 0 },
    }),
    change(recipe, "one, word dropout 0.1, embedding dropout 0.2", {
      model: { ...one, wordDropout: 0.1, embedDropout: 0.2 },
    }),
    change(recipe, "one, pooling attention", { model: { ...one, pooling: "attention" } }),
    change(recipe, "one, pooling max", { model: { ...one, pooling: "max" } }),
    change(recipe, "one, pooling mean", { model: { ...one, pooling: "mean" } }),
    change(recipe, "one, pooling last", { model: { ...one, pooling: "last" } }),
    change(recipe, "one, unidirectional", { model: { ...one, bidirectional: false } }),
  ];
}

/** What each trick is worth: on the dev sentences only. */
export const ABLATIONS: Readonly<Record<string, readonly Recipe[]>> = {
  "from scratch": [
    ...ablations(SCRATCH),
    change(SCRATCH, "one, begun as a language model of the same sentences", {
      model: { members: 1 },
      languageModel: 8,
    }),
    change(SCRATCH, "one, begun so, with gradual unfreezing and discriminative rates", {
      model: { members: 1 },
      languageModel: 8,
      fit: { unfreezeEvery: 1, layerDecay: 1 / 2.6, epochs: 8 },
    }),
  ],
  "with GloVe": [
    ...ablations(VECTORS),
    change(VECTORS, "one, frozen vectors", { model: { members: 1 }, fit: { freezeEmbeddings: true } }),
  ],
};
