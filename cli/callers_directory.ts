import process from "node:process";
import { pathToFileURL } from "node:url";
import { environmentVariable } from "./terminal/platform.ts";

/** URL of the project's folder, ending in a slash. */
const PROJECT = new URL("..", import.meta.url).href;

/**
 * Changes to the directory where the user called `deno task`, so that relative paths resolve as typed: `deno task` runs
 * its commands in the project's folder. Does nothing in other runtimes or other folders, because `npm` sets `INIT_CWD`
 * with a different meaning.
 */
export function goToCallersDirectory(): void {
  if (!("deno" in process.versions)) return;
  const directory = environmentVariable("INIT_CWD");
  if (directory !== undefined && `${pathToFileURL(process.cwd())}/` === PROJECT) process.chdir(directory);
}
