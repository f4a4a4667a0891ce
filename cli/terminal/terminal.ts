import { fstatSync, writeSync } from "node:fs";
import process from "node:process";
import { InputRangeError } from "../../errors.ts";
import { codeOf, reasonOf } from "../../src/formats/system_errors.ts";
import { isBrokenPipe, isTerminal } from "./platform.ts";
import { visible } from "./visible.ts";
import { wrapWords } from "./wrap_words.ts";

/** Returns the width of the terminal in columns, or `otherwise` if there is no terminal. */
export function terminalColumns(otherwise: number): number {
  const columns = isTerminal("output") ? process.stdout.columns : isTerminal("error") ? process.stderr.columns : 0;
  return columns > 0 ? columns : otherwise;
}

/**
 * Writes all of a text to standard output. On a terminal, characters that would act on it are shown as `visible` shows
 * them; elsewhere the text is written exactly. Throws an error with the code EPIPE if the reader has gone.
 */
export function writeOut(text: string): void {
  writeAll(1, isTerminal("output") ? visible(text) : text);
}

/** Writes a line to standard output. Unlike `console.log`, throws in every runtime if writing fails. */
export function writeLine(text: string): void {
  writeOut(`${text}\n`);
}

/** Writes a message to standard output as `writeLine` does. On a terminal, it is broken at words to fit the width. */
export function writeMessage(text: string): void {
  // A text with line ends, such as a sample of a model, keeps its own.
  const isWrapped = isTerminal("output") && !text.includes("\n");
  writeLine(isWrapped ? wrapWords(visible(text), terminalColumns(80)).join("\n") : text);
}

/** Writes all of a text to standard error, as `writeOut` does to standard output. */
export function writeError(text: string): void {
  writeAll(2, isTerminal("error") ? visible(text) : text);
}

/** Writes a line to standard error. */
export function writeErrorLine(text: string): void {
  writeError(`${text}\n`);
}

/**
 * Writes a text with escape sequences of the program's own to a standard stream as it is. What the text quotes of files
 * or of the user must have passed `visible`.
 */
export function writeSequences(stream: "output" | "error", text: string): void {
  writeAll(stream === "output" ? 1 : 2, text);
}

function writeAll(descriptor: number, text: string): void {
  const bytes = new TextEncoder().encode(text);
  for (let done = 0; done < bytes.length;) done += writeSome(descriptor, bytes.subarray(done));
}

/**
 * Writes as many bytes as a stream accepts and returns their number. Waits briefly if the stream is full, as a pipe
 * with a slow reader may be. Bytes for a terminal that has been closed are dropped: a run must save all the same.
 */
function writeSome(descriptor: number, bytes: Uint8Array): number {
  try {
    return writeSync(descriptor, bytes);
  } catch (error) {
    if (isBrokenPipe(error)) throw error;
    if (codeOf(error) === "EIO" && fstatSync(descriptor).isCharacterDevice()) return bytes.length;
    if (codeOf(error) !== "EAGAIN") {
      const stream = descriptor === 1 ? "output" : "error";
      throw new InputRangeError(`write to standard ${stream}: ${reasonOf(error)}`, { cause: error });
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    return 0;
  }
}
