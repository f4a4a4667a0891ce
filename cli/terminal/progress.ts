import { isTerminal } from "./platform.ts";
import { terminalColumns, writeError } from "./terminal.ts";

/** Where a piece of work stands. */
export interface ProgressState {
  /** Steps done. */
  readonly step: number;
  /** Steps in all. */
  readonly steps: number;
  /** The present loss in nats per token. */
  readonly loss: number;
  /** Tokens per second. */
  readonly tokensPerSecond: number;
  /** Seconds left, as far as can be told. */
  readonly secondsLeft: number;
}

/** What `Progress` writes to; standard error and the clock where absent. */
export interface ProgressOptions {
  /** Whether a line can be redrawn. */
  readonly isTerminal?: boolean;
  /** Columns of the terminal. */
  readonly columns?: () => number;
  /** Takes the text. */
  readonly write?: (text: string) => void;
  /** Milliseconds since any moment. */
  readonly now?: () => number;
}

const REDRAW_INTERVAL = 100;
const LINE_INTERVAL = 5000;
const WIDEST_BAR = 40;
const NARROWEST_BAR = 5;
const CLEAR_LINE = "\r\x1b[K";

/** Seconds as `1:02:03` or `2:03`, and what cannot be told as `?`. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return "?";
  const whole = Math.max(0, Math.round(seconds));
  const two = (n: number): string => String(n).padStart(2, "0");
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** The figures in words: step, loss, speed and time left. */
export function formatFigures({ step, steps, loss, tokensPerSecond, secondsLeft }: ProgressState): string {
  const speed = Math.round(tokensPerSecond).toLocaleString("en");
  return `step ${step}/${steps}  loss ${loss.toFixed(3)}  ${speed} tokens/s  ${formatDuration(secondsLeft)} left`;
}

/** A line of at most `width` characters: a bar where there is room for one, then the figures. */
export function formatProgress(state: ProgressState, width: number): string {
  const figures = formatFigures(state);
  const room = Math.min(WIDEST_BAR, width - figures.length - 3);
  if (room < NARROWEST_BAR) return figures.slice(0, Math.max(0, width));
  const done = Math.round(room * Math.min(1, state.step / Math.max(1, state.steps)));
  return `[${"#".repeat(done)}${"-".repeat(room - done)}] ${figures}`;
}

/** Shows progress on standard error: one line that is redrawn on a terminal, now and then a plain line elsewhere. */
export class Progress {
  #isTerminal: boolean;
  #columns: () => number;
  #write: (text: string) => void;
  #now: () => number;
  #last = -Infinity;
  #isDrawn = false;

  /** Shows nothing yet. */
  constructor(options: ProgressOptions = {}) {
    this.#isTerminal = options.isTerminal ?? isTerminal("error");
    this.#columns = options.columns ?? (() => terminalColumns(80));
    this.#write = options.write ?? writeError;
    this.#now = options.now ?? (() => performance.now());
  }

  /** Shows where the work stands, not too often. */
  update(state: ProgressState): void {
    const now = this.#now();
    if (now - this.#last < (this.#isTerminal ? REDRAW_INTERVAL : LINE_INTERVAL)) return;
    this.#last = now;
    if (!this.#isTerminal) return this.#write(formatFigures(state) + "\n");
    // The last column stays free: some terminals begin a new line when it is filled.
    this.#write(CLEAR_LINE + formatProgress(state, this.#columns() - 1));
    this.#isDrawn = true;
  }

  /** Takes the line away, so that something else can be written. */
  clear(): void {
    if (this.#isDrawn) this.#write(CLEAR_LINE);
    this.#isDrawn = false;
  }
}
