import type { OptionSpecs } from "../../arguments/mod.ts";
import { DATA_FRACTIONS, FIT_OPTIONS, VOCABULARY_OPTIONS } from "../../training/mod.ts";
import { CELLS } from "../../../tasks/language_modeling/config.ts";
import { PRESETS } from "../../../tasks/language_modeling/presets.ts";
import { TOKENIZERS } from "../../../tasks/language_modeling/training_data.ts";

/** The options of `train-lm` that say what is read. */
export const DATA_OPTIONS = {
  data: { kind: "path", value: "FILE", help: "text to learn from", default: "the Brown corpus" },
  valid: { kind: "path", value: "FILE", help: "validation text; with --test in place of fractions of the data" },
  test: { kind: "path", value: "FILE", help: "test text, looked at once at the end" },
  ...DATA_FRACTIONS,
  tokenizer: {
    kind: "path",
    value: "KIND",
    help: `what a token is: ${TOKENIZERS.join(", ")}, or a tokenizer's file`,
    default: "char",
  },
  ...VOCABULARY_OPTIONS,
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
export const LM_FIT_OPTIONS = {
  preset: {
    kind: "choice",
    choices: Object.keys(PRESETS),
    help: "options under one name; others given beside it win",
    default: "demo without --data",
  },
  batch: { kind: "integer", min: 1, help: "streams that are read side by side", default: "32" },
  bptt: { kind: "integer", min: 1, help: "time steps of a window", default: "64" },
  ...FIT_OPTIONS,
} as const satisfies OptionSpecs;

/** The option that says how a trained model's weights are read. */
export const QUANTIZE_OPTION = {
  quantize: { kind: "choice", choices: ["int8"], help: "round the weights to 8 bits: faster where a model is large" },
} as const satisfies OptionSpecs;
