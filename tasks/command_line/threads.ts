import { Engine } from "../../src/nn/mod.ts";
import type { OptionSpec } from "./options.ts";
import { UsageError } from "./usage_error.ts";

/** Most threads that an engine has. */
const MOST = 64;

/** The option that says how many threads compute. */
export const THREADS_OPTION = {
  kind: "string",
  value: "N|auto",
  help: "threads that compute; the results are the same bits for any number",
  default: "auto: as many as there are cores",
} as const satisfies OptionSpec;

/** Starts the engine that the command uses. Throws a UsageError for an impossible number of threads. */
export function startEngine(threads = "auto"): void {
  const cores = Math.min(MOST, navigator.hardwareConcurrency);
  const count = threads === "auto" ? cores : Number(threads);
  if (!(Number.isInteger(count) && count >= 1 && count <= MOST)) {
    throw new UsageError(
      `--threads: expected auto or a whole number from 1 to ${MOST}, found ${JSON.stringify(threads)}`,
    );
  }
  new Engine({ threads: count }).makeDefault();
}
