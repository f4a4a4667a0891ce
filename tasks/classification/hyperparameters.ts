import { type Cell, CELLS, MOST_LAYERS } from "../../src/nn/mod.ts";
import { CELL_HELP } from "../../src/nn/cells.ts";
import { MOST_REGIONS } from "../../src/tensor/steps.ts";
import {
  boolean,
  choice,
  custom,
  type Given,
  integer,
  nullable,
  number,
  type Schema,
  share,
} from "../../src/schema/mod.ts";
import { type DataFormat, dataFormat } from "../data/data_format.ts";
import { CONVOLUTION_CONFIG, type ConvolutionConfig } from "./convolution_fields.ts";
import { SEQUENCE_CONFIG, type SequenceConfig } from "./sequence_fields.ts";
import { TRAIN_SETTINGS, type TrainSettings, usualAveraging, usualRate } from "../../src/train/mod.ts";
import { type HiddenSizes, hiddenSizes, layersOf } from "../task_model/hidden_sizes.ts";
import { checkLinear, type LinearConfig } from "./linear/mod.ts";
import { MULTI_LABEL_CONFIG, type MultiLabelConfig } from "./multi_label/fields.ts";
import { onlyNetworks, trainsNetworks } from "./network_only.ts";
import {
  type ClassifierSelection,
  expectedLabels,
  LABEL_WEIGHTS,
  type LabelWeights,
  type Pooling,
  POOLINGS,
  SELECT_BY,
} from "../labels/mod.ts";
import { MOGRIFIER_ROUNDS } from "../task_model/mogrifier_rounds.ts";

/** The configuration of a classifier, stored in `config.json`. */
export interface ClassifierConfig extends ConvolutionConfig, SequenceConfig, MultiLabelConfig {
  /** The recurrent cell. Default: "lstm". */
  readonly cell: Cell;
  /** Number of rounds of a Mogrifier LSTM, in which its input and its state scale each other. Default: 5. */
  readonly mogrifierRounds: number;
  /** Vocabulary size V of the tokenizer. */
  readonly vocabSize: number;
  /** Embedding size E. Default: 100, or the width of the word vectors. */
  readonly embed: number;
  /** Hidden size H of each direction, in all layers or in each. Default: 64; 128 with word vectors. */
  readonly hidden: number | readonly number[];
  /** Number of stacked layers. Default: 1, or the number of hidden sizes. */
  readonly layers: number;
  /** Whether texts are also read backwards. Default: true; false if the classifier starts from a language model. */
  readonly bidirectional: boolean;
  /**
   * Number of ensemble members: networks with different initial weights whose logits are averaged (Lakshminarayanan et
   * al. 2017). Default: 1.
   */
  readonly members: number;
  /** Method that reduces the states of a text to one vector. Default: "concat". */
  readonly pooling: Pooling;
  /**
   * Number of equal parts of each text of which the maxima of the states stand beside the pooled vector, so that the
   * network knows where in a text it has found something; null or 0 for none. Default: null.
   */
  readonly poolRegions: number | null;
  /** The labels, at least two, in the order of the outputs. */
  readonly labels: readonly string[];
  /** Maximum number of tokens per text; longer texts are truncated. Default: 2000. */
  readonly maxTokens: number;
  /** Dropout rate between layers (one mask for all time steps) and before the output layer. Default: 0.5. */
  readonly dropout: number;
  /** Dropout rate on the embeddings, one mask for all time steps. Default: 0.3. */
  readonly inputDropout: number;
  /**
   * Probability that a word's embedding is dropped for a whole batch (Gal and Ghahramani 2016). Default: 0.2; 0 with
   * word vectors.
   */
  readonly embedDropout: number;
  /** Probability that a word is replaced by the unknown token in training. Default: 0.1; 0 with word vectors. */
  readonly wordDropout: number;
  /**
   * Probability that a word that occurs once in the training texts is replaced by the unknown token, so that this one
   * is trained although no other word is dropped. Default: 0.
   */
  readonly rareDropout: number;
  /** Divides the logits before the softmax or the sigmoid; `calibrate` fits it (Guo et al. 2017). */
  readonly temperature: number;
  /**
   * Part that predicts: a recurrent network, or the linear model alone, which trains in seconds. Default: "network".
   */
  readonly architecture: Architecture;
  /**
   * Whether `fit` also trains a linear model on n-grams, whose logits are added to the network's (Cheng et al. 2016).
   * Default: true.
   */
  readonly wide: boolean;
  /** The trained linear model's features and its part in the logits; null before `fit`, or without a linear model. */
  readonly linear: LinearConfig | null;
  /** Columns and the separator of labels in the training data; files that have them are read alike. Default: null. */
  readonly dataFormat: DataFormat<"textColumn" | "labelColumn" | "labelSeparator"> | null;
}

