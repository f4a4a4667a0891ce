import { checkGrowth } from "../limits.ts";

/** Limits what decoders emit, from the start of a stream to its end, by what the first of them has taken. */
export class Growth {
  /** Code units that were taken, and one for each fragment. */
  #taken = 0;

  /** Counts a fragment that was taken. */
  take(fragment: string): void {
    this.#taken += fragment.length + 1;
  }

  /** Makes a function that takes the lengths that one decoder emits and throws `RangeError` if they are too much. */
  checked(): (length: number) => void {
    let emitted = 0;
    return (length) => checkGrowth("decode", emitted += length, this.#taken);
  }
}
