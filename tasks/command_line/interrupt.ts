/** Exit code of a program that a user interrupted. */
export const INTERRUPTED = 130;

/**
 * Turns Ctrl-C (and a termination signal) into an abort: the first asks the work to stop, the second ends the process at once.
 * Dispose of it when the work is done.
 */
export class Interrupt implements Disposable {
  #controller = new AbortController();
  #message: string;
  #listener = (): void => this.#interrupt();

  /** `message`: what the first signal says. */
  constructor(message: string) {
    this.#message = message;
    Deno.addSignalListener("SIGINT", this.#listener);
    if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", this.#listener);
  }

  /** Aborted by the first signal. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Stops listening. */
  [Symbol.dispose](): void {
    Deno.removeSignalListener("SIGINT", this.#listener);
    if (Deno.build.os !== "windows") Deno.removeSignalListener("SIGTERM", this.#listener);
  }

  #interrupt(): void {
    if (this.signal.aborted) Deno.exit(INTERRUPTED);
    console.error(`\n${this.#message}`);
    this.#controller.abort();
  }
}
