import process from "node:process";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { isInside } from "./is_inside.ts";
import { environmentVariable, workingDirectory } from "./terminal/platform.ts";

/** URLs of the project's folder and of its main module. */
const [PROJECT, PROGRAM] = ["..", "main.ts"].map((path) => new URL(path, import.meta.url));

/** Returns the command line with which the user can run a command here. Words that may need it must be `quoted`. */
export function invocation(...words: readonly string[]): string {
  return [program(), ...words].join(" ");
}

/** As `invocation`, for a command that calls a native library. */
export function nativeInvocation(...[command, ...words]: readonly string[]): string {
  const start = program();
  if (start === "deno task") return [start, `${command}:native`, ...words].join(" ");
  return [start.replace(/^deno run /, "deno run --allow-ffi "), command, ...words].join(" ");
}

/** Quotes a word of a command line for this system's shell, if needed. */
export const quoted = process.platform === "win32" ? quotedForWindows : quotedForShell;

/** Quotes a word of a command line for Windows, if needed. */
export function quotedForWindows(word: string): string {
  return /^[\w.\\/:,@%+=-]+$/.test(word) ? word : `"${word.replaceAll('"', '""')}"`;
}

/** Quotes a word of a command line for a POSIX shell, if needed. */
export function quotedForShell(word: string): string {
  return /^[\w./:,@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/**
 * Returns the words that start the program: `elman` for an installed package or program, `deno task` in a clone, and
 * `deno run` with the program's path outside the clone.
 */
function program(): string {
  if (!("deno" in process.versions) || PROGRAM.protocol !== "file:") return "elman";
  if (environmentVariable("INIT_CWD") !== undefined) return "deno task";
  const [directory, main] = [workingDirectory(), process.argv[1]];
  const isOwn = main === fileURLToPath(PROGRAM);
  if (isOwn && !hasOwnConfiguration()) return "elman";
  if (isOwn && (directory === undefined || isInside(directory, fileURLToPath(PROJECT)))) return "deno task";
  const path = directory === undefined ? main : relative(directory, main);
  return `deno run --allow-read --allow-write ${path}`;
}

/**
 * Whether the clone's deno.json is in force, which knows the package by its name. It is with `deno run`, but not in a
 * program that `deno install` has made of the clone, which has a configuration of its own.
 */
function hasOwnConfiguration(): boolean {
  try {
    return import.meta.resolve("@elman/elman") !== "";
  } catch {
    return false;
  }
}
