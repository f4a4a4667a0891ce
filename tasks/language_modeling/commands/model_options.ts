import { ENGINE_OPTIONS, type OptionSpecs } from "../../command_line/mod.ts";
import { CELLS } from "../config.ts";
import { PRESETS } from "../presets.ts";
import { TOKENIZERS } from "../training_data.ts";
import { OPTIMIZERS, SCHEDULES } from "../../../src/train/mod.ts";

/** The options of `train-lm` that say what is read. */
export const DATA_OPTIONS = {
  data: { kind: "path", value: "FILE", help: "text to learn from", default: "the Brown corpus" },
  valid: { kind: "path", value: "FILE", help: "validation text; with --test in place of fractions of the data" },
  test: { kind: "path", value: "FILE", help: "test text, looked at once at the end" },
  "valid-fraction": {
    kind: "number",
    min: 0,
    below: 1,
    help: "share of the data's tail for validation",
    default: "0.1",
  },
  "test-fraction": { kind: "number", min: 0, below: 1, help: "share of the data's tail for testing", default: "0" },
  tokenizer: {
    kind: "path",
    value: "KIND",
    help: `what a token is: ${TOKENIZERS.join(", ")}, or a tokenizer's file`,
    default: "char",
  },
  "min-count": { kind: "integer", min: 1, help: "rarer characters or words become <unk>", default: "1" },
  "max-vocab": { kind: "integer", min: 2, help: "most characters or words in the vocabulary", default: "all" },
  "vocab-size": { kind: "integer", min: 2, help: "tokens to train for bpe, wordpiece and unigram", default: "8000" },
} as const satisfies OptionSpecs;

/** The options of `train-lm` that say what is trained. */
export const MODEL_OPTIONS = {
  cell: { kind: "choice", choices: CELLS, help: "the recurrent cell", default: "lstm" },
  embed: { kind: "integer", min: 1, help: "embedding size", default: "64; the hidden size with --tie" },
  hidden: { kind: "integer", min: 1, help: "hidden size", default: "256" },
  layers: { kind: "integer", min: 1, help: "stacked layers", default: "1" },
  dropout: {
    kind: "number",
    min: 0,
    below: 1,
    help: "dropout rate on all connections but the recurrent ones",
    default: "0",
  },
  tie: { kind: "boolean", help: "use the embeddings as output weights" },
  "init-range": { kind: "number", above: 0, help: "draw all weights from [-X, X)", default: "each layer's own range" },
  seed: { kind: "integer", min: 0, help: "seed of the first weights and of dropout", default: "1" },
} as const satisfies OptionSpecs;

/** The options of `train-lm` that say how it is trained. */
export const FIT_OPTIONS = {
  preset: {
    kind: "choice",
    choices: Object.keys(PRESETS),
    help: "options under one name; others given beside it win",
    default: "demo without --data",
  },
  batch: { kind: "integer", min: 1, help: "streams that are read side by side", default: "32" },
  bptt: { kind: "integer", min: 1, help: "time steps of a window", default: "64" },
  epochs: { kind: "integer", min: 1, help: "passes over the text", default: "10" },
  "max-steps": {
    kind: "integer",
    min: 1,
    help: "steps after which training ends",
    default: "none",
  },
  optimizer: { kind: "choice", choices: OPTIMIZERS, help: "the optimizer", default: "adam" },
  lr: { kind: "number", above: 0, help: "learning rate", default: "1 for sgd, 0.1 with momentum, else 0.002" },
  momentum: { kind: "number", min: 0, below: 1, help: "momentum of sgd and rmsprop", default: "0.9 for momentum" },
  "weight-decay": { kind: "number", min: 0, help: "weight decay", default: "0" },
  schedule: { kind: "choice", choices: SCHEDULES, help: "how the learning rate changes", default: "constant" },
  decay: { kind: "number", above: 0, help: "factor of the step, exponential and plateau schedules", default: "0.5" },
  "decay-every": {
    kind: "integer",
    min: 1,
    help: "epochs between decays; patience of the plateau schedule",
    default: "1",
  },
  "decay-after": { kind: "integer", min: 0, help: "epochs before the first decay of the step schedule", default: "1" },
  warmup: { kind: "integer", min: 0, help: "steps over which the cosine schedule rises", default: "0" },
  clip: { kind: "number", above: 0, help: "largest norm of all gradients together", default: "5" },
  "clip-value": { kind: "number", above: 0, help: "largest absolute value of a gradient", default: "none" },
  patience: { kind: "integer", min: 1, help: "stop after N epochs without improvement", default: "never" },
} as const satisfies OptionSpecs;

/** The options of `train-lm` that say what is kept and shown. */
export const RUN_OPTIONS = {
  out: { kind: "path", value: "DIR", help: "where the model is kept", default: "models/NAME-CELL" },
  resume: {
    kind: "path",
    value: "DIR",
    help: "continue the run that is kept there; only --epochs and --max-steps may change",
  },
  "save-every": { kind: "integer", min: 1, help: "steps between checkpoints", default: "200" },
  "log-every": { kind: "integer", min: 1, help: "steps between step events with --json", default: "50" },
  ...ENGINE_OPTIONS,
  json: { kind: "boolean", help: "print one JSON object a line and nothing else" },
  quiet: { kind: "boolean", help: "show no progress" },
} as const satisfies OptionSpecs;

/** The option that says how a trained model's weights are read. */
export const QUANTIZE_OPTION = {
  quantize: { kind: "choice", choices: ["int8"], help: "round the weights to 8 bits: faster where a model is large" },
} as const satisfies OptionSpecs;
