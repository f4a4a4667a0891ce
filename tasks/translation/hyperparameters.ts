import { InputRangeError } from "../../errors.ts";
import { type AttentionKind, ATTENTIONS, type Cell, CELLS, MOST_LAYERS } from "../../src/nn/mod.ts";
import { CELL_HELP } from "../../src/nn/cells.ts";
import { boolean, choice, type Given, integer, nullable, type Schema, share, string } from "../../src/schema/mod.ts";
import { TRAIN_SETTINGS, type TrainSettings, usualAveraging, usualRate, warmupFor } from "../../src/train/mod.ts";
import { type DataFormat, dataFormat } from "../data/data_format.ts";
import { MOGRIFIER_ROUNDS } from "../task_model/mogrifier_rounds.ts";

/** The kinds of attention; with `none`, the decoder only gets the encoder's last states, through the bridge. */
export const ATTENTION_KINDS = [...ATTENTIONS, "none"] as const;

/**
 * The bridges: how the encoder's last states initialize the decoder's states.
 *
 * @example
 * ```ts
 * import { CharTokenizer, Translator } from "@elman/elman";
 * import { BRIDGES, SELECTIONS } from "@elman/elman/tasks";
 * import { assert, assertEquals } from "@std/assert";
 *
 * const sourceTokenizer = CharTokenizer.train("abc");
 * const translators = BRIDGES.map((bridge) => Translator.create({ sourceTokenizer, bridge, embed: 4, hidden: 8 }));
 * assertEquals(translators.map(({ network }) => network.bridge.length > 0), [true, false, false]);
 * assert(SELECTIONS.includes("bleu")); // The setting `selection` of `fit`.
 * ```
 */
export const BRIDGES = ["dense", "copy", "zero"] as const;

/**
 * Method that initializes the decoder's states from the encoder's last ones: `dense` applies a linear layer, followed
 * by tanh for hidden states, in each layer; `copy` copies them, which requires equal sizes; `zero` starts from zeros.
 */
export type Bridge = typeof BRIDGES[number];

/** The criteria that select the best epoch. */
export const SELECTIONS = ["bleu", "loss"] as const;

/** The criterion that selects the best epoch: BLEU of greedy translations, or the loss. */
export type Selection = typeof SELECTIONS[number];

/** The configuration of a translator, stored in `config.json`. */
export interface TranslatorConfig {
  /** The recurrent cell of encoder and decoder. Default: "lstm". */
  readonly cell: Cell;
  /** Number of rounds of a Mogrifier LSTM, in which its input and its state scale each other. Default: 5. */
  readonly mogrifierRounds: number;
  /** Source vocabulary size, including the end of sentence. */
  readonly sourceVocabSize: number;
  /** Target vocabulary size V, including the symbol that begins and ends a sentence. */
  readonly targetVocabSize: number;
  /** Whether source and target share one tokenizer. */
  readonly joint: boolean;
  /** Embedding size E, which is also the size of the readout. Default: 256. */
  readonly embed: number;
  /** Hidden size H of the decoder. Default: 512. */
  readonly hidden: number;
  /** Hidden size of each direction of the encoder. Default: half of the decoder's. */
  readonly encoderHidden: number;
  /** Number of stacked layers in the encoder and in the decoder. Default: 1. */
  readonly layers: number;
  /** Method that initializes the decoder's states from the encoder's last ones. Default: "dense". */
  readonly bridge: Bridge;
  /** The attention of the decoder to the source. Default: "additive". */
  readonly attention: AttentionKind | "none";
  /** Number of heads of multi-head attention. Default: 4. */
  readonly heads: number;
  /** Input feeding: whether each step's readout is an input of the next step (Luong et al. 2015). Default: false. */
  readonly inputFeeding: boolean;
  /** Weight tying: whether the output weights are the target embeddings (Press and Wolf 2017). Default: true. */
  readonly tied: boolean;
  /** Whether source and target share their embeddings. Default: true if they share one tokenizer. */
  readonly shared: boolean;
  /** Dropout rate between layers (one mask for all time steps) and on the readout. Default: 0.3. */
  readonly dropout: number;
  /** Dropout rate on the embeddings, one mask for all time steps. Default: 0.3. */
  readonly inputDropout: number;
  /**
   * Maximum number of tokens per sentence; training skips longer pairs, translation truncates longer sentences.
   * Default: 200.
   */
  readonly maxTokens: number;
  /** The characters of the source sentences seen in training; null before training. */
  readonly alphabet: string | null;
  /** Columns of the table of training pairs; tables that have them are read alike. Default: null. */
  readonly dataFormat: DataFormat<"sourceColumn" | "targetColumn"> | null;
}

/** Settings for initializing a translator's weights. */
export interface TranslatorInitialisation {
  /** Seed of the initial weights. Default: 1. */
  readonly seed: number;
}

