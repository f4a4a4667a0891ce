/** The configurations that are trained on Multi30k, English to German: a recipe and its ablations. */

/** A configuration to train: vocabularies, model options and training settings. */
export interface Recipe {
  /** Name in the table; it is part of the key of stored results. */
  readonly name: string;
  /** Size of each vocabulary. */
  readonly vocabSize: number;
  /** Whether both languages share one vocabulary. */
  readonly joint: boolean;
  /** Options of `Translator.create`. */
  readonly model: Readonly<Record<string, unknown>>;
  /** Settings of `fit`. */
  readonly fit: Readonly<Record<string, unknown>>;
}

/**
 * Version of what recipes leave to the library: initial weights and defaults. 1: stored results without a version. 2:
 * embeddings begin larger.
 */
export const VERSION = 2;

/** The recipe, with fewer epochs than the final run. */
export const BASE: Recipe = {
  name: "the recipe",
  vocabSize: 4000,
  joint: true,
  model: { embed: 256, hidden: 512, attention: "general", dropout: 0.3, inputDropout: 0.3 },
  fit: {
    epochs: 6,
    batchTokens: 1000,
    learningRate: 0.002,
    schedule: "cosine",
    warmup: 300,
    averaging: 0.999,
    labelSmoothing: 0.1,
  },
};

function change(name: string, { model = {}, fit = {}, ...other }: Partial<Recipe>): Recipe {
  return { ...BASE, ...other, name, model: { ...BASE.model, ...model }, fit: { ...BASE.fit, ...fit } };
}

/** The ablations, each with one change. */
export const ABLATIONS: readonly Recipe[] = [
  change("dot attention", { model: { attention: "dot" } }),
  change("additive attention", { model: { attention: "additive" } }),
  change("multi-head attention, 4 heads", { model: { attention: "multihead" } }),
  change("merge dropout 0.1", { fit: { mergeDropout: 0.1 } }),
  change("readout dropout 0.5", { model: { dropout: 0.5 } }),
  change("learning rate 0.004", { fit: { learningRate: 0.004 } }),
  change("no attention", { model: { attention: "none" } }),
  change("no weight averaging", { fit: { averaging: null } }),
  change("all dropout rates 0.1", { model: { dropout: 0.1, inputDropout: 0.1 } }),
  change("no label smoothing", { fit: { labelSmoothing: 0 } }),
  change("2,000 joint tokens", { vocabSize: 2000 }),
  change("8,000 joint tokens", { vocabSize: 8000 }),
  change("4,000 tokens for each language", { joint: false }),
  change("untied output weights", { model: { tied: false } }),
  change("mean of the last 3 epochs instead of the moving average", { fit: { averaging: null, averageLast: 3 } }),
];

/** The final choice, with its full number of epochs: the command in docs/benchmarks.md. */
export const CHOSEN: Recipe = change("chosen", {
  vocabSize: 8000,
  model: { attention: "additive", dropout: 0.5 },
  fit: { epochs: 16, learningRate: 0.004 },
});

/** The search settings that are compared. */
export const SEARCHES: readonly Readonly<Record<string, unknown>>[] = [
  { beam: 1 },
  { beam: 2 },
  { beam: 5, lengthNorm: "none" },
  { beam: 5, lengthNorm: "average" },
  { beam: 5, lengthNorm: "wu", lengthPenalty: 0.6 },
  { beam: 5, lengthNorm: "wu", lengthPenalty: 1 },
  { beam: 5, lengthNorm: "wu", lengthPenalty: 1.4 },
  { beam: 5, lengthNorm: "wu", lengthPenalty: 1, coveragePenalty: 0.2 },
  { beam: 10, lengthNorm: "wu", lengthPenalty: 1 },
];
