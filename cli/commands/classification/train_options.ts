import type { OptionSpecs } from "../../arguments/mod.ts";
import { CELLS } from "../../../tasks/language_modeling/mod.ts";
import { DATA_FRACTIONS, FIT_OPTIONS, FIT_SETTINGS, RUN_OPTIONS, VOCABULARY_OPTIONS } from "../../training/mod.ts";
import { POOLINGS } from "../../../tasks/classification/config.ts";
import { RECIPES } from "../../../tasks/classification/recipes.ts";

/** The options that say where labelled texts stand. */
export const TEXT_OPTIONS = {
  format: {
    kind: "choice",
    choices: ["csv", "tsv", "jsonl", "lines"],
    help: "format of the data; lines are a label, a space and a text",
    default: "found out and said",
  },
  "text-column": { kind: "string", value: "NAME", help: "column of the texts", default: "text, sentence, review, ..." },
  "label-column": { kind: "string", value: "NAME", help: "column of the labels", default: "label, sentiment, ..." },
} as const satisfies OptionSpecs;

/** What a token can be where no file says it. */
export const TOKENIZERS = ["word", "char", "bpe", "wordpiece", "unigram"] as const;

const DATA_OPTIONS = {
  data: { kind: "path", value: "FILE", help: "labelled texts to learn from", default: "generated review sentences" },
  valid: { kind: "path", value: "FILE", help: "validation texts, in place of a share of the data" },
  test: { kind: "path", value: "FILE", help: "test texts, looked at once at the end" },
  ...TEXT_OPTIONS,
  ...DATA_FRACTIONS,
  tokenizer: {
    kind: "path",
    value: "KIND",
    help: `what a token is: ${TOKENIZERS.join(", ")}, or a tokenizer's file`,
    default: "word",
  },
  ...VOCABULARY_OPTIONS,
  vectors: {
    kind: "path",
    value: "FILE",
    help: "word vectors to begin with: GloVe or fastText text, word2vec text or binary",
  },
  "freeze-vectors": { kind: "boolean", help: "leave the word vectors as they are" },
  "max-tokens": { kind: "integer", min: 1, help: "most tokens of a text that are read", default: "2000" },
} as const satisfies OptionSpecs;

const RATE = { kind: "number", min: 0, below: 1 } as const;

const MODEL_OPTIONS = {
  "init-from": {
    kind: "path",
    value: "DIR",
    help: "begin with the embeddings and recurrent layers of this language model, and its tokenizer",
  },
  cell: { kind: "choice", choices: CELLS, help: "the recurrent cell", default: "lstm" },
  embed: { kind: "integer", min: 1, help: "embedding size", default: "100, or that of the vectors" },
  hidden: { kind: "integer", min: 1, help: "hidden size of each direction", default: "64; 128 with --vectors" },
  layers: { kind: "integer", min: 1, help: "stacked layers", default: "1" },
  members: {
    kind: "integer",
    min: 1,
    help: "networks that are trained side by side and asked for their mean score",
    default: "1",
  },
  bidirectional: { kind: "boolean", help: "read texts forwards and backwards, as is the default without --init-from" },
  unidirectional: { kind: "boolean", help: "read texts forwards only" },
  pooling: { kind: "choice", choices: POOLINGS, help: "how the states become one vector", default: "concat" },
  dropout: { ...RATE, help: "dropout rate between layers and before the classifier", default: "0.5" },
  "input-dropout": { ...RATE, help: "dropout rate on the embeddings, one mask for all words", default: "0.3" },
  "embed-dropout": {
    ...RATE,
    help: "share of the vocabulary that is dropped in a batch",
    default: "0.2; 0 with --vectors",
  },
  "word-dropout": { ...RATE, help: "share of the words that are read as unknown", default: "0.1; 0 with --vectors" },
  seed: { kind: "integer", min: 0, help: "seed of the first weights, of the batches and of dropout", default: "1" },
} as const satisfies OptionSpecs;

const SENTIMENT_FIT_OPTIONS = {
  batch: { kind: "integer", min: 1, help: "texts that are read side by side", default: "25; 50 with --vectors" },
  "label-smoothing": { ...RATE, help: "share of every target that is spread evenly over the labels", default: "0.1" },
  "label-weights": {
    kind: "choice",
    choices: ["none", "balanced"],
    help: "whether rare labels count more, so that all count alike",
    default: "none",
  },
  "unfreeze-every": {
    kind: "integer",
    min: 0,
    help: "epochs after which the next deeper layer begins to learn; 0: all at once",
    default: "0; 1 with --init-from",
  },
  "layer-decay": {
    kind: "number",
    above: 0,
    max: 1,
    help: "learning rate of a layer as a share of that of the layer above",
    default: "1; 0.385 with --init-from",
  },
  adversarial: {
    ...RATE,
    help:
      "learn also from texts whose vectors are moved to where the loss grows fastest, by this share of their length",
    default: "0.03; 0.02 with --vectors",
  },
  ...FIT_OPTIONS,
  lr: { ...FIT_OPTIONS.lr, default: "0.002; 0.001 with --vectors" },
  clip: { ...FIT_OPTIONS.clip, default: "1" },
  patience: { ...FIT_OPTIONS.patience, default: "3" },
  averaging: { ...FIT_OPTIONS.averaging, default: "0.998; 0.995 with --vectors" },
  calibrate: { kind: "boolean", help: "fit the temperature of the probabilities on the validation texts at the end" },
} as const satisfies OptionSpecs;

/** The options of `train-sentiment`. */
export const TRAIN_OPTIONS = {
  ...DATA_OPTIONS,
  ...MODEL_OPTIONS,
  ...SENTIMENT_FIT_OPTIONS,
  ...RUN_OPTIONS,
} as const satisfies OptionSpecs;

/** The library's names of the options that say how a classifier is trained. */
export const SETTINGS = {
  ...FIT_SETTINGS,
  "label-smoothing": "labelSmoothing",
  "label-weights": "labelWeights",
  "freeze-vectors": "freezeEmbeddings",
  "unfreeze-every": "unfreezeEvery",
  "layer-decay": "layerDecay",
  adversarial: "adversarial",
} as const;

/** The library's names of the options that say how a classifier reads. */
export const READING = {
  members: "members",
  pooling: "pooling",
  "max-tokens": "maxTokens",
  dropout: "dropout",
  "input-dropout": "inputDropout",
  "embed-dropout": "embedDropout",
  "word-dropout": "wordDropout",
  seed: "seed",
} as const;

/** The library's names of the options that say what a classifier is made of. */
export const SHAPE = { cell: "cell", embed: "embed", hidden: "hidden", layers: "layers" } as const;

/** Epochs where none are asked for, and those without improvement after which training ends. */
const LENGTH = { epochs: 10, patience: 3 } as const;

/** The values of options that are not given: what does best on a few thousand sentences, with a single member. */
export function defaultValues(recipe: keyof typeof RECIPES): Record<string, unknown> {
  const { model, fit } = RECIPES[recipe];
  const given: Record<string, unknown> = { ...model, ...fit, ...LENGTH, members: 1 };
  const options = Object.entries({ ...READING, ...SHAPE, ...SETTINGS });
  return Object.fromEntries(
    options.filter(([, own]) => given[own] !== undefined).map(([option, own]) => [option, given[own]]),
  );
}
