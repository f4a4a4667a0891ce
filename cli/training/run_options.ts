import { SAVE_EVERY } from "../../src/train/mod.ts";
import type { OptionSpecs } from "../arguments/mod.ts";
import { ENGINE_OPTIONS } from "../engine_options.ts";

/** Default number of steps between step events. */
export const LOG_EVERY = 50;

/** Options of every training command: output, checkpoints and messages. */
export const RUN_OPTIONS = {
  out: {
    kind: "path",
    value: "DIR",
    group: "run",
    help: "Directory to save the model in.",
    default: "a new one in models/",
  },
  resume: {
    kind: "path",
    value: "DIR",
    group: "run",
    help: "Directory of a run to resume; only its length and its learning rate may change, such as --epochs and --lr.",
  },
  "save-every": {
    kind: "integer",
    min: 1,
    group: "run",
    help: "Number of steps between checkpoints.",
    default: String(SAVE_EVERY),
  },
  "log-every": {
    kind: "integer",
    min: 1,
    group: "run",
    help: "Number of steps between step events; only with --json.",
    default: String(LOG_EVERY),
  },
  ...ENGINE_OPTIONS,
  json: { kind: "boolean", group: "run", help: "Print one JSON object per line and nothing else." },
  quiet: { kind: "boolean", group: "run", help: "Suppress progress and results, except those of test data." },
} as const satisfies OptionSpecs;
