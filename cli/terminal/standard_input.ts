import { fstatSync } from "node:fs";
import process from "node:process";
import { createInterface } from "node:readline";
import { isTerminal } from "./platform.ts";
import { writeError } from "./terminal.ts";
import { decompressChunks } from "../../src/formats/compression.ts";
import { nameOf, STANDARD_INPUT } from "../../tasks/data/file_system.ts";
import { readBytes } from "../../tasks/data/bytes.ts";
import { decodeLines } from "../../tasks/data/line_stream.ts";
import { decodeText, type TextOptions } from "../../tasks/data/text_files.ts";

/**
 * Yields the lines of standard input without line ends. Throws `RangeError` that names the line if the input is not in
 * its encoding.
 */
export async function* inputLines(options?: TextOptions): AsyncGenerator<string, void, void> {
  for await (const lines of inputBlocks(options)) yield* lines;
}

/**
 * Yields the lines of standard input as UTF-8, each as soon as it is typed, also one of a single character. Ends early
 * if `signal` is aborted.
 */
export async function* typedLines(signal: AbortSignal): AsyncGenerator<string, void, void> {
  yield* createInterface({ input: process.stdin, terminal: false, signal });
}

/** Like `inputLines`, but yields all lines that have arrived as one array. */
export function inputBlocks(options?: TextOptions): AsyncGenerator<string[], void, void> {
  const action = `read ${nameOf(STANDARD_INPUT)}`;
  return decodeLines(decompressChunks(process.stdin, action), action, options);
}

/**
 * Reads all of standard input, with line ends of `"\n"`. Throws `RangeError` that names the line if the input is not in
 * its encoding.
 */
export async function inputText(options?: TextOptions): Promise<string> {
  return decodeText(await readBytes(STANDARD_INPUT), nameOf(STANDARD_INPUT), options);
}

/** Tells the user what to type, such as "a text", if standard input is a terminal. */
export function promptForInput(what: string, isQuiet = false): void {
  if (isTerminal("input") && !isQuiet) writeError(`Type ${what} and press Enter; Ctrl-D ends.\n`);
}

/** A pipe without data for this many milliseconds counts as empty: it may never end. */
const IDLE_PIPE_MS = 100;

/**
 * Whether standard input is a file or a pipe with data. Consumes none of it. Returns false for a terminal, /dev/null,
 * and an empty or idle pipe. An idle one may send data later: unless `isQuiet`, a note says how to wait for them.
 */
export async function isPiped(isQuiet = false): Promise<boolean> {
  const { stdin } = process;
  const stats = fstatSync(0);
  if (!stats.isFIFO() && !stats.isFile()) return false;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(true), IDLE_PIPE_MS);
  // A pipe that is closed without data becomes readable, too.
  const answer = (): void => resolve(false);
  stdin.once("readable", answer);
  const isIdle = await promise;
  clearTimeout(timer);
  stdin.off("readable", answer);
  if (stdin.readableLength > 0) return true;
  stdin.pause();
  if (isIdle && !isQuiet) writeError("Standard input has sent nothing yet; pass - to wait for it.\n");
  return false;
}
