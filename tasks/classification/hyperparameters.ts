import { type Cell, CELLS, MOST_LAYERS } from "../../src/nn/mod.ts";
import {
  boolean,
  choice,
  custom,
  type Given,
  integer,
  number,
  refuse,
  type Schema,
  share,
} from "../../src/schema/mod.ts";
import { TRAIN_SETTINGS, type TrainSettings, usualRate } from "../../src/train/mod.ts";

/** How the states of a text become one vector. */
export const POOLINGS = ["last", "mean", "max", "attention", "concat"] as const;

/**
 * How the states of a text become one vector: each direction's last state, their mean, their maxima, the mean weighted by attention (Yang et
 * al. 2016), or all four joined.
 */
export type Pooling = typeof POOLINGS[number];

/** What a classifier is made of: the contents of `config.json`. */
export interface ClassifierConfig {
  /** The recurrent cell. Default: "lstm". */
  readonly cell: Cell;
  /** Number of symbols V: the tokenizer's. */
  readonly vocabSize: number;
  /** Embedding size E. Default: 100, or that of the word vectors. */
  readonly embed: number;
  /** Hidden size H of each direction. Default: 64; 128 with word vectors. */
  readonly hidden: number;
  /** Stacked layers. Default: 1. */
  readonly layers: number;
  /** Whether texts are also read backwards. Default: true; false for a classifier that begins as a language model. */
  readonly bidirectional: boolean;
  /**
   * Networks that read a text each on its own, differ in their first weights, and whose scores are averaged (Lakshminarayanan et al. 2017).
   * Default: 1.
   */
  readonly members: number;
  /** How the states of a text become one vector. Default: "concat". */
  readonly pooling: Pooling;
  /** The labels, at least two, in the order of the classifier's outputs. */
  readonly labels: readonly string[];
  /** Most tokens of a text that are read; the rest is cut off. Default: 2000. */
  readonly maxTokens: number;
  /** Dropout rate between layers, one mask for all time steps, and before the classifier. Default: 0.5. */
  readonly dropout: number;
  /** Dropout rate on the embeddings, one mask for all time steps. Default: 0.3. */
  readonly inputDropout: number;
  /** Share of the vocabulary whose vectors are dropped in a batch (Gal and Ghahramani 2016). Default: 0.2; 0 with word vectors. */
  readonly embedDropout: number;
  /** Share of the words that are read as unknown in training. Default: 0.1; 0 with word vectors. */
  readonly wordDropout: number;
  /** Divides the logits before the softmax; `calibrate` fits it (Guo et al. 2017). */
  readonly temperature: number;
}

/** How a classifier's first weights are drawn. */
export interface ClassifierInitialisation {
  /** Seed of the first weights. Default: 1. */
  readonly seed: number;
}

/** How the labels are weighed: as they come, each as much as the others, or each by a number. */
export type LabelWeights = "none" | "balanced" | readonly number[];

/**
 * How a classifier is trained. The defaults are those that do best on a few thousand sentences, from scratch and with word vectors, by the
 * validation sentences of the Stanford Sentiment Treebank (bench/results/sentiment.md).
 */
