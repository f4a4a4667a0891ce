import { isTerminal } from "./platform.ts";
import { writeError, writeSequences } from "./terminal.ts";

/** How far a job is. */
export interface CountProgress {
  /** The name of the part that is running. */
  readonly stage: string;
  /** How many things are done. */
  readonly done: number;
  /** How many there are, if that is known. */
  readonly total?: number;
}

/** Milliseconds between lines if the output is not a terminal. */
const LINE_INTERVAL_MS = 5000;
const CLEAR_LINE = "\r\x1b[K";

/**
 * Makes a callback that shows progress on standard error: one redrawn line on a terminal, a line every few seconds
 * elsewhere.
 */
export function countReporter(): (progress: CountProgress) => void {
  const isShown = isTerminal("error");
  let last = performance.now();
  return ({ stage, done, total }) => {
    const of = total === undefined ? "" : ` of ${total.toLocaleString("en")}`;
    const line = `${stage}: ${done.toLocaleString("en")}${of}`;
    if (isShown) return writeSequences("error", CLEAR_LINE + line);
    if (performance.now() - last < LINE_INTERVAL_MS) return;
    last = performance.now();
    writeError(`${line}\n`);
  };
}

/** Clears the line that `countReporter` drew on a terminal. */
export function clearCount(): void {
  if (isTerminal("error")) writeSequences("error", CLEAR_LINE);
}
