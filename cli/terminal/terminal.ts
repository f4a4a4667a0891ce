import { writeSync } from "node:fs";
import process from "node:process";
import { isTerminal } from "./platform.ts";

/** Columns of the terminal, or `otherwise` where there is none. */
export function terminalColumns(otherwise: number): number {
  const columns = isTerminal("output") ? process.stdout.columns : isTerminal("error") ? process.stderr.columns : 0;
  return columns > 0 ? columns : otherwise;
}

/** Writes text on standard output, all of it. Throws an error with the code EPIPE where nobody reads it any more. */
export function writeOut(text: string): void {
  writeAll(1, text);
}

/** Writes a line on standard output. Throws an error where it cannot be written, in every runtime, as `console.log` does not. */
export function writeLine(text: string): void {
  writeOut(`${text}\n`);
}

/** Writes text on standard error, all of it. */
export function writeError(text: string): void {
  writeAll(2, text);
}

function writeAll(descriptor: number, text: string): void {
  const bytes = new TextEncoder().encode(text);
  for (let done = 0; done < bytes.length;) done += writeSome(descriptor, bytes.subarray(done));
}

/** Writes what a stream takes; waits a while where it takes nothing yet, as a pipe may whose reader is slow. */
function writeSome(descriptor: number, bytes: Uint8Array): number {
  try {
    return writeSync(descriptor, bytes);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EAGAIN")) throw error;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    return 0;
  }
}
