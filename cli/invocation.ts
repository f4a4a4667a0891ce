import process from "node:process";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { environmentVariable, workingDirectory } from "./terminal/platform.ts";

/** The folder of the project, and its program. */
const [PROJECT, PROGRAM] = ["..", "main.ts"].map((path) => new URL(path, import.meta.url));

/** How the user starts a command. */
export function invocation(...words: readonly string[]): string {
  return [program(), ...words].join(" ");
}

/**
 * What starts the program: its name, where a package or an address is installed; in a clone `deno task`, and outside its folder Deno with the
 * program's path. A program that was installed from a clone cannot be told from one that was run from it.
 */
function program(): string {
  if (!("deno" in process.versions) || PROGRAM.protocol !== "file:") return "elman";
  if (environmentVariable("INIT_CWD") !== undefined) return "deno task";
  const [directory, main] = [workingDirectory(), process.argv[1]];
  const isOwn = main === fileURLToPath(PROGRAM);
  if (isOwn && (directory === undefined || `${directory}/`.startsWith(fileURLToPath(PROJECT)))) return "deno task";
  const path = directory === undefined ? main : relative(directory, main);
  return `deno run --allow-read --allow-write ${path}`;
}