export interface ClassifierSettings extends TrainSettings {
  /** Texts that a step reads side by side. Default: 25; 50 with word vectors. */
  readonly batch: number;
  /** The learning rate. Default: 0.002, with word vectors 0.001; with another optimizer than adam what suits that. */
  readonly learningRate: number;
  /** Largest norm of all gradients together; null for no limit. Default: 1. */
  readonly clipNorm: number | null;
  /** Epochs without improvement after which training stops; null for no early stopping. Default: 3. */
  readonly patience: number | null;
  /**
   * Share of a moving average of the parameters that each step keeps; the average is what is measured and kept (Polyak and Juditsky 1992). null
   * for the parameters themselves. Default: 0.998; 0.995 with word vectors; null with `averageLast`.
   */
  readonly averaging: number | null;
  /** Share of every target that is spread evenly over the labels (Szegedy et al. 2016). Default: 0.1. */
  readonly labelSmoothing: number;
  /** How the labels are weighed; `balanced` weighs a label by texts / (labels x its texts). Default: "none". */
  readonly labelWeights: LabelWeights;
  /** Whether the embeddings stay as they are. Default: false. */
  readonly freezeEmbeddings: boolean;
  /**
   * Epochs after which the next deeper layer begins to learn (Howard and Ruder 2018): at first only pooling and classifier do, then the last
   * recurrent layer, and at last the embeddings. Default: 0, all from the beginning; 1 for a classifier that begins as a language model.
   */
  readonly unfreezeEvery: number;
  /**
   * The learning rate of a layer as a share of that of the layer above it. Default: 1; 1 / 2.6 for a classifier that begins as a language
   * model (Howard and Ruder 2018).
   */
  readonly layerDecay: number;
  /**
   * Adversarial training (Miyato et al. 2017): besides the texts as they are, texts are learned whose vectors are moved to where the loss grows
   * fastest, by this share of their length; each step takes twice as long. Default: 0.03; 0.02 with word vectors; 0 for none.
   */
  readonly adversarial: number;
}

/** What a classifier begins with, on which defaults depend. */
export type Beginning = "scratch" | "vectors" | "language model";

/** A default that depends on what the classifier begins with. */
function by<T>(scratch: T, other: { readonly vectors?: T; readonly model?: T }): (given: Given) => T {
  return ({ beginning }) => {
    if (beginning === "vectors") return other.vectors ?? scratch;
    return beginning === "language model" ? other.model ?? scratch : scratch;
  };
}

const GROUP = "model";
/** Fields that a language model brings along, from which a classifier begins. */
const BROUGHT = { group: GROUP, notWith: ["initFrom"] } as const;

/** The declarations of a classifier's fields. */
export const MODEL: Schema<ClassifierConfig & ClassifierInitialisation> = {
  cell: choice(CELLS, { ...BROUGHT, default: "lstm", help: "The recurrent cell." }),
  vocabSize: integer({ option: false, min: 1, formerly: ["vocabulary"], help: "Symbols of the vocabulary." }),
  embed: integer({
    ...BROUGHT,
    min: 1,
    default: 100,
    defaultText: "100, or that of the vectors",
    help: "Embedding size.",
  }),
  hidden: integer({
    ...BROUGHT,
    min: 1,
    default: by(64, { vectors: 128 }),
    defaultText: "64; 128 with --vectors",
    help: "Hidden size of each direction.",
  }),
  layers: integer({ ...BROUGHT, min: 1, max: MOST_LAYERS, default: 1, help: "Stacked layers." }),
  bidirectional: boolean({
    group: GROUP,
    default: by(true, { model: false }),
    off: { option: "unidirectional", help: "Read texts forwards only." },
    help: "Read texts forwards and backwards, as is the default without --init-from.",
  }),
  members: integer({
    group: GROUP,
    min: 1,
    max: MOST_LAYERS,
    default: 1,
    help: "Networks that are trained side by side and whose scores are averaged.",
  }),
  pooling: choice(POOLINGS, { group: GROUP, default: "concat", help: "How the states of a text become one vector." }),
  labels: custom<readonly string[]>({
    option: false,
    help: "The labels.",
    check(value) {
      const labels = Array.isArray(value) ? value : [];
      const areTexts = labels.every((label) => typeof label === "string" && label !== "");
      return areTexts && labels.length >= 2 && new Set(labels).size === labels.length
        ? undefined
        : "at least 2 different labels";
    },
  }),
  maxTokens: integer({ group: "data", min: 1, default: 2000, help: "Most tokens of a text that are read." }),
  dropout: share({ group: GROUP, default: 0.5, help: "Dropout rate between layers and before the classifier." }),
  inputDropout: share({
    group: GROUP,
    default: 0.3,
    help: "Dropout rate on the embeddings, one mask for all words.",
  }),
  embedDropout: share({
    group: GROUP,
    default: by(0.2, { vectors: 0 }),
    defaultText: "0.2; 0 with --vectors",
    help: "Share of the vocabulary that is dropped in a batch.",
  }),
  wordDropout: share({
    group: GROUP,
    default: by(0.1, { vectors: 0 }),
    defaultText: "0.1; 0 with --vectors",
    help: "Share of the words that are read as unknown.",
  }),
  temperature: number({ option: false, above: 0, default: 1, help: "Divides the logits." }),
  seed: integer({ group: GROUP, isInitial: true, min: 0, default: 1, help: TRAIN_SETTINGS.seed.help }),
};

