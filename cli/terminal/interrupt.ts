import process from "node:process";
import { writeError } from "./terminal.ts";

/** Exit code of a program that a user interrupted. */
export const INTERRUPTED = 130;

/** Milliseconds within which signals are of one key press. */
const ONE_PRESS = 250;

const SIGNALS = process.platform === "win32" ? ["SIGINT"] as const : ["SIGINT", "SIGTERM"] as const;

/**
 * Turns Ctrl-C (and a termination signal) into an abort: the first asks the work to stop, the second ends the process at once.
 * Dispose of it when the work is done.
 */
export class Interrupt implements Disposable {
  #controller = new AbortController();
  #message: string;
  #listener = (): void => this.#interrupt();
  #isArmed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `message`: what the first signal says. */
  constructor(message: string) {
    this.#message = message;
    for (const signal of SIGNALS) process.on(signal, this.#listener);
  }

  /** Aborted by the first signal. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Stops listening. */
  [Symbol.dispose](): void {
    for (const signal of SIGNALS) process.off(signal, this.#listener);
    clearTimeout(this.#timer);
  }

  #interrupt(): void {
    if (this.#isArmed) process.exit(INTERRUPTED);
    if (this.signal.aborted) return;
    writeError(`\n${this.#message}\n`);
    this.#controller.abort();
    this.#arm();
  }

  /**
   * `deno task` passes the terminal's Ctrl-C on to a process that got it already. The second timer begins when the first is
   * served, after which a signal that a long step kept waiting is served too.
   */
  #arm(): void {
    this.#timer = setTimeout(() => {
      this.#timer = setTimeout(() => this.#isArmed = true, ONE_PRESS / 5);
    }, ONE_PRESS);
  }
}
