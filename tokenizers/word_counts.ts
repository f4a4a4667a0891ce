import { InputRangeError } from "../errors.ts";
import type { Kind } from "./options.ts";
import { decodeUnits, encodeUnits, hashBytes, MAX_UNIT_BYTES } from "./unit_bytes.ts";

/**
 * The number of distinct words that are counted exactly by default, 2^25. Their table takes about 1 GB if they have 8
 * letters.
 */
const MAX_DISTINCT = 2 ** 25;

/** Maximum total size of the words in bytes. Positions in them must fit `Int32Array`. */
const MAX_BYTES = 2 ** 31 - 1;

/** A `Map` of counts, or {@linkcode WordCounts}. */
export const COUNTS: Kind = {
  words: "a Map",
  holds: (value) => value instanceof Map || value instanceof WordCounts,
};

/** Throws `RangeError` if nothing is counted: the corpus is empty, or `maxDistinct` so small that all was dropped. */
export function refuseNoCounts(action: string, counts: ReadonlyMap<string, number>): void {
  if (counts.size > 0) return;
  if (!(counts instanceof WordCounts) || counts.dropped === 0) {
    throw new InputRangeError(`${action}: expected text, found none`);
  }
  const found = `${counts.maxDistinct}, with which all ${counts.dropped} were dropped as too rare`;
  throw new InputRangeError(`${action}: maxDistinct: expected a number that keeps some words, found ${found}`);
}

/**
 * Counts of distinct words, in order of first occurrence: a `Map` that only counts up, in less memory and for any
 * number of words. Each word takes its bytes and 20 to 28 more.
 *
 * If there are more than `maxDistinct` words, the rarest are dropped: those that occur at most `t` times, with the
 * smallest `t` that drops a quarter of the words. So a count is too low by at most the sum of these thresholds, which
 * is {@linkcode WordCounts.maxError}; all words that occur more often are present. (Manku and Motwani 2002,
 * "Approximate Frequency Counts over Data Streams", with a table of fixed size.) A dropped word that occurs again takes
 * its place in the order anew.
 *
 * @example
 * ```ts
 * import { preTokenizers, trainers } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const preTokenizer = new preTokenizers.WhitespaceSplit();
 * const counts = await trainers.countPieces(["to be or not to be"], { preTokenizer });
 * assertEquals([counts.get("to"), counts.size, counts.maxError], [2, 4, 0]);
 * ```
 */
export class WordCounts implements ReadonlyMap<string, number> {
  readonly #maxDistinct: number;
  #bytes = new Uint8Array(4096);
  /** Where each word starts in the bytes, and where the last one ends. */
  #starts = new Uint32Array(257);
  #counts = new Float64Array(256);
  #size = 0;
  /** An open-addressing hash table of word indices plus 1, 0 for free slots; its size is a power of two. */
  #slots = new Uint32Array(512);
  #maxError = 0;
  #dropped = 0;

  /**
   * Creates an empty counter.
   *
   * @param action The action that error messages start with.
   * @param maxDistinct Number of distinct words that are counted exactly.
   * @throws {RangeError} If `maxDistinct` is not an integer of at least 1.
   */
  constructor(action: string, maxDistinct: number = MAX_DISTINCT) {
    if (!(Number.isSafeInteger(maxDistinct) && maxDistinct >= 1)) {
      throw new InputRangeError(`${action}: maxDistinct: expected an integer of at least 1, found ${maxDistinct}`);
    }
    this.#maxDistinct = maxDistinct;
  }

  /** Number of distinct words that are counted exactly. */
  get maxDistinct(): number {
    return this.#maxDistinct;
  }

  /** Number of distinct words. */
  get size(): number {
    return this.#size;
  }

  /** How much lower than the number of its occurrences a word's count can be; 0 if all counts are exact. */
  get maxError(): number {
    return this.#maxError;
  }

