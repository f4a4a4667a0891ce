import { writeSync } from "node:fs";
import process from "node:process";
import { isTerminal } from "./platform.ts";

/** Returns the width of the terminal in columns, or `otherwise` if there is no terminal. */
export function terminalColumns(otherwise: number): number {
  const columns = isTerminal("output") ? process.stdout.columns : isTerminal("error") ? process.stderr.columns : 0;
  return columns > 0 ? columns : otherwise;
}

/** Writes all of a text to standard output. Throws an error with the code EPIPE if the reader has gone. */
export function writeOut(text: string): void {
  writeAll(1, text);
}

/** Writes a line to standard output. Unlike `console.log`, throws in every runtime if writing fails. */
export function writeLine(text: string): void {
  writeOut(`${text}\n`);
}

/** Writes all of a text to standard error. */
export function writeError(text: string): void {
  writeAll(2, text);
}

function writeAll(descriptor: number, text: string): void {
  const bytes = new TextEncoder().encode(text);
  for (let done = 0; done < bytes.length;) done += writeSome(descriptor, bytes.subarray(done));
}

/**
 * Writes as many bytes as a stream accepts and returns their number. Waits briefly if the stream is full, as a pipe
 * with a slow reader may be.
 */
function writeSome(descriptor: number, bytes: Uint8Array): number {
  try {
    return writeSync(descriptor, bytes);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EAGAIN")) throw error;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    return 0;
  }
}
