/** Entries of the table, a power of two; when half of them are used, all are forgotten. */
const ENTRIES = 2 ** 17;

/**
 * How many entries are looked at for a piece: few, so that pieces chosen to have equal hashes cost no more than others.
 */
const PROBES = 16;

/** The longest piece that is remembered, in code units. Longer ones are seldom seen again. */
const LONGEST = 48;

/** Room for the code units and for the ids of all pieces. */
const UNITS = 2 ** 19;
const IDS = 2 ** 18;

/**
 * Remembers the ids of pieces. A piece is looked up where it stands in the text, by a hash of its code units, so that
 * nothing is cut out of the text; the table and what it points to stand in three typed arrays, of 4 MB together, which
 * the garbage collector never walks through.
 */
export class PieceCache {
  /**
   * Four numbers an entry, one line of the processor's cache: hash, place of the units, place of the ids, both lengths
   * (ids' lowest).
   */
  readonly #entries = new Int32Array(4 * ENTRIES);
  readonly #units = new Uint16Array(UNITS);
  readonly #ids = new Int32Array(IDS);
  #unitCount = 0;
  #idCount = 0;
  #size = 0;
  /** Where the piece that was looked for last would stand, and its hash. */
  #place = 0;
  #hash = 0;

  /** The entry of a part of a text; -1 where it is not remembered. */
  find(text: string, from: number, end: number): number {
    const length = end - from;
    if (length > LONGEST) return -1;
    const entries = this.#entries;
    const hash = pieceHash(text, from, end);
    let at = 4 * (hash & ENTRIES - 1);
    for (let probe = 1; entries[at + 3] !== 0; probe++) {
      if (entries[at] === hash && this.#holds(at, text, from, length)) return at;
      if (probe === PROBES) break;
      at = at + 4 & 4 * ENTRIES - 1;
    }
    this.#place = at;
    this.#hash = hash;
    return -1;
  }

  /** How many ids an entry has. */
  count(entry: number): number {
    return this.#entries[entry + 3] & 0xff;
  }

  /** Copies an entry's ids. */
  copy(entry: number, target: Int32Array, at: number): void {
    const count = this.#entries[entry + 3] & 0xff;
    const start = this.#entries[entry + 2];
    for (let i = 0; i < count; i++) target[at + i] = this.#ids[start + i];
  }

  /** Remembers the ids of a piece, the one that was looked for last, where it is short. */
  add(text: string, from: number, end: number, ids: Int32Array): void {
    const length = end - from;
    if (length > LONGEST) return;
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
    return 2 * this.#size >= ENTRIES || this.#unitCount + units > UNITS || this.#idCount + ids > IDS;
  }

  #clear(): void {
    this.#entries.fill(0);
    this.#unitCount = this.#idCount = this.#size = 0;
  }
}

/**
 * The hash of a part of a text: FNV-1a over code units, with the higher bits, which are the better mixed, folded into
 * the lower.
 */
export function pieceHash(text: string, from: number, end: number): number {
  let hash = end - from;
  for (let at = from; at < end; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash ^ (hash >>> 15);
}