  /** Number of occurrences that are missing from the counts. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Adds occurrences of a word: of a text, or of its part from `start` up to `end`. */
  add(text: string, count: number = 1, start: number = 0, end: number = text.length): void {
    const slot = this.#find(text, start, end);
    if (this.#slots[slot] === 0) this.#insert(slot);
    this.#counts[this.#slots[slot] - 1] += count;
    if (this.#size === this.#counts.length) this.#grow();
    while (this.#size > this.#maxDistinct || this.#starts[this.#size] > MAX_BYTES) this.#prune();
  }

  /** A word's count; `undefined` if the word does not occur. */
  get(word: string): number | undefined {
    const entry = this.#slots[this.#find(word, 0, word.length)];
    return entry === 0 ? undefined : this.#counts[entry - 1];
  }

  /** Whether a word occurs. */
  has(word: string): boolean {
    return this.get(word) !== undefined;
  }

  /** Iterates over the words and their counts. */
  *entries(): Generator<[string, number], undefined> {
    for (let i = 0; i < this.#size; i++) yield [this.#word(i), this.#counts[i]];
  }

  /** Iterates over the words and their counts. */
  [Symbol.iterator](): Generator<[string, number], undefined> {
    return this.entries();
  }

  /** Iterates over the words. */
  *keys(): Generator<string, undefined> {
    for (let i = 0; i < this.#size; i++) yield this.#word(i);
  }

  /** Iterates over the counts. */
  *values(): Generator<number, undefined> {
    for (let i = 0; i < this.#size; i++) yield this.#counts[i];
  }

  /** Calls a function with each count and its word. */
  forEach(visit: (count: number, word: string, counts: ReadonlyMap<string, number>) => void): void {
    for (const [word, count] of this) visit(count, word, this);
  }

  #word(index: number): string {
    return decodeUnits(this.#bytes, this.#starts[index], this.#starts[index + 1]);
  }

  /** The slot of a word, or the free slot where it belongs. Leaves the word's bytes behind those of the last word. */
  #find(text: string, start: number, end: number): number {
    const from = this.#starts[this.#size];
    const most = from + (end - start) * MAX_UNIT_BYTES;
    if (most > this.#bytes.length) this.#bytes = new Uint8Array(this.#bytes.buffer.transfer(most + (most >>> 1)));
    const bytes = this.#bytes;
    const to = encodeUnits(text, start, end, bytes, from);
    this.#starts[this.#size + 1] = to;
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = hashBytes(bytes, from, to) & mask;
    while (slots[slot] > 0 && !this.#isEqual(slots[slot] - 1, from, to)) slot = (slot + 1) & mask;
    return slot;
  }

  #isEqual(index: number, from: number, to: number): boolean {
    const bytes = this.#bytes;
    let at = this.#starts[index];
    if (this.#starts[index + 1] - at !== to - from) return false;
    while (from < to) if (bytes[at++] !== bytes[from++]) return false;
    return true;
  }

  /** Appends the word whose bytes {@linkcode #find} left behind. */
  #insert(slot: number): void {
    this.#counts[this.#size++] = 0;
    this.#slots[slot] = this.#size;
  }

  /** Makes room for twice as many words. */
  #grow(): void {
    const capacity = 2 * this.#size;
    this.#starts = new Uint32Array(this.#starts.buffer.transfer(4 * (capacity + 1)));
    this.#counts = new Float64Array(this.#counts.buffer.transfer(8 * capacity));
    this.#fillSlots(new Uint32Array(2 * capacity));
  }

  #fillSlots(slots: Uint32Array<ArrayBuffer>): void {
    const mask = slots.length - 1;
    for (let i = 0; i < this.#size; i++) {
      let slot = hashBytes(this.#bytes, this.#starts[i], this.#starts[i + 1]) & mask;
      while (slots[slot] > 0) slot = (slot + 1) & mask;
      slots[slot] = i + 1;
    }
    this.#slots = slots;
  }

  /** Drops the words whose counts are in the lowest quarter. */
  #prune(): void {
    const starts = this.#starts;
    const counts = this.#counts;
    const threshold = counts.slice(0, this.#size).sort()[(this.#size - 1) >> 2];
    let kept = 0;
    let end = 0;
    for (let i = 0, start = 0; i < this.#size; i++) {
      const next = starts[i + 1];
      if (counts[i] <= threshold) this.#dropped += counts[i];
      else {
        this.#bytes.copyWithin(end, start, next);
        end += next - start;
        counts[kept++] = counts[i];
        starts[kept] = end;
      }
      start = next;
    }
    this.#size = kept;
    this.#maxError += threshold;
    this.#fillSlots(this.#slots.fill(0));
  }
}