/**
 * The architectures: `network` reads texts word by word, `linear` counts n-grams.
 *
 * @example
 * ```ts
 * import { Classifier, treebankTokenizer } from "@elman/elman";
 * import { ARCHITECTURES } from "@elman/elman/tasks";
 * import { assertEquals } from "@std/assert";
 *
 * const train = [{ text: "a fine film", label: "good" }, { text: "a dull film", label: "bad" }];
 * const [tokenizer, labels] = [treebankTokenizer(train.map(({ text }) => text)), ["bad", "good"]];
 * for (const architecture of ARCHITECTURES) {
 *   const model = Classifier.create({ tokenizer, labels, architecture, hidden: 4 });
 *   const { epochs } = await model.fit(train, { epochs: 2 });
 *   assertEquals(epochs.length, architecture === "network" ? 2 : 0); // The linear model has no epochs.
 * }
 * ```
 */
export const ARCHITECTURES = ["network", "linear"] as const;

/** Part that predicts the labels: a recurrent network, or a linear model on n-grams. */
export type Architecture = typeof ARCHITECTURES[number];

/** Settings for initializing a classifier's weights. */
export interface ClassifierInitialisation {
  /** Seed of the initial weights. Default: 1. */
  readonly seed: number;
}

/**
 * Settings for training a classifier. The defaults do best on a few thousand sentences, both from scratch and with word
 * vectors, measured on the validation set of the Stanford Sentiment Treebank (bench/results/sentiment.md).
 */
export interface ClassifierSettings extends TrainSettings {
  /** Batch size, in texts. Default: 25; 50 with word vectors. */
  readonly batch: number;
  /**
   * The learning rate. Default: 0.002, or 0.001 with word vectors; optimizers other than adam have their own defaults.
   */
  readonly learningRate: number;
  /** Learning rate schedule. Default: "constant"; "cosine" with `minutes`. */
  readonly schedule: TrainSettings["schedule"];
  /** Maximum global norm of the gradients; null disables clipping. Default: 1. */
  readonly clipNorm: number | null;
  /** Number of epochs without improvement after which training stops; null disables early stopping. Default: 3. */
  readonly patience: number | null;
  /**
   * Decay of the exponential moving average of the parameters; the averaged parameters are evaluated and saved (Polyak
   * and Juditsky 1992). null disables averaging. Default: 0.998; 0.995 with word vectors; null with another average or
   * `syncEvery` above 1.
   */
  readonly averaging: number | null;
  /** Label smoothing: share of each target spread evenly over the labels (Szegedy et al. 2016). Default: 0.1. */
  readonly labelSmoothing: number;
  /** Weights of the labels in the loss; `balanced` uses texts / (labels x texts with the label). Default: "none". */
  readonly labelWeights: LabelWeights;
  /**
   * Validation figure by which the best epoch is selected, and early stopping judged. Default: "accuracy"; "micro-f1"
   * for multi-label classifiers.
   */
  readonly selectBy: ClassifierSelection;
  /** Whether the embeddings are frozen. Default: false. */
  readonly freezeEmbeddings: boolean;
  /**
   * Gradual unfreezing (Howard and Ruder 2018): number of epochs after which the next deeper layer starts training.
   * Pooling and the output layer come first, then the recurrent layers from the last to the first, then the embeddings.
   * Default: 0, which trains everything from the start; 1 if the classifier starts from a language model.
   */
  readonly unfreezeEvery: number;
  /**
   * Learning rate of each layer relative to the layer above it (Howard and Ruder 2018). Default: 1; 1 / 2.6 if the
   * classifier starts from a language model.
   */
  readonly layerDecay: number;
  /**
   * Adversarial training (Miyato et al. 2017): each step also trains on embeddings that are moved in the direction in
   * which the loss grows fastest, by this share of their norm. It doubles the time of a step; 0 disables it.
   * Default: 0.03; 0.02 with word vectors.
   */
  readonly adversarial: number;
}

