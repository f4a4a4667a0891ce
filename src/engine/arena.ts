import { type Memory, wholeLines } from "./memory.ts";

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
}

/**
 * Memory that is taken piece by piece and given back all at once. A step that needs more than the arena has adds a chunk; when the arena
 * is empty again its chunks are joined into one, so that from the second step on nothing is allocated.
 */
export class Arena {
  #memory: Memory;
  #chunks: Chunk[] = [];
  #current = 0;
  #used = 0;

  /** Takes nothing yet. */
  constructor(memory: Memory) {
    this.#memory = memory;
  }

  /** Bytes in all chunks. */
  get bytes(): number {
    return this.#chunks.reduce((sum, chunk) => sum + chunk.bytes, 0);
  }

  /** Takes `bytes`; their contents are undefined. */
  allocate(bytes: number): number {
    const wanted = wholeLines(bytes);
    while (this.#current < this.#chunks.length && this.#used + wanted > this.#chunks[this.#current].bytes) {
      this.#current++;
      this.#used = 0;
    }
    if (this.#current === this.#chunks.length) this.#addChunk(wanted);
    const address = this.#chunks[this.#current].address + this.#used;
    this.#used += wanted;
    return address;
  }

  /** The present position. */
  mark(): Mark {
    return { chunk: this.#current, used: this.#used };
  }

  /** Gives back all that was taken since the mark. */
  reset(mark: Mark): void {
    this.#current = mark.chunk;
    this.#used = mark.used;
    if (mark.chunk === 0 && mark.used === 0 && this.#chunks.length > 1) this.#joinChunks();
  }

  #addChunk(wanted: number): void {
    const bytes = Math.max(wanted, CHUNK, this.bytes / 2);
    this.#chunks.push({ address: this.#memory.allocate(bytes), bytes });
  }

  #joinChunks(): void {
    const bytes = this.bytes;
    for (const chunk of this.#chunks.splice(0)) this.#memory.release(chunk.address);
    this.#chunks = [{ address: this.#memory.allocate(bytes), bytes }];
  }
}
