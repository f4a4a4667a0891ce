/** The configurations that are trained: the recipes, a comparison of the cells, and ablations of each technique. */

/** A configuration to train: model options, training settings and pretraining. */
export interface Recipe {
  /** Name in the tables; it is part of the key of stored results. */
  readonly name: string;
  /** Whether word vectors initialize the embeddings. */
  readonly vectors?: boolean;
  /** Number of epochs of language-model pretraining on the training sentences; none by default. */
  readonly languageModel?: number;
  /** Options of `Classifier.create`. */
  readonly model: Readonly<Record<string, unknown>>;
  /** Settings of `fit`. */
  readonly fit: Readonly<Record<string, unknown>>;
  /** Whether to evaluate once on the test sentences after training: only for the final recipes and the cells. */
  readonly test?: boolean;
}

/** The seeds, which determine weights, batches and dropout. */
export const SEEDS = [1, 2, 3] as const;

/** The recipe from scratch: five networks, without the linear model that classifiers have by default. */
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
    wide: false,
  },
  fit: { epochs: 5, batch: 25, learningRate: 0.002, averaging: 0.998, labelSmoothing: 0.1, adversarial: 0.03 },
  test: true,
};

/** The recipe with word vectors: five networks, without a linear model. */
export const VECTORS: Recipe = {
  name: "with GloVe",
  vectors: true,
  model: {
    hidden: 128,
    members: 5,
    pooling: "concat",
    dropout: 0.5,
    inputDropout: 0.3,
    wordDropout: 0,
    embedDropout: 0,
    wide: false,
  },
  fit: { epochs: 7, batch: 50, learningRate: 0.001, averaging: 0.995, labelSmoothing: 0.1, adversarial: 0.02 },
  test: true,
};

/** Returns a recipe with changes. */
function change(
  { model, fit, ...recipe }: Recipe,
  name: string,
  { model: otherModel = {}, fit: otherFit = {}, ...other }: Partial<Recipe>,
): Recipe {
  return { ...recipe, ...other, name, model: { ...model, ...otherModel }, fit: { ...fit, ...otherFit }, test: false };
}

/** The three cells, each with the recipe from scratch and a single member. */
export const CELLS: readonly Recipe[] = (["rnn", "gru", "lstm"] as const).map((cell) => ({
  ...change(SCRATCH, cell, { model: { cell, members: 1 } }),
  test: true,
}));

const ONE = { members: 1 };

/** Returns the recipe with one member, and ablations that each change one technique. */
function ablations(recipe: Recipe): Recipe[] {
  return [
    change(recipe, "one member instead of five", { model: ONE }),
    change(recipe, "one member, no adversarial training", { model: ONE, fit: { adversarial: 0 } }),
    change(recipe, "one member, no weight averaging", { model: ONE, fit: { averaging: null } }),
    change(recipe, "one member, no label smoothing", { model: ONE, fit: { labelSmoothing: 0 } }),
    change(recipe, "one member, no locked dropout on embeddings", { model: { ...ONE, inputDropout: 0 } }),
    change(recipe, "one member, attention pooling only", { model: { ...ONE, pooling: "attention" } }),
    change(recipe, "one member, max pooling only", { model: { ...ONE, pooling: "max" } }),
  ];
}

/** The ablations, evaluated on the dev sentences only. */
export const ABLATIONS: Readonly<Record<string, readonly Recipe[]>> = {
  "from scratch": [
    ...ablations(SCRATCH),
    change(SCRATCH, "one member, no word or embedding dropout", { model: { ...ONE, wordDropout: 0, embedDropout: 0 } }),
    change(SCRATCH, "one member, pretrained as a language model on the same sentences", {
      model: ONE,
      languageModel: 5,
    }),
    change(SCRATCH, "one member, pretrained, gradual unfreezing, discriminative learning rates", {
      model: ONE,
      languageModel: 5,
      fit: { unfreezeEvery: 1, layerDecay: 1 / 2.6, epochs: 7 },
    }),
  ],
  "with GloVe": [
    ...ablations(VECTORS),
    change(VECTORS, "one member, word dropout 0.1, embedding dropout 0.2", {
      model: { ...ONE, wordDropout: 0.1, embedDropout: 0.2 },
    }),
    change(VECTORS, "one member, frozen word vectors", { model: ONE, fit: { freezeEmbeddings: true } }),
  ],
};
