import { OPTIMIZERS, SCHEDULES, type TrainSettings } from "../../src/train/mod.ts";
import { ENGINE_OPTIONS } from "../engine_options.ts";
import type { OptionSpecs } from "../arguments/mod.ts";

/** The options that say how large parts of the data are. */
export const DATA_FRACTIONS = {
  "valid-fraction": { kind: "number", min: 0, below: 1, help: "share of the data for validation", default: "0.1" },
  "test-fraction": { kind: "number", min: 0, below: 1, help: "share of the data for testing", default: "0" },
} as const satisfies OptionSpecs;

/** The options that limit a vocabulary. */
export const VOCABULARY_OPTIONS = {
  "min-count": { kind: "integer", min: 1, help: "rarer characters or words become <unk>", default: "1" },
  "max-vocab": { kind: "integer", min: 2, help: "most characters or words in the vocabulary", default: "all" },
  "vocab-size": { kind: "integer", min: 2, help: "tokens to train for bpe, wordpiece and unigram", default: "8000" },
} as const satisfies OptionSpecs;

/** The options that say how any model is trained. */
export const FIT_OPTIONS = {
  epochs: { kind: "integer", min: 1, help: "passes over the data", default: "10" },
  "max-steps": { kind: "integer", min: 1, help: "steps after which training ends", default: "none" },
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
  warmup: { kind: "integer", min: 0, help: "steps over which the cosine schedule rises, at most half", default: "0" },
  clip: { kind: "number", above: 0, help: "largest norm of all gradients together", default: "5" },
  "clip-value": { kind: "number", above: 0, help: "largest absolute value of a gradient", default: "none" },
  patience: { kind: "integer", min: 1, help: "stop after N epochs without improvement", default: "never" },
  averaging: {
    kind: "number",
    min: 0,
    below: 1,
    help: "measure and keep a moving average of the parameters, of which each step keeps this share",
    default: "none",
  },
} as const satisfies OptionSpecs;

/** The options that say what of a run is kept and shown. */
export const RUN_OPTIONS = {
  out: { kind: "path", value: "DIR", help: "where the model is kept", default: "models/NAME-CELL" },
  resume: {
    kind: "path",
    value: "DIR",
    help: "continue the run that is kept there; only --epochs and --max-steps may change, but for a cosine schedule",
  },
  "save-every": { kind: "integer", min: 1, help: "steps between checkpoints", default: "200" },
  "log-every": { kind: "integer", min: 1, help: "steps between step events with --json", default: "50" },
  ...ENGINE_OPTIONS,
  json: { kind: "boolean", help: "print one JSON object a line and nothing else" },
  quiet: { kind: "boolean", help: "show no progress" },
} as const satisfies OptionSpecs;

/** The library's names of the options that say how any model is trained. */
export const FIT_SETTINGS = {
  epochs: "epochs",
  "max-steps": "maxSteps",
  batch: "batch",
  optimizer: "optimizer",
  lr: "learningRate",
  momentum: "momentum",
  "weight-decay": "weightDecay",
  schedule: "schedule",
  decay: "decay",
  "decay-every": "decayEvery",
  "decay-after": "decayAfter",
  warmup: "warmup",
  clip: "clipNorm",
  "clip-value": "clipValue",
  patience: "patience",
  averaging: "averaging",
  seed: "seed",
} as const satisfies Record<string, keyof TrainSettings>;

/** The settings that options give, under the library's names: `names` tells which option is which. */
export function settingsOf(
  values: Readonly<Record<string, unknown>>,
  names: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const given = Object.entries(names).filter(([option]) => values[option] !== undefined);
  return Object.fromEntries(given.map(([option, name]) => [name, values[option]]));
}
