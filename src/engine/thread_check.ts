/** A gain in speed below which the other threads are useless. */
const LEAST_GAIN = 1.15;
/** Idle hyperthreads of one core reach this gain; several measurements below it show that other programs run. */
const IDLE_GAIN = 0.9;
/** Measurements, and milliseconds before each: a machine that is busy for a moment must not be misjudged. */
const TRIES = 9;
const PAUSE_MS = 1000;

/** The result of measuring threads; `unclear` if the machine was too busy. */
export type ThreadVerdict = "faster" | "no faster" | "unclear";

/**
 * Judges how many times as fast as one thread all threads were in several measurements: one good measurement shows that
 * the threads can help, and only many bad ones that they cannot. Returns undefined if more measurements are needed.
 */
export function judgeGains(gains: readonly number[]): ThreadVerdict | undefined {
  if (gains.some((gain) => gain >= LEAST_GAIN)) return "faster";
  if (gains.length < TRIES) return undefined;
  return gains.toSorted((a, b) => a - b)[gains.length >> 1] >= IDLE_GAIN ? "no faster" : "unclear";
}

/** The surroundings of a `ThreadCheck`. */
export interface ThreadCheckOptions {
  readonly threads: number;
  /** Measures how many times as fast as one thread all threads are. */
  readonly measure: () => number;
  /** Returns the time in milliseconds. */
  readonly now: () => number;
  readonly warn: (message: string) => void;
}

/**
 * Finds out, while an engine works, whether its threads compute faster than one. They do not where they are two
 * hyperthreads of one core, which share its multipliers.
 */
export class ThreadCheck {
  #options: ThreadCheckOptions;
  #gains: number[] = [];
  #next: number | undefined;
  #isDone = false;

  constructor(options: ThreadCheckOptions) {
    this.#options = options;
  }

  /**
   * Measures once if it is time to, and warns if the last measurement shows that the threads are useless. A short run
   * ends before the first measurement.
   */
  step(): void {
    if (this.#isDone) return;
    const { threads, measure, now, warn } = this.#options;
    this.#next ??= now() + PAUSE_MS;
    if (now() < this.#next) return;
    this.#gains.push(measure());
    this.#next = now() + PAUSE_MS;
    const verdict = judgeGains(this.#gains);
    this.#isDone = verdict !== undefined;
    if (verdict !== "no faster") return;
    const best = Math.max(...this.#gains).toFixed(2);
    warn(
      `share the work: expected ${threads} threads to compute faster than one, found ${best} times its speed; ` +
        "one thread does as well, and leaves the other cores to other programs",
    );
  }
}
