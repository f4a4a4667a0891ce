import type { OptionSpecs } from "../arguments/mod.ts";
import { ENGINE_OPTIONS } from "../engine_options.ts";

/** Steps between step events, where no option says it. */
export const LOG_EVERY = 50;

/** The options that say what of a run is kept and shown. */
export const RUN_OPTIONS = {
  out: { kind: "path", value: "DIR", group: "run", help: "Where the model is kept.", default: "a new one in models/" },
  resume: {
    kind: "path",
    value: "DIR",
    group: "run",
    help:
      "Continue the run that is kept there; only --epochs and --max-steps may change, and not with a cosine schedule.",
  },
  "save-every": { kind: "integer", min: 1, group: "run", help: "Steps between checkpoints.", default: "200" },
  "log-every": {
    kind: "integer",
    min: 1,
    group: "run",
    help: "Steps between step events with --json.",
    default: String(LOG_EVERY),
  },
  ...ENGINE_OPTIONS,
  json: { kind: "boolean", group: "run", help: "Print one JSON object a line and nothing else." },
  quiet: { kind: "boolean", group: "run", help: "Show no progress." },
} as const satisfies OptionSpecs;
