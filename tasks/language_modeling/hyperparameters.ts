import { InputRangeError } from "../../errors.ts";
import { type Cell, CELLS, MOST_LAYERS } from "../../src/nn/mod.ts";
import { CELL_HELP, CELLS_WITH_RECURRENT_WEIGHTS } from "../../src/nn/cells.ts";
import {
  boolean,
  choice,
  type Field,
  type Given,
  integer,
  nullable,
  number,
  refuse,
  type Schema,
  share,
  string,
} from "../../src/schema/mod.ts";
import { FALLING, TRAIN_SETTINGS, type TrainSettings, usualRate } from "../../src/train/mod.ts";
import { type DataFormat, dataFormat } from "../data/data_format.ts";
import { checkHiddenSizes, type HiddenSizes, hiddenSizes, layersOf } from "../task_model/hidden_sizes.ts";
import { checkOutput, OUTPUT } from "./output_layer.ts";
import { MOGRIFIER_ROUNDS } from "../task_model/mogrifier_rounds.ts";

/** The configuration of a language model, as saved in `config.json`. */
export interface LanguageModelConfig {
  /** The recurrent cell. Default: "lstm". */
  readonly cell: Cell;
  /** Number of rounds of a Mogrifier LSTM, in which its input and its state scale each other. Default: 5. */
  readonly mogrifierRounds: number;
  /** Vocabulary size V, which the tokenizer determines. */
  readonly vocabSize: number;
  /**
   * Hidden size H of all recurrent layers, or that of each. One size for several layers is not that of the last one if
   * embeddings are tied, which has theirs. Default: 256.
   */
  readonly hidden: number | readonly number[];
  /** Number of stacked recurrent layers. Default: 1, or the number of hidden sizes. */
  readonly layers: number;
  /** Whether the output layer shares its weights with the embedding (Press and Wolf 2017). Default: false. */
  readonly tied: boolean;
  /**
   * Embedding size E; if embeddings are tied, also the last layer's hidden size. Default: 64, or the last of the hidden
   * sizes if they are tied.
   */
  readonly embed: number;
  /** Dropout rate on the embeddings, between layers and before the output. Default: 0. */
  readonly dropout: number;
  /** Dropout rate on the embeddings; null for `dropout`. Default: null. */
  readonly inputDropout: number | null;
  /** Dropout rate between layers; null for `dropout`. Default: null. */
  readonly hiddenDropout: number | null;
  /** Dropout rate before the output; null for `dropout`. Default: null. */
  readonly outputDropout: number | null;
  /** Whether dropout uses the same mask at every time step of a window (Gal and Ghahramani 2016). Default: false. */
  readonly lockedDropout: boolean;
  /** Probability of dropping a token's embedding wherever it occurs in a window. Default: 0. */
  readonly embedDropout: number;
  /** Dropout rate of the recurrent weights, one mask for a window (Merity et al. 2018). Default: 0. */
  readonly weightDropout: number;
  /**
   * The softmax of the output layer: "exact", or "adaptive" (Grave et al. 2017), which is faster with a large
   * vocabulary whose ids are sorted by falling frequency, as those of words are. Default: "exact".
   */
  readonly softmax: "exact" | "adaptive";
  /**
   * The first id of each cluster of rare words of an adaptive softmax, ascending; null for an exact one. Default: null,
   * or for an adaptive softmax the square root of V times 10 and 50, rounded, if below V.
   */
  readonly cutoffs: readonly number[] | null;
  /** Cluster i of an adaptive softmax has vectors of size H / divValue^(i + 1), at least 1. Default: 4. */
  readonly divValue: number;
  /**
   * The token before and after each document, such as "<eos>", for a model that is trained on documents; null for a
   * model of running text. Default: null.
   */
  readonly endOfText: string | null;
  /**
   * The field of the text and the separator of documents that were given for the training data; files for evaluation
   * are read alike. Default: null.
   */
  readonly dataFormat: DataFormat<"textColumn" | "documentSeparator"> | null;
}

