import process from "node:process";
import { environmentVariable } from "./terminal/platform.ts";

/** How the user starts a command: through `deno task` in a clone, elsewhere by the program's name. */
export function invocation(...words: readonly string[]): string {
  const isTask = "deno" in process.versions && environmentVariable("INIT_CWD") !== undefined;
  return [isTask ? "deno task" : "elman", ...words].join(" ");
}
