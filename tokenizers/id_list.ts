/** A growable array of ids. */
export class IdList {
  #ids = new Int32Array(64);
  #length = 0;

  /** Appends ids. */
  append(ids: ArrayLike<number>): void {
    if (this.#length + ids.length > this.#ids.length) this.#grow(this.#length + ids.length);
    for (let i = 0; i < ids.length; i++) this.#ids[this.#length++] = ids[i];
  }

  /** Returns a copy of the ids so far. */
  ids(): Int32Array {
    return this.#ids.slice(0, this.#length);
  }

  #grow(least: number): void {
    const larger = new Int32Array(Math.max(2 * this.#ids.length, least));
    larger.set(this.#ids);
    this.#ids = larger;
  }
}
