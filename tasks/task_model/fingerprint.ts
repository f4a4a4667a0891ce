/** Offset basis and prime of the 32-bit FNV-1a hash (Fowler, Noll and Vo). */
const [OFFSET, PRIME] = [0x811c9dc5, 0x01000193];

/**
 * A hash of a sequence of integers. Data with the same fingerprint are taken to be the same.
 *
 * @example
 * ```ts
 * import { Fingerprint } from "@elman/elman/tasks";
 * import { assertEquals, assertNotEquals } from "@std/assert";
 *
 * const fingerprint = new Fingerprint();
 * fingerprint.addAll([1, 2]);
 * fingerprint.add(3);
 * assertEquals(fingerprint.value, Fingerprint.of([1, 2, 3]));
 * assertNotEquals(fingerprint.value, Fingerprint.of([3, 2, 1]));
 * ```
 */
export class Fingerprint {
  #hash = OFFSET;

  /** The fingerprint of some values. */
  static of(values: Iterable<number>): number {
    const fingerprint = new Fingerprint();
    fingerprint.addAll(values);
    return fingerprint.value;
  }

  /** The hash of the values added so far, an unsigned 32-bit integer. */
  get value(): number {
    return this.#hash >>> 0;
  }

  /** Adds an integer. */
  add(value: number): void {
    this.#hash = Math.imul(this.#hash ^ value, PRIME);
  }

  /** Adds a text, whose end counts too. */
  addText(text: string): void {
    for (let i = 0; i < text.length; i++) this.add(text.charCodeAt(i));
    this.add(-1);
  }

  /** Adds integers in order. */
  addAll(values: Iterable<number>): void {
    if (!(values instanceof Int32Array)) {
      for (const value of values) this.add(value);
      return;
    }
    // Without an iterator, which takes ten times as long: a fingerprint may be that of hours of sound.
    let hash = this.#hash;
    for (let i = 0; i < values.length; i++) hash = Math.imul(hash ^ values[i], PRIME);
    this.#hash = hash;
  }
}