/** The starting point of a classifier, on which some defaults depend. */
export type Beginning = "scratch" | "vectors" | "language model" | "classifier";

/** Returns a default that depends on what the classifier starts from. */
function by<T>(scratch: T, other: { readonly vectors?: T; readonly model?: T }): (given: Given) => T {
  return ({ beginning }) => {
    if (beginning === "vectors") return other.vectors ?? scratch;
    return beginning === "language model" ? other.model ?? scratch : scratch;
  };
}

const GROUP = "model";
/** Fields that the language model decides if the classifier starts from one. */
const NOT_WITH_INIT_FROM = { group: GROUP, notWith: ["initFrom"] } as const;
/** Fields that do not change the weights. */
const OPEN = { group: GROUP, isOpen: true } as const;

/** The schema of a classifier's configuration. */
export const MODEL: Schema<ClassifierConfig & ClassifierInitialisation> = onlyNetworks({
  cell: choice(CELLS, { ...NOT_WITH_INIT_FROM, default: "lstm", help: CELL_HELP }),
  mogrifierRounds: { ...MOGRIFIER_ROUNDS, ...NOT_WITH_INIT_FROM },
  vocabSize: integer({ option: false, min: 1, formerly: ["vocabulary"], help: "Vocabulary size." }),
  embed: integer({
    ...NOT_WITH_INIT_FROM,
    min: 1,
    default: 100,
    defaultText: "100, or the width of the --vectors",
    help: "Embedding size.",
  }),
  ...CONVOLUTION_CONFIG,
  hidden: hiddenSizes({
    ...NOT_WITH_INIT_FROM,
    default: by<HiddenSizes>(64, { vectors: 128 }),
    defaultText: "64; 128 with --vectors",
    help: "Hidden size of each direction in all layers, or the sizes of each.",
  }),
  layers: integer({
    ...NOT_WITH_INIT_FROM,
    min: 1,
    max: MOST_LAYERS,
    default: layersOf,
    defaultText: "1, or the number of hidden sizes",
    help: "Number of stacked recurrent layers.",
  }),
  bidirectional: boolean({
    group: GROUP,
    default: by(true, { model: false }),
    defaultText: "on without --init-from",
    off: { option: "unidirectional", help: "Read texts forward only." },
    help: "Read texts both forward and backward.",
  }),
  members: integer({
    group: GROUP,
    min: 1,
    max: MOST_LAYERS,
    default: 1,
    help: "Number of networks to train together as an ensemble, whose logits are averaged.",
  }),
  pooling: choice(POOLINGS, {
    group: GROUP,
    default: "concat",
    help: "Pooling of a text's states into one vector; concat concatenates all the others.",
  }),
  poolRegions: nullable(integer({
    group: GROUP,
    min: 0,
    max: MOST_REGIONS,
    help: "Number of equal parts of a text whose maxima stand beside the pooled vector.",
  })),
  labels: custom<readonly string[]>({ option: false, help: "The labels.", check: expectedLabels }),
  maxTokens: integer({
    group: "data",
    isOpen: true,
    min: 1,
    default: 2000,
    help: "Maximum number of tokens per text; longer texts are truncated.",
  }),
  dropout: share({
    ...OPEN,
    default: 0.5,
    help: "Dropout rate between layers and before the output layer.",
  }),
  inputDropout: share({
    ...OPEN,
    default: 0.3,
    help: "Dropout rate on the embeddings, with one mask for all words of a text.",
  }),
  embedDropout: share({
    ...OPEN,
    default: by(0.2, { vectors: 0 }),
    defaultText: "0.2; 0 with --vectors",
    help: "Probability of dropping a word's embedding for a whole batch.",
  }),
  wordDropout: share({
    ...OPEN,
    default: by(0.1, { vectors: 0 }),
    defaultText: "0.1; 0 with --vectors",
    help: "Probability of replacing a word by the unknown token in training.",
  }),
  rareDropout: share({
    ...OPEN,
    default: 0,
    former: 0,
    help: "Probability of replacing a word that occurs once by the unknown token in training.",
  }),
  dataFormat: dataFormat(["textColumn", "labelColumn", "labelSeparator"]),
  ...SEQUENCE_CONFIG,
  ...MULTI_LABEL_CONFIG,
  temperature: number({ option: false, above: 0, default: 1, help: "Divides the logits before the softmax." }),
  architecture: choice(ARCHITECTURES, {
    group: GROUP,
    option: "model",
    default: "network",
    former: "network",
    help: "What predicts: a recurrent network, or a linear model on n-grams alone, which trains in seconds.",
  }),
  wide: boolean({
    ...OPEN,
    default: true,
    former: false,
    off: { option: "no-wide", help: "Do not add a linear model's scores to the network's." },
    help: "Also train a linear model on n-grams, and add its scores to the network's.",
  }),
  linear: nullable(custom<LinearConfig>({ option: false, help: "The trained linear model.", check: checkLinear })),
  seed: integer({ group: GROUP, isInitial: true, min: 0, default: 1, help: TRAIN_SETTINGS.seed.help }),
}, [
  ...[
    "cell",
    "mogrifierRounds",
    "embed",
    "conv",
    "filters",
    "convPool",
    "hidden",
    "layers",
    "bidirectional",
    "members",
  ],
  ...["pooling", "poolRegions", "maxTokens", "dropout", "inputDropout", "embedDropout", "wordDropout"],
  "rareDropout",
]);

