import { type AttentionKind, ATTENTIONS, type Cell, CELLS, MOST_LAYERS } from "../../src/nn/mod.ts";
import { boolean, choice, integer, nullable, type Schema, share, string } from "../../src/schema/mod.ts";
import { TRAIN_SETTINGS, type TrainSettings, usualRate } from "../../src/train/mod.ts";

/** How the decoder attends to the source; with none it has the bridge alone. */
export const ATTENTION_KINDS = [...ATTENTIONS, "none"] as const;

/** What becomes of the encoder's last states on their way to the decoder. */
export const BRIDGES = ["dense", "copy", "zero"] as const;

/** `dense`: tanh of a linear layer for each decoder layer; `copy`: as they are, where the sizes agree; `zero`: nothing passes. */
export type Bridge = typeof BRIDGES[number];

/** What decides which parameters are the best. */
export const SELECTIONS = ["bleu", "loss"] as const;

/** What decides which parameters are the best: BLEU of greedy translations, or the loss. */
export type Selection = typeof SELECTIONS[number];

/** What a translator is made of: the contents of `config.json`. */
export interface TranslatorConfig {
  /** The recurrent cell of encoder and decoder. Default: "lstm". */
  readonly cell: Cell;
  /** Symbols of the source, the one that ends a sentence included. */
  readonly sourceVocabSize: number;
  /** Symbols of the target, the one that begins and ends a sentence included. */
  readonly targetVocabSize: number;
  /** Whether source and target have the same tokenizer. */
  readonly joint: boolean;
  /** Embedding size E, also that of the readout. Default: 256. */
  readonly embed: number;
  /** Hidden size H of the decoder. Default: 512. */
  readonly hidden: number;
  /** Hidden size of each of the encoder's two directions. Default: half of the decoder's. */
  readonly encoderHidden: number;
  /** Stacked layers of encoder and decoder. Default: 1. */
  readonly layers: number;
  /** What becomes of the encoder's last states. Default: "dense". */
  readonly bridge: Bridge;
  /** How the decoder attends to the source. Default: "additive". */
  readonly attention: AttentionKind | "none";
  /** Heads of multi-head attention. Default: 4. */
  readonly heads: number;
  /** Whether a step's readout is fed into the next step (Luong et al. 2015). Default: false. */
  readonly inputFeeding: boolean;
  /** Whether the output weights are the target embeddings (Press and Wolf 2017). Default: true. */
  readonly tied: boolean;
  /** Whether source and target have the same embeddings. Default: true if they have the same tokenizer. */
  readonly shared: boolean;
  /** Dropout rate between layers, one mask for all time steps, and on the readout. Default: 0.3. */
  readonly dropout: number;
  /** Dropout rate on the embeddings, one mask for all time steps. Default: 0.3. */
  readonly inputDropout: number;
  /** Most tokens of a sentence; longer pairs are left out of training, longer sentences cut. Default: 200. */
  readonly maxTokens: number;
  /** The characters of the source sentences that it has learned from; null before. */
  readonly alphabet: string | null;
}

/** How a translator's first weights are drawn. */
export interface TranslatorInitialisation {
  /** Seed of the first weights. Default: 1. */
  readonly seed: number;
}

/** How a translator is trained; `batch` is ignored: `batchTokens` says how large batches are. */
export interface TranslatorSettings extends TrainSettings {
  /** The learning rate. Default: 0.004; with another optimizer than adam and adamw what suits that. */
  readonly learningRate: number;
  /** How the learning rate changes. Default: "cosine". */
  readonly schedule: TrainSettings["schedule"];
  /** Steps over which the cosine schedule's rate rises, at most half of all. Default: 300. */
  readonly warmup: number;
  /** Largest norm of all gradients together; null for no limit. Default: 1. */
  readonly clipNorm: number | null;
  /** Epochs without improvement after which training stops; null for no early stopping. Default: 5. */
  readonly patience: number | null;
  /**
   * Share of a moving average of the parameters that each step keeps; the average is what is measured and kept (Polyak and Juditsky 1992). null
   * for the parameters themselves. Default: 0.999; null with `averageLast`.
   */
  readonly averaging: number | null;
  /** Most symbols on each side of a batch, padding included. Default: 1000. */
  readonly batchTokens: number;
  /** Share of every target that is spread evenly over the vocabulary (Szegedy et al. 2016). Default: 0.1. */
  readonly labelSmoothing: number;
  /**
   * Share of the decoder's inputs that are its own predictions in place of the target (Bengio et al. 2015). In epoch e it is 1 - 1 / e of this; the
   * predictions come from a first pass over the target (Mihaylova and Martins 2019). Default: 0.
   */
  readonly scheduledSampling: number;
  /**
   * The chance that a merge of byte-pair encoding is passed over when the training sentences are divided into tokens, anew in every epoch (Provilkov
   * et al. 2020). Default: 0.
   */
  readonly mergeDropout: number;
  /** What decides which parameters are the best. Default: "bleu". */
  readonly selectBy: Selection;
}

const GROUP = "model";

