import { InputRangeError } from "../../errors.ts";
import { grownInts } from "../grown.ts";
import type { SeededRandom } from "../random.ts";
import { mergeInBlocks } from "./block_merger.ts";
import { type MergeTable, NEVER } from "./merge_table.ts";
import { MinHeap } from "./min_heap.ts";

/** Up to this many symbols, scanning all pairs for each merge is faster than a heap. */
const SHORT = 48;

/** From this many symbols on, a piece is merged in blocks. */
const LONG = 2 ** 15;

/** Positions that fit in a heap key beside the rank, in the 53 bits of a number. */
const MAX_POSITIONS = 2 ** 29;

/**
 * Merges the symbols of one piece: call `clear`, `add` each symbol, call `merge`, then read the tokens. Its arrays are
 * reused from piece to piece, since allocating them would take longer than merging most pieces.
 */
export class Merger {
  readonly #merges: MergeTable;
  readonly #heap = new MinHeap();
  /** The id of each symbol; after merging, of each token. */
  #ids = new Int32Array(SHORT + 1);
  /** The first symbol of each token. */
  #firsts = new Int32Array(SHORT + 1);
  /** The rank of the pair that starts at each symbol. */
  #ranks = new Int32Array(SHORT + 1);
  /** The neighbors of each symbol; used with the heap. */
  #next = new Int32Array(0);
  #previous = new Int32Array(0);
  #length = 0;

  /** Creates a merger without symbols. */
  constructor(merges: MergeTable) {
    this.#merges = merges;
  }

  /** Removes all symbols. */
  clear(): void {
    this.#length = 0;
  }

  /** Appends a symbol. */
  add(id: number): void {
    if (this.#length + 1 === this.#ids.length) this.#grow();
    this.#ids[this.#length++] = id;
  }

  /**
   * Merges pairs, lowest rank first and leftmost among equal ranks, until none is left. Returns the number of tokens.
   *
   * @param dropout Probability of skipping a merge each time it is considered (Provilkov et al. 2020); requires
   * `random`.
   */
  merge(dropout = 0, random?: SeededRandom): number {
    const symbols = this.#length;
    if (dropout > 0 && random !== undefined) this.#mergeQueued(() => random.next() < dropout);
    else if (symbols <= SHORT) this.#mergeShort();
    else if (symbols < LONG || !this.#mergeBlocks()) this.#mergeQueued(() => false);
    this.#firsts[this.#length] = symbols;
    return this.#length;
  }

  /** The id of a token. */
  id(token: number): number {
    return this.#ids[token];
  }

  /** The first symbol of a token; for the number of tokens, the number of symbols. */
  first(token: number): number {
    return this.#firsts[token];
  }

  /** Quadratic in the length, but without setup cost. */
  #mergeShort(): void {
    const [merges, ids, firsts, ranks] = [this.#merges, this.#ids, this.#firsts, this.#ranks];
    let pairs = this.#length - 1;
    for (let i = 0; i < pairs; i++) ranks[i] = merges.rank(ids[i], ids[i + 1]);
    for (let i = 0; i <= pairs; i++) firsts[i] = i;
    for (let best = lowest(ranks, pairs); best >= 0; best = lowest(ranks, pairs)) {
      ids[best] = merges.merged(ranks[best]);
      pairs--;
      for (let i = best + 1; i <= pairs; i++) {
        ids[i] = ids[i + 1];
        firsts[i] = firsts[i + 1];
        ranks[i] = ranks[i + 1];
      }
      if (best < pairs) ranks[best] = merges.rank(ids[best], ids[best + 1]);
      if (best > 0) ranks[best - 1] = merges.rank(ids[best - 1], ids[best]);
    }
    this.#length = pairs + 1;
  }

  /**
   * Uses a heap of ranks and positions, in O(n log n). As in the reference implementation, a skipped merge is queued
   * again once a key is not skipped.
   */
  #mergeQueued(isPassedOver: () => boolean): void {
    const [heap, ranks] = [this.#heap, this.#ranks];
    const waiting: number[] = [];
    heap.clear();
    this.#link();
    for (let i = 0; i < this.#length; i++) this.#offer(i);
    while (heap.size > 0) {
      const key = heap.pop();
      if (isPassedOver()) {
        waiting.push(key);
        continue;
      }
      while (waiting.length > 0) heap.push(waiting.pop()!);
      const rank = Math.floor(key / MAX_POSITIONS);
      const at = key - rank * MAX_POSITIONS;
      // A pair that has changed has another rank and its own key.
      if (ranks[at] === rank) this.#join(at);
    }
    this.#unlink();
  }

  /** Merges block by block; returns whether that was possible. */
  #mergeBlocks(): boolean {
    const tokens = mergeInBlocks(this.#ids.slice(0, this.#length), new Merger(this.#merges));
    if (tokens === undefined) return false;
    this.#ids.set(tokens.ids.subarray(0, tokens.count));
    this.#firsts.set(tokens.firsts.subarray(0, tokens.count));
    this.#length = tokens.count;
    return true;
  }

  /** Links each symbol to its neighbors. */
  #link(): void {
    if (this.#next.length < this.#length) {
      this.#next = new Int32Array(this.#ids.length);
      this.#previous = new Int32Array(this.#ids.length);
    }
    for (let i = 0; i < this.#length; i++) {
      this.#next[i] = i + 1;
      this.#previous[i] = i - 1;
    }
  }

  /** Compacts the remaining symbols. */
  #unlink(): void {
    let tokens = 0;
    for (let i = 0; i < this.#length; i = this.#next[i]) {
      this.#ids[tokens] = this.#ids[i];
      this.#firsts[tokens++] = i;
    }
    this.#length = tokens;
  }

  /** Queues the merge of a symbol with the next one, if they have one. */
  #offer(at: number): void {
    const next = this.#next[at];
    const rank = next < this.#length ? this.#merges.rank(this.#ids[at], this.#ids[next]) : NEVER;
    this.#ranks[at] = rank;
    if (rank !== NEVER) this.#heap.push(rank * MAX_POSITIONS + at);
  }

  /** Merges a symbol with the next one and updates the pairs around it. */
  #join(at: number): void {
    const next = this.#next[at];
    const after = this.#next[next];
    this.#ids[at] = this.#merges.merged(this.#ranks[at]);
    this.#ranks[next] = NEVER;
    this.#next[at] = after;
    if (after < this.#length) this.#previous[after] = at;
    this.#offer(at);
    if (at > 0) this.#offer(this.#previous[at]);
  }

  #grow(): void {
    const capacity = 2 * this.#ids.length;
    if (capacity > MAX_POSITIONS) {
      throw new InputRangeError(`tokenize: expected a piece of at most ${MAX_POSITIONS} symbols, found more`);
    }
    this.#ids = grownInts(this.#ids, capacity);
    this.#firsts = new Int32Array(capacity);
    this.#ranks = new Int32Array(capacity);
  }
}

/** The index of the lowest of the first ranks, leftmost among equals; -1 if none is below {@linkcode NEVER}. */
function lowest(ranks: Int32Array, count: number): number {
  let best = -1;
  let rank = NEVER;
  for (let i = 0; i < count; i++) {
    if (ranks[i] < rank) {
      rank = ranks[i];
      best = i;
    }
  }
  return best;
}
