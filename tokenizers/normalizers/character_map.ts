/** Bytes of a number. */
const WORD = 4;

/** Most answers that are remembered; then all are forgotten. */
const MOST_ANSWERS = 2 ** 14;

/**
 * A table from sequences of characters to others: a double-array trie over UTF-8 (Aoe 1989) in the layout of the library darts-clone, and the texts
 * that its leaves point to, each ended by a zero. The file begins with the trie's size in bytes.
 */
export class CharacterMap {
  readonly #units: Uint32Array;
  readonly #texts: Uint8Array;
  readonly #answers = new Map<string, string | undefined>();

  /**
   * The table in these bytes.
   *
   * @throws {RangeError} If they are fewer than they say.
   */
  constructor(bytes: Uint8Array) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const size = bytes.length < WORD ? NaN : view.getUint32(0, true);
    if (!(size % WORD === 0 && size > 0 && WORD + size <= bytes.length)) {
      throw new RangeError(`expected a trie of ${size} bytes in ${bytes.length}, a multiple of ${WORD}`);
    }
    this.#units = Uint32Array.from({ length: size / WORD }, (_, i) => view.getUint32(WORD + WORD * i, true));
    this.#texts = bytes.subarray(WORD + size);
  }

  /** What the shortest entry with which a text begins stands for; `undefined` where there is none. */
  get(text: string): string | undefined {
    if (!this.#answers.has(text)) {
      if (this.#answers.size >= MOST_ANSWERS) this.#answers.clear();
      this.#answers.set(text, this.#find(new TextEncoder().encode(text)));
    }
    return this.#answers.get(text);
  }

  #find(key: Uint8Array): string | undefined {
    const units = this.#units;
    let node = offsetOf(units[0]);
    for (const byte of key) {
      node ^= byte;
      if (byte === 0 || node >= units.length) return undefined;
      const unit = units[node];
      // The label of an inner unit is a byte; that of a leaf has the highest bit.
      if ((unit & 0x800000ff) >>> 0 !== byte) return undefined;
      node ^= offsetOf(unit);
      if (node >= units.length) return undefined;
      if ((unit >>> 8 & 1) === 1) return this.#text(units[node] & 0x7fffffff);
    }
    return undefined;
  }

  #text(start: number): string | undefined {
    const end = this.#texts.indexOf(0, start);
    return end < 0 ? undefined : new TextDecoder("utf-8", { ignoreBOM: true }).decode(this.#texts.subarray(start, end));
  }
}

/** Where a unit's children stand, to be combined with their bytes. */
function offsetOf(unit: number): number {
  return unit >>> 10 << ((unit & 0x200) >>> 6);
}
