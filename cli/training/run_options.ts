import { SAVE_EVERY } from "../../src/train/mod.ts";
import { type OptionSpecs, UsageError, type Values } from "../arguments/mod.ts";
import { ENGINE_OPTIONS } from "../engine_options.ts";
import { RANK_OPTIONS } from "../ranks.ts";
import { checkEventLog, EVENT_LOG_OPTIONS } from "./event_log.ts";

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
  ...EVENT_LOG_OPTIONS,
  watch: {
    kind: "integer",
    min: 0,
    max: 65535,
    value: "[PORT]",
    hasOptionalValue: true,
    group: "run",
    help:
      "Show the run on a page while it goes on, at this port of this computer, or else at the first free one from 8001.",
  },
  ...RANK_OPTIONS,
  ...ENGINE_OPTIONS,
  json: { kind: "boolean", group: "run", help: "Print one JSON object per line and nothing else." },
  quiet: { kind: "boolean", group: "run", help: "Suppress progress and results, except those of test data." },
} as const satisfies OptionSpecs;

/** Throws an error if an option has no effect beside the others, or names a place that cannot be written. */
export async function checkRunOptions(values: Values<typeof RUN_OPTIONS>): Promise<void> {
  if (values["log-every"] !== undefined && !values.json) {
    throw new UsageError("--log-every: expected --json with it, found none");
  }
  await checkEventLog(values);
}