/** The declarations of a translator's fields. */
export const MODEL: Schema<TranslatorConfig & TranslatorInitialisation> = {
  cell: choice(CELLS, { group: GROUP, default: "lstm", help: "The recurrent cell." }),
  sourceVocabSize: integer({ option: false, min: 1, formerly: ["sourceVocabulary"], help: "Symbols of the source." }),
  targetVocabSize: integer({ option: false, min: 1, formerly: ["targetVocabulary"], help: "Symbols of the target." }),
  joint: boolean({ option: false, help: "Whether source and target have the same tokenizer." }),
  embed: integer({ group: GROUP, min: 1, default: 256, help: "Embedding size." }),
  hidden: integer({ group: GROUP, min: 1, default: 512, help: "Hidden size of the decoder." }),
  encoderHidden: integer({
    group: GROUP,
    min: 1,
    default: ({ hidden }) => Math.ceil(hidden as number / 2),
    defaultText: "half of the decoder's",
    help: "Hidden size of each of the encoder's directions.",
  }),
  layers: integer({
    group: GROUP,
    min: 1,
    max: MOST_LAYERS,
    default: 1,
    help: "Stacked layers of encoder and decoder.",
  }),
  bridge: choice(BRIDGES, {
    group: GROUP,
    default: "dense",
    help: "How the encoder's last states begin the decoder's.",
  }),
  attention: choice(ATTENTION_KINDS, {
    group: GROUP,
    default: "additive",
    help: "How the decoder attends to the source.",
  }),
  heads: integer({ group: GROUP, min: 1, default: 4, help: "Heads of multihead attention." }),
  inputFeeding: boolean({ group: GROUP, default: false, help: "Feed a step's readout into the next step: slower." }),
  tied: boolean({
    group: GROUP,
    default: true,
    off: { option: "untied", help: "Use output weights of their own." },
    help: "Use the target embeddings as output weights, as is the default.",
  }),
  shared: boolean({
    group: GROUP,
    default: ({ joint }) => joint as boolean,
    off: { option: "unshared", help: "Use embeddings of their own for each side of a joint vocabulary." },
    help: "Use the same embeddings on both sides, as is the default with --joint.",
  }),
  dropout: share({ group: GROUP, default: 0.3, help: "Dropout rate between layers and before the output." }),
  inputDropout: share({ group: GROUP, default: 0.3, help: "Dropout rate on the embeddings, one mask for all steps." }),
  maxTokens: integer({
    group: "data",
    min: 1,
    default: 200,
    help: "Most tokens of a sentence: longer pairs are left out, longer sentences cut.",
  }),
  alphabet: nullable(string({ option: false, help: "The characters of the source." })),
  seed: integer({ group: GROUP, isInitial: true, min: 0, default: 1, help: TRAIN_SETTINGS.seed.help }),
};

/** The declarations of a translator's training. */
export const SETTINGS: Schema<TranslatorSettings> = {
  ...TRAIN_SETTINGS,
  batch: { ...TRAIN_SETTINGS.batch, option: false },
  batchTokens: integer({ group: "training", min: 1, default: 1000, help: "Most tokens on each side of a batch." }),
  learningRate: {
    ...TRAIN_SETTINGS.learningRate,
    // Half of it learns far more slowly from as few pairs as people have; what other optimizers need only they know.
    default: ({ optimizer }) => optimizer === "adam" || optimizer === "adamw" ? 0.004 : usualRate(optimizer),
    defaultText: "0.004; 1 for sgd, 0.1 with momentum, 0.002 for rmsprop",
  },
  schedule: { ...TRAIN_SETTINGS.schedule, default: "cosine" },
  warmup: { ...TRAIN_SETTINGS.warmup, default: 300 },
  clipNorm: { ...TRAIN_SETTINGS.clipNorm, default: 1 },
  patience: { ...TRAIN_SETTINGS.patience, default: 5, defaultText: undefined },
  averaging: {
    ...TRAIN_SETTINGS.averaging,
    default: ({ averageLast }) => averageLast ? null : 0.999,
    defaultText: "0.999; none with --average-last",
  },
  labelSmoothing: share({
    group: "training",
    default: 0.1,
    help: "Share of every target that is spread evenly over the vocabulary.",
  }),
  scheduledSampling: share({
    group: "training",
    default: 0,
    help: "Share of the decoder's inputs that are its own predictions; in epoch e it is 1 - 1 / e of this.",
  }),
  mergeDropout: share({
    group: "training",
    default: 0,
    help: "Chance that a merge of bpe is passed over in training, anew in every epoch.",
  }),
  selectBy: choice(SELECTIONS, { group: "training", default: "bleu", help: "What decides which parameters are best." }),
};

/** Throws a `RangeError` if sizes contradict each other. */
export function checkSizes(action: string, config: TranslatorConfig): void {
  const { attention, bridge, hidden, encoderHidden, heads, shared, joint } = config;
  const expect = (holds: boolean, expected: string, found: unknown): void => {
    if (!holds) throw new RangeError(`${action}: expected ${expected}, found ${found}`);
  };
  const width = 2 * encoderHidden;
  const equal = `a hidden size that is the encoder's two directions together, ${width}`;
  expect(attention !== "dot" || width === hidden, `for dot attention ${equal}`, hidden);
  expect(bridge !== "copy" || width === hidden, `to copy states ${equal}`, hidden);
  expect(attention !== "multihead" || hidden % heads === 0, `a hidden size that ${heads} heads divide`, hidden);
  expect(attention !== "none" || bridge !== "zero", "attention or a bridge", "neither");
  expect(!shared || joint, "one tokenizer for both sides where embeddings are shared", "two");
}
