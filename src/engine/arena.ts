import { type Address, offset } from "../kernels/mod.ts";
import type { Space } from "./space.ts";
import { ifRoom, wholeLines } from "./memory.ts";

/** The smallest chunk of an arena, in bytes. */
const MIN_CHUNK_BYTES = 1 << 20;

interface Chunk {
  address: Address;
  bytes: number;
}

/** A position in an arena to which it can be reset. */
export interface Mark {
  /** Index of the chunk being filled. */
  readonly chunk: number;
  /** Bytes taken from that chunk. */
  readonly used: number;
  /** Bytes taken in total. */
  readonly taken: number;
}

/**
 * A bump allocator: memory is taken piece by piece and freed all at once. A step that needs more than the arena holds
 * adds a chunk; the next one that finds the arena empty joins the chunks into one, if there is room, so that nothing
 * is allocated from then on. Freeing allocates nothing: what a step has left can be read until the next allocation.
 */
export class Arena implements Disposable {
  #memory: Space;
  #chunks: Chunk[] = [];
  #current = 0;
  #used = 0;
  /** Bytes in use, now and at most. */
  #taken = 0;
  #mostTaken = 0;
  #moves = 0;
  #loans = 0;

  /** Creates an arena without allocating anything. */
  constructor(memory: Space) {
    this.#memory = memory;
  }

  /** Total size of all chunks, in bytes. */
  get bytes(): number {
    return this.#chunks.reduce((sum, chunk) => sum + chunk.bytes, 0);
  }

  /** Largest number of bytes in use at once: what a step needs. */
  get peakBytes(): number {
    return this.#mostTaken;
  }

  /** The number of times that the chunks were replaced: until the next time, equal steps get equal addresses. */
  get moves(): number {
    return this.#moves;
  }

  /** Whether what is taken now is freed before the step ends. */
  get isLending(): boolean {
    return this.#loans > 0;
  }

  /** Takes `bytes` and returns their address; the contents are undefined. */
  allocate(bytes: number): Address {
    const wanted = wholeLines(bytes);
    this.join();
    while (this.#current < this.#chunks.length && this.#used + wanted > this.#chunks[this.#current].bytes) {
      if (this.#extendLast(wanted)) break;
      this.#current++;
      this.#used = 0;
    }
    if (this.#current === this.#chunks.length) this.#addChunk(wanted);
    const address = offset(this.#chunks[this.#current].address, this.#used, 1);
    this.#used += wanted;
    this.#taken += wanted;
    this.#mostTaken = Math.max(this.#mostTaken, this.#taken);
    this.#memory.noteAllocation(address, wanted);
    return address;
  }

  /** Joins the chunks into one if the arena is empty and has several, and there is room for it. */
  join(): void {
    if (this.#taken > 0 || this.#chunks.length < 2) return;
    const bytes = Math.max(MIN_CHUNK_BYTES, this.#mostTaken);
    this[Symbol.dispose]();
    // Without room, the step that fitted in pieces takes them again.
    const chunk = ifRoom(() => this.#take(bytes));
    if (chunk) this.#chunks = [chunk];
  }

  /** The current position. */
  mark(): Mark {
    return { chunk: this.#current, used: this.#used, taken: this.#taken };
  }

  /** Frees everything taken since the mark. */
  reset(mark: Mark): void {
    this.#current = mark.chunk;
    this.#used = mark.used;
    this.#taken = mark.taken;
  }

  /** Runs `body`, then frees everything that it has taken. */
  lend<T>(body: () => T): T {
    const mark = this.mark();
    this.#loans++;
    try {
      return body();
    } finally {
      this.#loans--;
      this.reset(mark);
    }
  }

  /** Frees all memory. */
  [Symbol.dispose](): void {
    for (const chunk of this.#chunks.splice(0)) this.#memory.release(chunk.address);
    this.#current = 0;
    this.#used = 0;
    this.#taken = 0;
    this.#moves++;
  }

  /** Extends the last chunk in place if it is the one being filled; a second chunk would waste its remainder. */
  #extendLast(wanted: number): boolean {
    const last = this.#chunks[this.#current];
    if (this.#current !== this.#chunks.length - 1) return false;
    const missing = this.#used + wanted - last.bytes;
    const bytes = [this.#more(missing), missing].find((bytes) => this.#memory.extend(last.address, bytes));
    if (bytes === undefined) return false;
    last.bytes += bytes;
    return true;
  }

  #take(bytes: number): Chunk {
    return { address: this.#memory.allocate(bytes), bytes };
  }

  #addChunk(wanted: number): void {
    this.#chunks.push(ifRoom(() => this.#take(this.#more(wanted))) ?? this.#take(wanted));
  }

  /**
   * Returns how much to allocate when `wanted` bytes are missing, if there is room: large pieces keep allocations rare.
   */
  #more(wanted: number): number {
    return wholeLines(Math.max(wanted, MIN_CHUNK_BYTES, this.bytes / 8));
  }
}