/** Settings for training a translator. `batch` is ignored; use `batchTokens`. */
export interface TranslatorSettings extends TrainSettings {
  /** Number of passes over the training pairs. Default: 10; 20,000 / pairs, up to 40, if there are fewer than 2,000. */
  readonly epochs: number;
  /** The learning rate. Default: 0.004; optimizers other than adam and adamw have their own defaults. */
  readonly learningRate: number;
  /** The schedule of the learning rate. Default: "cosine". */
  readonly schedule: TrainSettings["schedule"];
  /** Number of warm-up steps, at most half of all steps. Default: 300; none if the schedule has no end. */
  readonly warmup: number | null;
  /** Maximum global norm of the gradients; null disables clipping. Default: 1. */
  readonly clipNorm: number | null;
  /** Number of epochs without improvement after which training stops; null disables early stopping. Default: 5. */
  readonly patience: number | null;
  /**
   * Decay of the exponential moving average of the parameters; the averaged parameters are evaluated and saved (Polyak
   * and Juditsky 1992). null disables averaging. Default: 0.999; 1 - 20 / pairs, but at least 0.9, if there are fewer
   * than 20,000 training pairs; null with another average or `syncEvery` above 1.
   */
  readonly averaging: number | null;
  /**
   * Maximum number of tokens on each side of a batch, including padding. Default: 1000; pairs / 12, but at least 100,
   * if there are fewer than 12,000 training pairs.
   */
  readonly batchTokens: number;
  /** Label smoothing: share of each target spread evenly over the vocabulary (Szegedy et al. 2016). Default: 0.1. */
  readonly labelSmoothing: number;
  /**
   * Scheduled sampling (Bengio et al. 2015): the share of the decoder's inputs that are its own predictions instead of
   * the target. Epoch e uses 1 - 1 / e of this value; the predictions come from a first pass over the target (Mihaylova
   * and Martins 2019). Default: 0.
   */
  readonly scheduledSampling: number;
  /**
   * BPE dropout (Provilkov et al. 2020): the probability that a merge of byte-pair encoding is skipped. The training
   * sentences are tokenized again in each epoch. Default: 0.
   */
  readonly mergeDropout: number;
  /** The criterion that selects the best epoch. Default: "bleu". */
  readonly selectBy: Selection;
}

/** Stands for any number of training pairs that is too large to matter, if the number is not known. */
const MANY_PAIRS = 20_000;

/** Returns `share` of the number of training pairs, from `least` to `most`. */
function byPairs(share: number, least: number, most: number): (given: Given) => number {
  return ({ pairs = MANY_PAIRS }) => Math.max(least, Math.min(most, Math.round(share * (pairs as number))));
}

/** Default size of a vocabulary of subwords. Rare subwords of a small corpus are seen too seldom to be learned. */
export const subwordsFor: (given: Given) => number = byPairs(2 / 3, 1000, 8000);

/** With few pairs, an epoch has more steps than a batch of the usual size would leave it. */
const batchTokensFor = byPairs(1 / 12, 100, 1000);

/** Fewer pairs are read more often. */
function epochsFor({ pairs = MANY_PAIRS }: Given): number {
  return Math.max(10, Math.min(40, Math.round(20_000 / (pairs as number))));
}

/** An average over many steps would lag behind the parameters of a short run. */
function averagingFor({ pairs = MANY_PAIRS }: Given): number {
  return 1 - Math.round(1e4 * Math.max(0.001, Math.min(0.1, 20 / (pairs as number)))) / 1e4;
}

const GROUP = "model";