/** What suits texts where the optimizer is not named; what other optimizers need only they know. */
function rate({ optimizer, beginning }: Given): number {
  if (optimizer !== "adam") return usualRate(optimizer);
  return beginning === "vectors" ? 0.001 : 0.002;
}

/** The declarations of a classifier's training. */
export const SETTINGS: Schema<ClassifierSettings> = {
  ...TRAIN_SETTINGS,
  batch: {
    ...TRAIN_SETTINGS.batch,
    default: by(25, { vectors: 50 }),
    defaultText: "25; 50 with --vectors",
    help: "Texts that a step reads side by side.",
  },
  learningRate: { ...TRAIN_SETTINGS.learningRate, default: rate, defaultText: "0.002; 0.001 with --vectors" },
  clipNorm: { ...TRAIN_SETTINGS.clipNorm, default: 1 },
  patience: { ...TRAIN_SETTINGS.patience, default: 3, defaultText: undefined },
  averaging: {
    ...TRAIN_SETTINGS.averaging,
    default: (given) => given.averageLast ? null : by(0.998, { vectors: 0.995 })(given),
    defaultText: "0.998; 0.995 with --vectors",
  },
  labelSmoothing: share({
    group: "training",
    default: 0.1,
    help: "Share of every target that is spread evenly over the labels.",
  }),
  labelWeights: custom<LabelWeights>({
    group: "training",
    default: "none",
    choices: ["none", "balanced"],
    help: "Whether rare labels count more, so that all count alike.",
    check(value) {
      const isList = Array.isArray(value) && value.every((weight) => weight > 0 && weight < Infinity);
      return value === "none" || value === "balanced" || isList
        ? undefined
        : "none, balanced, or finite numbers above 0";
    },
  }),
  freezeEmbeddings: boolean({
    group: "training",
    option: "freeze-vectors",
    needs: ["vectors"],
    default: false,
    help: "Leave the word vectors as they are.",
  }),
  unfreezeEvery: integer({
    group: "training",
    min: 0,
    default: by(0, { model: 1 }),
    defaultText: "0; 1 with --init-from",
    help: "Epochs after which the next deeper layer begins to learn; 0: all at once.",
  }),
  layerDecay: number({
    group: "training",
    above: 0,
    max: 1,
    default: by(1, { model: 1 / 2.6 }),
    defaultText: "1; 0.385 with --init-from",
    help: "Learning rate of a layer as a share of that of the layer above.",
  }),
  adversarial: share({
    group: "training",
    default: by(0.03, { vectors: 0.02 }),
    defaultText: "0.03; 0.02 with --vectors",
    help:
      "Learn also from texts whose vectors are moved to where the loss grows fastest, by this share of their length.",
  }),
};

/** The weight of each label, or nothing if all count alike. Throws a `RangeError` if there are not as many as labels. */
export function weightsOf(weights: LabelWeights, targets: Int32Array, labels: number): Float32Array | undefined {
  if (weights === "none") return undefined;
  if (weights !== "balanced") {
    if (weights.length !== labels) refuse("fit", "labelWeights", `${labels} numbers`, weights.length);
    return Float32Array.from(weights);
  }
  const counts = new Float64Array(labels);
  for (const target of targets) counts[target]++;
  return Float32Array.from(counts, (count) => count === 0 ? 0 : targets.length / (labels * count));
}
