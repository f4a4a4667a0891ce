/** Lets timers, signals and input in while long work runs. */
export class Breather {
  #last = performance.now();
  #interval: number;

  /** `interval`: milliseconds of work between pauses. */
  constructor(interval = 20) {
    this.#interval = interval;
  }

  /** Gives way to the event loop where the last pause is long enough ago. */
  async breathe(): Promise<void> {
    if (performance.now() - this.#last < this.#interval) return;
    await new Promise<void>((resolve) => setTimeout(resolve, 0));
    this.#last = performance.now();
  }
}
