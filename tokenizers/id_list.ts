/** Ids that are gathered into an array that grows. */
export class IdList {
  #ids = new Int32Array(64);
  #length = 0;

  /** Appends ids. */
  append(ids: ArrayLike<number>): void {
    if (this.#length + ids.length > this.#ids.length) this.#grow(this.#length + ids.length);
    for (let i = 0; i < ids.length; i++) this.#ids[this.#length++] = ids[i];
  }

  /** The ids so far, in an array that is the caller's. */
  ids(): Int32Array {
    return this.#ids.slice(0, this.#length);
  }

  #grow(least: number): void {
    const larger = new Int32Array(Math.max(2 * this.#ids.length, least));
    larger.set(this.#ids);
    this.#ids = larger;
  }
}
