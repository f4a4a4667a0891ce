import { SAVE_EVERY } from "../../src/train/mod.ts";
import type { OptionSpecs } from "../arguments/mod.ts";
import { ENGINE_OPTIONS } from "../engine_options.ts";

/** Default number of steps between step events. */
export const LOG_EVERY = 50;

/** Options of every training command: output, checkpoints and messages. */
export const RUN_OPTIONS = {
  out: { kind: "path", value: "DIR", group: "run", help: "Directory for the model.", default: "a new one in models/" },
  resume: {
    kind: "path",
    value: "DIR",
    group: "run",
    help:
      "Resume the run in this directory. Only --epochs and --max-steps may change, and only without a cosine schedule.",
  },
  "save-every": {
    kind: "integer",
    min: 1,
    group: "run",
    help: "Steps between checkpoints.",
    default: String(SAVE_EVERY),
  },
  "log-every": {
    kind: "integer",
    min: 1,
    group: "run",
    help: "With --json, steps between step events.",
    default: String(LOG_EVERY),
  },
  ...ENGINE_OPTIONS,
  json: { kind: "boolean", group: "run", help: "Print one JSON object per line and nothing else." },
  quiet: { kind: "boolean", group: "run", help: "Suppress progress and results." },
} as const satisfies OptionSpecs;
