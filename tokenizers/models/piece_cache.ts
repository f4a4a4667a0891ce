/** Entries of the table, a power of two; the cache is cleared once half of them are used. */
const TABLE_SIZE = 2 ** 17;

/**
 * Maximum number of entries probed for a piece. It is small, so that pieces chosen to collide cost no more than others.
 */
const PROBES = 16;

/** Maximum length of a cached piece, in code units. Longer ones rarely recur. */
const MAX_PIECE_LENGTH = 48;

/** Capacity for the code units and for the ids of all pieces. */
const UNIT_CAPACITY = 2 ** 19;
const ID_CAPACITY = 2 ** 18;

/**
 * Caches the ids of pieces. Looks a piece up in place, by a hash of its code units, without slicing it out of the text.
 * The table and its data are three typed arrays, 4 MB together, which the garbage collector never traverses.
 */
export class PieceCache {
  /**
   * Four numbers per entry, so an entry fits in one cache line: hash, position of the units, position of the ids, both
   * lengths (that of the ids in the low bits).
   */
  readonly #entries = new Int32Array(4 * TABLE_SIZE);
  readonly #units = new Uint16Array(UNIT_CAPACITY);
  readonly #ids = new Int32Array(ID_CAPACITY);
  #unitCount = 0;
  #idCount = 0;
  #size = 0;
  /** The slot and the hash of the last lookup. */
  #place = 0;
  #hash = 0;

  /** The entry of a part of a text; -1 if it is not cached. */
  find(text: string, from: number, end: number): number {
    const length = end - from;
    if (length > MAX_PIECE_LENGTH) return -1;
    const entries = this.#entries;
    const hash = pieceHash(text, from, end);
    let at = 4 * (hash & TABLE_SIZE - 1);
    for (let probe = 1; entries[at + 3] !== 0; probe++) {
      if (entries[at] === hash && this.#holds(at, text, from, length)) return at;
      if (probe === PROBES) break;
      at = at + 4 & 4 * TABLE_SIZE - 1;
    }
    this.#place = at;
    this.#hash = hash;
    return -1;
  }

  /** The number of ids of an entry. */
  count(entry: number): number {
    return this.#entries[entry + 3] & 0xff;
  }

  /** Copies an entry's ids. */
  copy(entry: number, target: Int32Array, at: number): void {
    const count = this.#entries[entry + 3] & 0xff;
    const start = this.#entries[entry + 2];
    for (let i = 0; i < count; i++) target[at + i] = this.#ids[start + i];
  }

  /** Stores the ids of the piece last looked up, if it is short. */
  add(text: string, from: number, end: number, ids: Int32Array): void {
    const length = end - from;
    if (length > MAX_PIECE_LENGTH) return;
    if (this.#isFull(length, ids.length)) return this.#clear();
    const entries = this.#entries;
    const at = this.#place;
    entries[at] = this.#hash;
    entries[at + 1] = this.#unitCount;
    entries[at + 2] = this.#idCount;
    entries[at + 3] = length << 8 | ids.length;
    for (let i = from; i < end; i++) this.#units[this.#unitCount++] = text.charCodeAt(i);
    for (let i = 0; i < ids.length; i++) this.#ids[this.#idCount++] = ids[i];
    this.#size++;
  }

  #holds(entry: number, text: string, from: number, length: number): boolean {
    if (this.#entries[entry + 3] >> 8 !== length) return false;
    const units = this.#units;
    const start = this.#entries[entry + 1];
    for (let i = 0; i < length; i++) {
      if (units[start + i] !== text.charCodeAt(from + i)) return false;
    }
    return true;
  }

  #isFull(units: number, ids: number): boolean {
    return 2 * this.#size >= TABLE_SIZE || this.#unitCount + units > UNIT_CAPACITY || this.#idCount + ids > ID_CAPACITY;
  }

  #clear(): void {
    this.#entries.fill(0);
    this.#unitCount = this.#idCount = this.#size = 0;
  }
}

/** Hashes a part of a text: FNV-1a over code units, with the better-mixed high bits folded into the low ones. */
export function pieceHash(text: string, from: number, end: number): number {
  let hash = end - from;
  for (let at = from; at < end; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash ^ (hash >>> 15);
}
