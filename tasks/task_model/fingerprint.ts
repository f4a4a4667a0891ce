/** The first value and the factor of Fowler, Noll and Vo's hash. */
const [OFFSET, PRIME] = [0x811c9dc5, 0x01000193];

/** A number that depends on every number added to it, in their order: data with the same one are taken for the same. */
export class Fingerprint {
  #hash = OFFSET;

  /** The number of these values alone. */
  static of(values: Iterable<number>): number {
    const fingerprint = new Fingerprint();
    fingerprint.addAll(values);
    return fingerprint.value;
  }

  /** The number so far. */
  get value(): number {
    return this.#hash >>> 0;
  }

  /** Adds a whole number. */
  add(value: number): void {
    this.#hash = Math.imul(this.#hash ^ value, PRIME);
  }

  /** Adds all of some whole numbers. */
  addAll(values: Iterable<number>): void {
    for (const value of values) this.add(value);
  }
}
