import process from "node:process";
import { writeError } from "./terminal.ts";

/** Exit code of an interrupted program. */
export const INTERRUPTED = 130;

/** Signals within this many milliseconds count as one key press. */
const SAME_PRESS_MS = 250;

const SIGNALS = process.platform === "win32" ? ["SIGINT"] as const : ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Turns Ctrl-C, a termination signal and the closing of the terminal into an abort: the first signal asks the work to
 * stop, the second ends the process at once, unless it is SIGHUP, which a shell sends after the kernel's. Dispose of
 * the instance when the work is done.
 */
export class Interrupt implements Disposable {
  #controller = new AbortController();
  #message: string | undefined;
  #listener = (signal: string): void => this.#interrupt(signal);
  #isArmed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param message Printed on standard error at the first signal. Default: nothing is. */
  constructor(message?: string) {
    this.#message = message;
    for (const signal of SIGNALS) process.on(signal, this.#listener);
  }

  /** Aborted by the first signal. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Asks the work to stop, as the first signal does. */
  stop(): void {
    if (this.signal.aborted) return;
    if (this.#message !== undefined) tell(this.#message);
    this.#controller.abort();
    this.#arm();
  }

  /** Stops listening. */
  [Symbol.dispose](): void {
    for (const signal of SIGNALS) process.off(signal, this.#listener);
    clearTimeout(this.#timer);
  }

  #interrupt(signal: string): void {
    if (this.#isArmed && signal !== "SIGHUP") process.exit(INTERRUPTED);
    this.stop();
  }

  /**
   * Waits before it accepts a second signal: `deno task` forwards Ctrl-C to a process that has already received it from
   * the terminal. The second timer starts only once the event loop runs again, so a signal delayed by a long step does
   * not count as a second press.
   */
  #arm(): void {
    this.#timer = setTimeout(() => {
      this.#timer = setTimeout(() => this.#isArmed = true, SAME_PRESS_MS / 5);
    }, SAME_PRESS_MS);
  }
}

/** Prints a message if standard error can be written: the work stops in any case, and saves. */
function tell(message: string): void {
  try {
    writeError(`\n${message}\n`);
  } catch {
    // Ctrl-C also ends the reader of a pipe, such as `tee`.
  }
}

/**
 * Runs work that a first Ctrl-C asks to stop, and returns the exit code: `INTERRUPTED` if it throws the reason of its
 * signal.
 */
export async function interruptible(work: (signal: AbortSignal) => Promise<void>, message?: string): Promise<number> {
  const interrupt = new Interrupt(message);
  const { signal } = interrupt;
  try {
    await work(signal);
    return 0;
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) throw error;
    return INTERRUPTED;
  } finally {
    interrupt[Symbol.dispose]();
  }
}
