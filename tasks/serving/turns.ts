import { type Pause, takeArrivals } from "../../src/train/mod.ts";

/** Milliseconds after which work ends its turn at the next pause. */
const TURN = 5;

/**
 * Gives the processor to one request's work after the other, in turns of some milliseconds, and after each turn as much
 * time to the texts that are being generated: a long request delays nobody for longer than its slices take.
 */
export class Turns {
  #isGenerating: () => boolean;
  #last: Promise<void> = Promise.resolve();

  /** `isGenerating` tells whether there are texts that need time. */
  constructor(isGenerating: () => boolean) {
    this.#isGenerating = isGenerating;
  }

  /**
   * Runs work that awaits the given pause between its slices, in turns with that of other requests. The pause throws
   * the signal's reason if it is aborted.
   */
  async run<T>(signal: AbortSignal, work: (pause: Pause) => Promise<T>): Promise<T> {
    let turn = await this.#begin();
    const pause = async (): Promise<void> => {
      signal.throwIfAborted();
      if (performance.now() - turn.start < TURN) return;
      turn.end();
      turn = await this.#begin();
      signal.throwIfAborted();
    };
    try {
      signal.throwIfAborted();
      return await work(pause);
    } finally {
      turn.end();
    }
  }

  /** Waits for those that came before. */
  async #begin(): Promise<{ readonly start: number; end(): void }> {
    const before = this.#last;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#last = promise;
    await before;
    const start = performance.now();
    const end = (): void => void this.#rest(performance.now() - start).then(resolve);
    return { start, end };
  }

  /** Lets texts be generated for so many milliseconds. */
  async #rest(milliseconds: number): Promise<void> {
    const until = performance.now() + milliseconds;
    do await takeArrivals(); while (this.#isGenerating() && performance.now() < until);
  }
}
