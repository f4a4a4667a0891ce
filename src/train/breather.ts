import { takeArrivals } from "./event_loop.ts";

/** Yields to the event loop during long work, so that timers, signals and input are handled. */
export class Breather {
  #last = performance.now();
  #interval: number;

  /** `interval` is the time between pauses in milliseconds. Default: 20. */
  constructor(interval = 20) {
    this.#interval = interval;
  }

  /** Yields to the event loop if the interval has passed since the last pause. */
  async breathe(): Promise<void> {
    if (performance.now() - this.#last < this.#interval) return;
    await takeArrivals();
    this.#last = performance.now();
  }
}

/** A function that is awaited between short parts of long work. */
export type Pause = () => Promise<void>;

/**
 * Returns the pause of work that a signal can stop: `pause` if there is one, else a `Breather`'s. It throws the signal's
 * reason if it is aborted.
 */
export function pausing({ pause, signal }: { readonly pause?: Pause; readonly signal?: AbortSignal }): Pause {
  const breather = new Breather();
  return async () => {
    signal?.throwIfAborted();
    await (pause ? pause() : breather.breathe());
    signal?.throwIfAborted();
  };
}