/** The default learning rate; optimizers other than adam have their own. */
function rate({ optimizer, beginning }: Given): number {
  if (optimizer !== "adam") return usualRate(optimizer);
  return beginning === "vectors" ? 0.001 : 0.002;
}

/** The schema of a classifier's training settings. */
export const SETTINGS: Schema<ClassifierSettings> = trainsNetworks({
  ...TRAIN_SETTINGS,
  batch: {
    ...TRAIN_SETTINGS.batch,
    default: by(25, { vectors: 50 }),
    defaultText: "25; 50 with --vectors",
    help: "Batch size, in texts.",
  },
  learningRate: {
    ...TRAIN_SETTINGS.learningRate,
    default: rate,
    defaultText: "0.002, or 0.001 with --vectors; 1 for sgd, 0.1 for momentum and nesterov",
  },
  schedule: {
    ...TRAIN_SETTINGS.schedule,
    // A run with a budget of time has a known end, to which the rate can fall.
    default: ({ minutes }) => minutes ? "cosine" : "constant",
    defaultText: "constant; cosine with --minutes",
  },
  clipNorm: { ...TRAIN_SETTINGS.clipNorm, default: 1 },
  patience: { ...TRAIN_SETTINGS.patience, default: 3, defaultText: undefined },
  averaging: {
    ...TRAIN_SETTINGS.averaging,
    default: usualAveraging(by(0.998, { vectors: 0.995 })),
    defaultText: "0.998; 0.995 with --vectors; none with --average-last or --sync-every",
  },
  labelSmoothing: share({
    group: "training",
    default: 0.1,
    help: "Share of each target to spread evenly over all labels.",
  }),
  labelWeights: LABEL_WEIGHTS,
  selectBy: SELECT_BY,
  freezeEmbeddings: boolean({
    group: "training",
    option: "freeze-vectors",
    needs: ["vectors"],
    default: false,
    help: "Keep the pretrained word vectors fixed in training.",
  }),
  unfreezeEvery: integer({
    group: "training",
    min: 0,
    default: by(0, { model: 1 }),
    defaultText: "0; 1 with --init-from a language model",
    help: "Number of epochs after which the next deeper layer starts training; 0 trains all from the start.",
  }),
  layerDecay: number({
    group: "training",
    above: 0,
    max: 1,
    default: by(1, { model: 1 / 2.6 }),
    defaultText: "1; 0.385 with --init-from a language model",
    help: "Learning rate of each layer, as a share of the learning rate of the layer above.",
  }),
  adversarial: share({
    group: "training",
    default: by(0.03, { vectors: 0.02 }),
    defaultText: "0.03; 0.02 with --vectors",
    help: "Size of adversarial perturbations, as a share of the embeddings' norm; 0 disables them.",
  }),
});