/** The schema of a translator's configuration. */
export const MODEL: Schema<TranslatorConfig & TranslatorInitialisation> = {
  cell: choice(CELLS, { group: GROUP, default: "lstm", help: CELL_HELP }),
  mogrifierRounds: MOGRIFIER_ROUNDS,
  sourceVocabSize: integer({ option: false, min: 1, formerly: ["sourceVocabulary"], help: "Source vocabulary size." }),
  targetVocabSize: integer({ option: false, min: 1, formerly: ["targetVocabulary"], help: "Target vocabulary size." }),
  joint: boolean({ option: false, help: "Whether source and target share one tokenizer." }),
  embed: integer({ group: GROUP, min: 1, default: 256, help: "Embedding size." }),
  hidden: integer({ group: GROUP, min: 1, default: 512, help: "Hidden size of the decoder." }),
  encoderHidden: integer({
    group: GROUP,
    min: 1,
    default: ({ hidden }) => Math.ceil(hidden as number / 2),
    defaultText: "half of the decoder's",
    help: "Hidden size of each direction of the encoder.",
  }),
  layers: integer({
    group: GROUP,
    min: 1,
    max: MOST_LAYERS,
    default: 1,
    help: "Number of stacked recurrent layers in the encoder and in the decoder.",
  }),
  bridge: choice(BRIDGES, {
    group: GROUP,
    default: "dense",
    help: "Initial states of the decoder: a dense layer or a copy of the encoder's last states, or zeros.",
  }),
  attention: choice(ATTENTION_KINDS, {
    group: GROUP,
    default: "additive",
    help: "Attention of the decoder to the source sentence.",
  }),
  heads: integer({
    group: GROUP,
    min: 1,
    default: 4,
    onlyWith: { field: "attention", values: ["multihead"] },
    help: "Number of heads of multihead attention.",
  }),
  inputFeeding: boolean({
    group: GROUP,
    default: false,
    help: "Feed each step's attentional vector into the next step; slower.",
  }),
  tied: boolean({
    group: GROUP,
    default: true,
    defaultText: "on",
    off: { option: "untied", help: "Use separate output weights and target embeddings." },
    help: "Use the target embeddings as output weights too.",
  }),
  shared: boolean({
    group: GROUP,
    default: ({ joint }) => joint as boolean,
    defaultText: "on with --joint",
    off: {
      option: "unshared",
      needs: ["joint"],
      help: "Use separate embeddings for source and target with --joint.",
    },
    help: "Use the same embeddings for source and target.",
  }),
  dropout: share({ group: GROUP, default: 0.3, help: "Dropout rate between layers and before the output layer." }),
  inputDropout: share({
    group: GROUP,
    default: 0.3,
    help: "Dropout rate on the embeddings, with one mask for all steps.",
  }),
  maxTokens: integer({
    group: "data",
    min: 1,
    default: 200,
    help: "Maximum number of tokens per sentence; training skips longer pairs, translation truncates.",
  }),
  alphabet: nullable(string({ option: false, help: "The characters of the source sentences seen in training." })),
  dataFormat: dataFormat(["sourceColumn", "targetColumn"]),
  seed: integer({ group: GROUP, isInitial: true, min: 0, default: 1, help: TRAIN_SETTINGS.seed.help }),
};

/** The schema of a translator's training settings. */
export const SETTINGS: Schema<TranslatorSettings> = {
  ...TRAIN_SETTINGS,
  epochs: { ...TRAIN_SETTINGS.epochs, default: epochsFor, defaultText: "10; up to 40 below 2,000 pairs" },
  batch: { ...TRAIN_SETTINGS.batch, option: false },
  batchTokens: integer({
    group: "training",
    min: 1,
    default: batchTokensFor,
    defaultText: "1000; fewer below 12,000 pairs",
    help: "Batch size: maximum number of tokens on each side.",
  }),
  learningRate: {
    ...TRAIN_SETTINGS.learningRate,
    // On small corpora, half of this rate learns far more slowly.
    default: ({ optimizer }) => optimizer === "adam" || optimizer === "adamw" ? 0.004 : usualRate(optimizer),
    defaultText: "0.004; 1 for sgd, 0.1 for momentum and nesterov, 0.002 for rmsprop",
  },
  schedule: { ...TRAIN_SETTINGS.schedule, default: "cosine" },
  warmup: { ...TRAIN_SETTINGS.warmup, default: warmupFor(300), defaultText: "300 for cosine and linear" },
  clipNorm: { ...TRAIN_SETTINGS.clipNorm, default: 1 },
  patience: { ...TRAIN_SETTINGS.patience, default: 5, defaultText: undefined },
  averaging: {
    ...TRAIN_SETTINGS.averaging,
    default: usualAveraging(averagingFor),
    defaultText: "0.999; less below 20,000 pairs; none with --average-last or --sync-every",
  },
  labelSmoothing: share({
    group: "training",
    default: 0.1,
    help: "Share of each target to spread evenly over the vocabulary.",
  }),
  scheduledSampling: share({
    group: "training",
    default: 0,
    help: "Share of the decoder's inputs to replace by its own predictions; epoch n uses (1 - 1/n) of it.",
  }),
  mergeDropout: share({
    group: "training",
    default: 0,
    help: "Probability of skipping a merge in training (BPE dropout).",
  }),
  selectBy: choice(SELECTIONS, {
    group: "training",
    default: "bleu",
    help: "Validation measure that selects the best epoch.",
  }),
};

/** Throws `RangeError` if sizes contradict each other. */
export function checkSizes(action: string, config: TranslatorConfig): void {
  const { attention, bridge, hidden, encoderHidden, heads, shared, joint } = config;
  const expect = (holds: boolean, expected: string, found: unknown): void => {
    if (!holds) throw new InputRangeError(`${action}: expected ${expected}, found ${found}`);
  };
  const width = 2 * encoderHidden;
  const equal = `a hidden size equal to the encoder's two directions together, ${width}`;
  expect(attention !== "dot" || width === hidden, `for dot attention ${equal}`, hidden);
  expect(bridge !== "copy" || width === hidden, `to copy states ${equal}`, hidden);
  expect(attention !== "multihead" || hidden % heads === 0, `a hidden size that ${heads} heads divide`, hidden);
  expect(attention !== "none" || bridge !== "zero", "attention or a bridge", "neither");
  expect(!shared || joint, "one tokenizer for both sides to share embeddings", "two");
}