/** Settings for initializing a language model's weights. */
export interface LanguageModelInitialisation {
  /** Draws all weights uniformly from [-initRange, initRange); null for each layer's own range. Default: null. */
  readonly initRange: number | null;
  /** Seed of the initial weights. Default: 1. */
  readonly seed: number;
}

/** Settings for training a language model. */
export interface LanguageModelSettings extends TrainSettings {
  /**
   * The learning rate. Default: 0.008 for adam and adamw with a schedule that falls to the end of the run, unless the
   * cell is a Mogrifier; otherwise 0.002, 1 for sgd, 0.1 for momentum and nesterov.
   */
  readonly learningRate: number;
  /** Learning rate schedule. Default: "cosine". */
  readonly schedule: TrainSettings["schedule"];
  /** Time steps of truncated backpropagation through time. Default: 64. */
  readonly bptt: number;
  /**
   * Standard deviation of the lengths of windows around `bptt`, drawn anew in each epoch (Merity et al. 2018); 0 for
   * windows of the same length. Default: 0.
   */
  readonly bpttDeviation: number;
  /** Factor of activation regularization: the mean square of the output layer's input. Default: 0. */
  readonly activationRegularization: number;
  /**
   * Factor of temporal activation regularization: the mean square of the change of the last layer's hidden state from
   * step to step. Default: 0.
   */
  readonly temporalRegularization: number;
  /**
   * Mean number of random words beside those of a step over which its loss is computed (sampled softmax; Bengio and
   * Senécal 2008), which saves most of the time of a large exact softmax; null for all words, as are more samples than
   * there are words. Losses of training are then those of the samples, which are lower. Default: null.
   */
  readonly softmaxSamples: number | null;
}

const GROUP = "model";

/** Restricts an option to models with an exact softmax. */
const EXACT = { field: "softmax", values: ["exact"] };

/** Schema of a language model's configuration and initialization. */
export const MODEL: Schema<LanguageModelConfig & LanguageModelInitialisation> = {
  cell: choice(CELLS, { group: GROUP, default: "lstm", help: CELL_HELP }),
  mogrifierRounds: MOGRIFIER_ROUNDS,
  vocabSize: integer({ option: false, min: 1, formerly: ["vocabulary"], help: "Vocabulary size." }),
  hidden: hiddenSizes({
    group: GROUP,
    default: 256,
    // Tied embeddings have the last of the sizes.
    overrides: ({ hidden, tied }) => Array.isArray(hidden) ? ["layers", ...tied ? ["embed"] : []] : [],
    help: "Hidden size of all layers, or the sizes of each.",
  }),
  layers: integer({
    group: GROUP,
    min: 1,
    max: MOST_LAYERS,
    default: layersOf,
    defaultText: "1, or the number of hidden sizes",
    help: "Number of stacked recurrent layers.",
  }),
  tied: boolean({
    group: GROUP,
    default: false,
    formerly: ["tie"],
    onlyWith: EXACT,
    help: "Use the embeddings as output weights too.",
  }),
  embed: integer({
    group: GROUP,
    min: 1,
    default: ({ tied, hidden }) => tied ? [hidden as HiddenSizes].flat().at(-1)! : 64,
    defaultText: "64, or the last hidden size with --tied",
    help: "Embedding size.",
  }),
  dropout: share({
    group: GROUP,
    isOpen: true,
    default: 0,
    help: "Dropout rate on all but the recurrent connections.",
  }),
  inputDropout: ownRate("Dropout rate on the embeddings."),
  hiddenDropout: ownRate("Dropout rate between layers."),
  outputDropout: ownRate("Dropout rate before the output layer."),
  lockedDropout: boolean({
    group: GROUP,
    isOpen: true,
    default: false,
    former: false,
    help: "Use the same dropout mask at every time step of a window.",
  }),
  embedDropout: share({
    group: GROUP,
    isOpen: true,
    default: 0,
    former: 0,
    help: "Probability of dropping a token's embedding wherever it occurs in a window.",
  }),
  weightDropout: share({
    group: GROUP,
    isOpen: true,
    default: 0,
    former: 0,
    onlyWith: { field: "cell", values: CELLS_WITH_RECURRENT_WEIGHTS },
    help: "Dropout rate of the recurrent weights.",
  }),
  ...OUTPUT,
  endOfText: nullable(string({ option: false, help: "Token before and after each document." })),
  dataFormat: dataFormat(["textColumn", "documentSeparator"]),
  initRange: nullable(number({
    group: GROUP,
    notWith: ["initFrom"],
    isInitial: true,
    above: 0,
    defaultText: "each layer's own range",
    help: "Draw all initial weights uniformly from [-X, X).",
  })),
  seed: integer({ group: GROUP, isInitial: true, min: 0, default: 1, help: TRAIN_SETTINGS.seed.help }),
};

