import { ApiError, busy } from "./api_error.ts";
import type { ServeLimits } from "./limits.ts";

/** A request that waits. */
interface Waiting {
  readonly places: number;
  readonly admit: () => void;
}

/** Lets requests run in the order in which they came, as many as there are places for their texts. */
export class Admission {
  #limits: Pick<ServeLimits, "maxRunning" | "maxQueue" | "queueTimeout">;
  #taken = 0;
  #queue: Waiting[] = [];

  /** Starts with all places free. */
  constructor(limits: Pick<ServeLimits, "maxRunning" | "maxQueue" | "queueTimeout">) {
    this.#limits = limits;
  }

  /** Number of places that are taken. */
  get running(): number {
    return this.#taken;
  }

  /** Number of requests that wait. */
  get queued(): number {
    return this.#queue.length;
  }

  /** Throws `ApiError` if a request would have to wait and too many do. */
  expectRoom(places = 1): void {
    const { maxQueue } = this.#limits;
    if (!this.#mustWait(places) || this.#queue.length < maxQueue) return;
    throw busy(`serve: expected fewer than ${maxQueue} waiting requests; try again`);
  }

  /**
   * Waits for places and returns a function that frees them. Throws `ApiError` if there are fewer places in all, if too
   * many requests wait or if the wait takes too long; throws the signal's reason if it is aborted.
   */
  async enter(places: number, signal: AbortSignal): Promise<() => void> {
    const { maxRunning } = this.#limits;
    if (places > maxRunning) {
      throw new ApiError(`serve: expected at most ${maxRunning} texts in a request, found ${places}`, { status: 400 });
    }
    signal.throwIfAborted();
    this.expectRoom(places);
    if (this.#mustWait(places)) {
      await this.#wait(places, signal);
    } else this.#taken += places;
    let isFree = false;
    return () => {
      if (!isFree) this.#free(places);
      isFree = true;
    };
  }

  #mustWait(places: number): boolean {
    return this.#queue.length > 0 || this.#taken + places > this.#limits.maxRunning;
  }

  async #wait(places: number, signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiting = { places, admit: resolve };
    const give = (error: unknown): void => {
      this.#queue = this.#queue.filter((other) => other !== waiting);
      this.#admit();
      reject(error);
    };
    const { queueTimeout } = this.#limits;
    const late = (): void => give(busy(`serve: expected a free place within ${queueTimeout} s, found none; try again`));
    const timer = setTimeout(late, queueTimeout * 1000);
    const abort = (): void => give(signal.reason);
    signal.addEventListener("abort", abort);
    this.#queue.push(waiting);
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
    }
  }

  #free(places: number): void {
    this.#taken -= places;
    this.#admit();
  }

  #admit(): void {
    while (this.#queue.length > 0 && this.#taken + this.#queue[0].places <= this.#limits.maxRunning) {
      const { places, admit } = this.#queue.shift()!;
      this.#taken += places;
      admit();
    }
  }
}
