import type { Space } from "./space.ts";
import { wholeLines } from "./memory.ts";

/** Smallest chunk of an arena, in bytes. */
const CHUNK = 1 << 20;

interface Chunk {
  address: number;
  bytes: number;
}

/** A position in an arena to which it can be reset. */
export interface Mark {
  /** The chunk that was being filled. */
  readonly chunk: number;
  /** Bytes of it that were taken. */
  readonly used: number;
  /** Bytes that were taken in all. */
  readonly taken: number;
}

/**
 * Memory that is taken piece by piece and given back all at once. A step that needs more than the arena has adds a chunk; when the arena
 * is empty again its chunks are joined into one, so that from the second step on nothing is allocated.
 */
export class Arena implements Disposable {
  #memory: Space;
  #chunks: Chunk[] = [];
  #current = 0;
  #used = 0;
  /** Bytes of the pieces that are taken, and of those that ever were at once. */
  #taken = 0;
  #mostTaken = 0;

  /** Takes nothing yet. */
  constructor(memory: Space) {
    this.#memory = memory;
  }

  /** Bytes in all chunks. */
  get bytes(): number {
    return this.#chunks.reduce((sum, chunk) => sum + chunk.bytes, 0);
  }

  /** Most bytes that were taken at once: what a step needs. */
  get peakBytes(): number {
    return this.#mostTaken;
  }

  /** Takes `bytes`; their contents are undefined. */
  allocate(bytes: number): number {
    const wanted = wholeLines(bytes);
    while (this.#current < this.#chunks.length && this.#used + wanted > this.#chunks[this.#current].bytes) {
      if (this.#extendLast(wanted)) break;
      this.#current++;
      this.#used = 0;
    }
    if (this.#current === this.#chunks.length) this.#addChunk(wanted);
    const address = this.#chunks[this.#current].address + this.#used;
    this.#used += wanted;
    this.#taken += wanted;
    this.#mostTaken = Math.max(this.#mostTaken, this.#taken);
    return address;
  }

  /** The present position. */
  mark(): Mark {
    return { chunk: this.#current, used: this.#used, taken: this.#taken };
  }

  /** Gives back all that was taken since the mark. */
  reset(mark: Mark): void {
    this.#current = mark.chunk;
    this.#used = mark.used;
    this.#taken = mark.taken;
    if (mark.chunk === 0 && mark.used === 0 && this.#chunks.length > 1) this.#joinChunks();
  }

  /** Gives all memory back. */
  [Symbol.dispose](): void {
    for (const chunk of this.#chunks.splice(0)) this.#memory.release(chunk.address);
    this.#current = 0;
    this.#used = 0;
    this.#taken = 0;
  }

  /** Makes the last chunk longer in place, if it is the present one: a second chunk would leave its end unused. */
  #extendLast(wanted: number): boolean {
    const last = this.#chunks[this.#current];
    if (this.#current !== this.#chunks.length - 1) return false;
    const bytes = this.#more(this.#used + wanted - last.bytes);
    if (!this.#memory.extend(last.address, bytes)) return false;
    last.bytes += bytes;
    return true;
  }

  #addChunk(wanted: number): void {
    const bytes = this.#more(wanted);
    this.#chunks.push({ address: this.#memory.allocate(bytes), bytes });
  }

  /** How much more to take where `wanted` bytes are missing: not too little, so that it seldom happens. */
  #more(wanted: number): number {
    return wholeLines(Math.max(wanted, CHUNK, this.bytes / 8));
  }

  #joinChunks(): void {
    const bytes = Math.max(CHUNK, this.#mostTaken);
    for (const chunk of this.#chunks.splice(0)) this.#memory.release(chunk.address);
    this.#chunks = [{ address: this.#memory.allocate(bytes), bytes }];
  }
}