/** A rate that replaces `dropout` in one place. */
function ownRate(help: string): Field<number | null> {
  return nullable(share({ group: GROUP, isOpen: true, defaultText: "that of --dropout", help }));
}

/** Schema of a language model's training settings. */
export const SETTINGS: Schema<LanguageModelSettings> = {
  ...TRAIN_SETTINGS,
  batch: { ...TRAIN_SETTINGS.batch, help: "Batch size: number of passages of the text that are read in parallel." },
  learningRate: {
    ...TRAIN_SETTINGS.learningRate,
    default: rateFor,
    defaultText:
      "0.008; 0.002 with a schedule that has no end or a Mogrifier; 1 for sgd, 0.1 for momentum and nesterov",
  },
  schedule: { ...TRAIN_SETTINGS.schedule, default: "cosine" },
  bptt: integer({
    group: "training",
    min: 1,
    default: 64,
    help: "Number of time steps that gradients flow back through (truncated backpropagation).",
  }),
  bpttDeviation: number({
    group: "training",
    min: 0,
    default: 0,
    help: "Standard deviation of the windows' lengths around --bptt, drawn anew in each epoch.",
  }),
  activationRegularization: number({
    group: "training",
    option: "ar",
    min: 0,
    default: 0,
    help: "Factor of the mean square of the output layer's input (activation regularization).",
  }),
  temporalRegularization: number({
    group: "training",
    option: "tar",
    min: 0,
    default: 0,
    help: "Factor of the mean square of the last layer's changes (temporal activation regularization).",
  }),
  softmaxSamples: nullable(integer({
    group: "training",
    min: 1,
    onlyWith: EXACT,
    defaultText: "all words",
    help: "Compute the loss of a step over its own words and about N random others, which is faster with a large " +
      "vocabulary (sampled softmax).",
  })),
};

/**
 * A rate that falls to the end of the run may begin higher, but the rounds of a Mogrifier multiply the gradients of
 * each step until they explode. The schedule still lacks its default here.
 */
function rateFor({ optimizer, schedule = "cosine", cell }: Given): number {
  const isFalling = FALLING.includes(schedule as TrainSettings["schedule"]);
  return isFalling && cell !== "mogrifier" && (optimizer === "adam" || optimizer === "adamw")
    ? 0.008
    : usualRate(optimizer);
}

/**
 * Returns the hidden size of each layer. With tied embeddings, one size for several layers leaves the last one the
 * embeddings' size.
 */
export function hiddenSizesOf(
  { hidden, layers, tied, embed }: Pick<LanguageModelConfig, "hidden" | "layers" | "tied" | "embed">,
): readonly number[] {
  if (typeof hidden !== "number") return hidden;
  return Array.from({ length: layers }, (_, i) => tied && i > 0 && i === layers - 1 ? embed : hidden);
}

/** Throws `RangeError` if fields of a configuration contradict each other. */
export function checkConfig(action: string, config: LanguageModelConfig): void {
  const { tied, embed, vocabSize } = config;
  if (vocabSize < 2) throw new InputRangeError(`${action}: expected at least 2 symbols, found ${vocabSize}`);
  checkHiddenSizes(action, config);
  const last = hiddenSizesOf(config).at(-1);
  if (tied && embed !== last) {
    refuse(action, "embed", `the last layer's hidden size, ${last}, since embeddings are tied to it`, embed);
  }
  checkOutput(action, config);
}
