import { isTerminal } from "./platform.ts";
import { terminalColumns, writeSequences } from "./terminal.ts";

/** The state of a running job. */
export interface ProgressState {
  /** Completed steps. */
  readonly step: number;
  /** Total number of steps. */
  readonly steps: number;
  /** Current loss. */
  readonly loss: number;
  /** How many of what is processed in a second. */
  readonly speed: { readonly perSecond: number; readonly unit: string };
  /** Estimated seconds left; undefined if the job has ended. */
  readonly secondsLeft?: number;
}

/** Output and clock of `Progress`. Default: standard error and `performance.now`. */
export interface ProgressOptions {
  /** Whether the output is a terminal, where a line can be redrawn. */
  readonly isTerminal?: boolean;
  /** Returns the width of the terminal in columns. */
  readonly columns?: () => number;
  /** Writes text. */
  readonly write?: (text: string) => void;
  /** Returns a monotonic time in milliseconds. */
  readonly now?: () => number;
}

const REDRAW_INTERVAL_MS = 100;
const LINE_INTERVAL_MS = 5000;
const MAX_BAR_WIDTH = 40;
const MIN_BAR_WIDTH = 5;
const CLEAR_LINE = "\r\x1b[K";

/** Formats seconds as `1:02:03` or `2:03`, or as `?` if they are not finite. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return "?";
  const whole = Math.max(0, Math.round(seconds));
  const two = (n: number): string => String(n).padStart(2, "0");
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** Formats step, loss, speed and, unless the job has ended, the remaining time. */
export function formatFigures({ step, steps, loss, speed: { perSecond, unit }, secondsLeft }: ProgressState): string {
  const speed = `${Math.round(perSecond).toLocaleString("en")} ${unit}/s`;
  const left = secondsLeft === undefined ? "" : `  ${formatDuration(secondsLeft)} left`;
  return `step ${step}/${steps}  loss ${loss.toFixed(3)}  ${speed}${left}`;
}

/** Formats a line of at most `width` characters: a progress bar if it fits, then the figures. */
export function formatProgress(state: ProgressState, width: number): string {
  const figures = formatFigures(state);
  const room = Math.min(MAX_BAR_WIDTH, width - figures.length - 3);
  if (room < MIN_BAR_WIDTH) return figures.slice(0, Math.max(0, width));
  const done = Math.round(room * Math.min(1, state.step / Math.max(1, state.steps)));
  return `[${"#".repeat(done)}${"-".repeat(room - done)}] ${figures}`;
}

/**
 * Shows progress on standard error: one line that is redrawn on a terminal, or a plain line every few seconds
 * elsewhere.
 */
export class Progress {
  #isTerminal: boolean;
  #columns: () => number;
  #write: (text: string) => void;
  #now: () => number;
  #last = -Infinity;
  #isDrawn = false;

  /** Creates a progress display. Writes nothing until the first update. */
  constructor(options: ProgressOptions = {}) {
    this.#isTerminal = options.isTerminal ?? isTerminal("error");
    this.#columns = options.columns ?? (() => terminalColumns(80));
    this.#write = options.write ?? ((text) => writeSequences("error", text));
    this.#now = options.now ?? (() => performance.now());
  }

  /** Shows the state, unless the previous update was too recent. */
  update(state: ProgressState): void {
    const now = this.#now();
    if (now - this.#last < (this.#isTerminal ? REDRAW_INTERVAL_MS : LINE_INTERVAL_MS)) return;
    this.#last = now;
    if (!this.#isTerminal) return this.#write(formatFigures(state) + "\n");
    // Leave the last column free: some terminals start a new line when it is filled.
    this.#write(CLEAR_LINE + formatProgress(state, this.#columns() - 1));
    this.#isDrawn = true;
  }

  /** Erases the line, so that other output can be written. */
  clear(): void {
    if (this.#isDrawn) this.#write(CLEAR_LINE);
    this.#isDrawn = false;
  }
}
