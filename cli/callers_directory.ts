import process from "node:process";
import { pathToFileURL } from "node:url";
import { environmentVariable } from "./terminal/platform.ts";

/** The folder of the project, with a slash at its end. */
const PROJECT = new URL("..", import.meta.url).href;

/**
 * Goes to the directory in which somebody called `deno task`, which runs its commands in the project's folder: relative paths then mean what
 * was typed. `npm` sets the same variable with another meaning, so nothing happens in other runtimes and elsewhere.
 */
export function goToCallersDirectory(): void {
  if (!("deno" in process.versions)) return;
  const directory = environmentVariable("INIT_CWD");
  if (directory !== undefined && `${pathToFileURL(process.cwd())}/` === PROJECT) process.chdir(directory);
}
