import { ApiError, busy } from "./api_error.ts";
import type { ServeLimits } from "./limits.ts";

/** The places that a request takes while it runs. */
export interface Places {
  /** Number of texts that are generated at a time. Default: 1. */
  readonly texts?: number;
  /** Bytes of the sound whose samples are held, at most `maxSound`. Default: 0. */
  readonly sound?: number;
}

/** The limits that requests wait for. */
type AdmissionLimits = Pick<ServeLimits, "maxRunning" | "maxSound" | "maxQueue" | "queueTimeout">;

/** A request that waits. */
interface Waiting {
  readonly places: Required<Places>;
  readonly admit: () => void;
}

/** How many sounds of the maximum size are read or played at a time. */
const SOUNDS = 4;

/**
 * Lets requests run in the order in which they came, as many as there are places for their texts and sounds. Who waits
 * for a sound takes no place of a text yet, and lets those without a sound go first.
 */
export class Admission {
  #limits: AdmissionLimits;
  #taken: Required<Places> = { texts: 0, sound: 0 };
  #queue: Waiting[] = [];

  /** Starts with all places free. */
  constructor(limits: AdmissionLimits) {
    this.#limits = limits;
  }

  /** Number of texts that run. */
  get running(): number {
    return this.#taken.texts;
  }

  /** Number of requests that wait. */
  get queued(): number {
    return this.#queue.length;
  }

  /** Throws `ApiError` if a request would have to wait and too many do. */
  expectRoom({ texts = 1, sound = 0 }: Places = {}): void {
    const { maxQueue } = this.#limits;
    if (this.#queue.length < maxQueue || !this.#mustWait({ texts, sound })) return;
    throw busy(`serve: expected fewer than ${maxQueue} waiting requests; try again`);
  }

  /**
   * Waits for places and returns a function that frees them. Throws `ApiError` if there are fewer places in all, if too
   * many requests wait or if the wait takes too long; throws the signal's reason if it is aborted.
   */
  async enter({ texts = 1, sound = 0 }: Places, signal: AbortSignal): Promise<() => void> {
    const { maxRunning } = this.#limits;
    if (texts > maxRunning) {
      throw new ApiError(`serve: expected at most ${maxRunning} texts in a request, found ${texts}`, { status: 400 });
    }
    signal.throwIfAborted();
    const places = { texts, sound };
    this.expectRoom(places);
    if (this.#mustWait(places)) {
      await this.#wait(places, signal);
    } else this.#take(places);
    let isFree = false;
    return () => {
      if (isFree) return;
      isFree = true;
      this.#take({ texts: -texts, sound: -sound });
      this.#admit();
    };
  }

  async #wait(places: Required<Places>, signal: AbortSignal): Promise<void> {
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

  #take({ texts, sound }: Required<Places>): void {
    this.#taken = { texts: this.#taken.texts + texts, sound: this.#taken.sound + sound };
  }

  #mustWait(places: Required<Places>): boolean {
    return !this.#fitting([...this.#queue.map((waiting) => waiting.places), places]).has(places);
  }

  #admit(): void {
    const fitting = this.#fitting(this.#queue.map(({ places }) => places));
    const admitted = this.#queue.filter(({ places }) => fitting.has(places));
    this.#queue = this.#queue.filter(({ places }) => !fitting.has(places));
    for (const { places, admit } of admitted) {
      this.#take(places);
      admit();
    }
  }

  /** Returns which of a queue may run now: not those behind a text without a place, nor sounds behind such a sound. */
  #fitting(queue: readonly Required<Places>[]): Set<Required<Places>> {
    const { maxRunning, maxSound } = this.#limits;
    const free = { texts: maxRunning - this.#taken.texts, sound: SOUNDS * maxSound - this.#taken.sound };
    const fitting = new Set<Required<Places>>();
    for (const places of queue) {
      if (places.sound > free.sound) {
        free.sound = 0;
        continue;
      }
      if (places.texts > free.texts) break;
      free.texts -= places.texts;
      free.sound -= places.sound;
      fitting.add(places);
    }
    return fitting;
  }
}
