import type { OptionSpecs } from "../../arguments/mod.ts";
import { CELLS } from "../../../tasks/language_modeling/mod.ts";
import { DATA_FRACTIONS, FIT_OPTIONS, FIT_SETTINGS, RUN_OPTIONS } from "../../training/mod.ts";
import { BRIDGES, SIGHTS } from "../../../tasks/translation/config.ts";
import { SELECTIONS } from "../../../tasks/translation/settings.ts";

/** What a token can be where no file says it. */
export const TOKENIZERS = ["bpe", "unigram", "word", "char"] as const;

const DATA_OPTIONS = {
  src: { kind: "path", value: "FILE", help: "sentences to learn from, one a line" },
  tgt: { kind: "path", value: "FILE", help: "their translations, line by line" },
  data: { kind: "path", value: "FILE", help: "sentences and translations, a tab between, in place of --src and --tgt" },
  "valid-src": { kind: "path", value: "FILE", help: "validation sentences, in place of a share of the data" },
  "valid-tgt": { kind: "path", value: "FILE", help: "their translations" },
  "test-src": { kind: "path", value: "FILE", help: "test sentences, looked at once at the end" },
  "test-tgt": { kind: "path", value: "FILE", help: "their translations" },
  ...DATA_FRACTIONS,
  from: { kind: "string", value: "LOCALE", help: "without files: language of the generated phrases", default: "en" },
  to: { kind: "string", value: "LOCALE", help: "and the language into which they are translated", default: "fr" },
  tokenizer: {
    kind: "path",
    value: "KIND",
    help: `what a token is: ${TOKENIZERS.join(", ")}, or a tokenizer's file`,
    default: "bpe",
  },
  "target-tokenizer": { kind: "path", value: "FILE", help: "a tokenizer's file for the target alone" },
  "vocab-size": { kind: "integer", min: 2, help: "most tokens of each vocabulary", default: "8000" },
  joint: { kind: "boolean", help: "one vocabulary for both languages, and the same embeddings" },
  "max-tokens": { kind: "integer", min: 1, help: "longer pairs are left out, longer sentences cut", default: "200" },
} as const satisfies OptionSpecs;

const RATE = { kind: "number", min: 0, below: 1 } as const;

const MODEL_OPTIONS = {
  cell: { kind: "choice", choices: CELLS, help: "the recurrent cell", default: "lstm" },
  embed: { kind: "integer", min: 1, help: "embedding size", default: "256" },
  hidden: { kind: "integer", min: 1, help: "hidden size of the decoder", default: "512" },
  "encoder-hidden": {
    kind: "integer",
    min: 1,
    help: "hidden size of each of the encoder's directions",
    default: "half of the decoder's",
  },
  layers: { kind: "integer", min: 1, help: "stacked layers of encoder and decoder", default: "1" },
  bridge: {
    kind: "choice",
    choices: BRIDGES,
    help: "how the encoder's last states begin the decoder's",
    default: "dense",
  },
  attention: { kind: "choice", choices: SIGHTS, help: "how the decoder looks at the source", default: "additive" },
  heads: { kind: "integer", min: 1, help: "heads of multihead attention", default: "4" },
  "input-feeding": { kind: "boolean", help: "feed what a step read out into the next step: slower" },
  untied: { kind: "boolean", help: "output weights of their own in place of the target embeddings" },
  unshared: { kind: "boolean", help: "embeddings of their own for each side of a joint vocabulary" },
  dropout: { ...RATE, help: "dropout rate between layers and before the output", default: "0.3" },
  "input-dropout": { ...RATE, help: "dropout rate on the embeddings, one mask for all steps", default: "0.3" },
  seed: { kind: "integer", min: 0, help: "seed of the first weights, of the batches and of dropout", default: "1" },
} as const satisfies OptionSpecs;

const { averaging, ...COMMON_OPTIONS } = FIT_OPTIONS;

const TRANSLATION_FIT_OPTIONS = {
  "batch-tokens": { kind: "integer", min: 1, help: "most tokens on each side of a batch", default: "1000" },
  "label-smoothing": {
    ...RATE,
    help: "share of every target that is spread evenly over the vocabulary",
    default: "0.1",
  },
  "scheduled-sampling": {
    ...RATE,
    help: "share of the decoder's inputs that are its own predictions; in epoch e it is 1 - 1 / e of this",
    default: "0",
  },
  "merge-dropout": {
    ...RATE,
    help: "chance that a merge of bpe is passed over in training, anew in every epoch",
    default: "0",
  },
  "select-by": { kind: "choice", choices: SELECTIONS, help: "what tells the best parameters", default: "bleu" },
  ...COMMON_OPTIONS,
  lr: { ...FIT_OPTIONS.lr, default: "1 for sgd, 0.1 with momentum, 0.002 for rmsprop, else 0.004" },
  schedule: { ...FIT_OPTIONS.schedule, default: "cosine" },
  warmup: { ...FIT_OPTIONS.warmup, default: "300" },
  clip: { ...FIT_OPTIONS.clip, default: "1" },
  patience: { ...FIT_OPTIONS.patience, default: "5" },
  averaging: { ...averaging, default: "0.999; 0 for none" },
  "average-last": {
    kind: "integer",
    min: 1,
    help: "measure and keep the mean of the parameters at the ends of this many epochs",
    default: "none",
  },
} as const satisfies OptionSpecs;

/** The options of `train-translation`. */
export const TRAIN_OPTIONS = {
  ...DATA_OPTIONS,
  ...MODEL_OPTIONS,
  ...TRANSLATION_FIT_OPTIONS,
  ...RUN_OPTIONS,
} as const satisfies OptionSpecs;

/** The library's names of the options that say how a translator is trained. */
export const SETTINGS = {
  ...FIT_SETTINGS,
  "batch-tokens": "batchTokens",
  "label-smoothing": "labelSmoothing",
  "scheduled-sampling": "scheduledSampling",
  "merge-dropout": "mergeDropout",
  "select-by": "selectBy",
  "average-last": "averageLast",
} as const;

/** The library's names of the options that say what a translator is made of. */
export const SHAPE = {
  cell: "cell",
  embed: "embed",
  hidden: "hidden",
  "encoder-hidden": "encoderHidden",
  layers: "layers",
  bridge: "bridge",
  attention: "attention",
  heads: "heads",
  "input-feeding": "inputFeeding",
  dropout: "dropout",
  "input-dropout": "inputDropout",
  "max-tokens": "maxTokens",
  seed: "seed",
} as const;

/** The values of options that are not given. */
export const DEFAULTS = { patience: 5, tokenizer: "bpe", seed: 1 } as const;
