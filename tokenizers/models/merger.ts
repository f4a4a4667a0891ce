import { grownInts } from "../grown.ts";
import type { SeededRandom } from "../random.ts";
import { mergeInBlocks } from "./block_merger.ts";
import { type MergeTable, NEVER } from "./merge_table.ts";
import { MinHeap } from "./min_heap.ts";

/** Up to so many symbols, looking at all pairs for each merge is quicker than a heap. */
const SHORT = 48;

/** From so many symbols on, a piece is merged in blocks. */
const LONG = 2 ** 15;

/** Places that a key of the heap has room for beside the rank, in the 53 bits of a number. */
const PLACES = 2 ** 29;

/**
 * Merges the symbols of one piece. Its arrays serve for piece after piece, since most pieces are over in less time than
 * an array takes to be made: `clear`, `add` each symbol, `merge`, then read the tokens.
 */
export class Merger {
  readonly #merges: MergeTable;
  readonly #heap = new MinHeap();
  /** The id of each symbol, afterwards of each token. */
  #ids = new Int32Array(SHORT + 1);
  /** The first symbol of each token. */
  #firsts = new Int32Array(SHORT + 1);
  /** The rank of the pair that begins at each symbol. */
  #ranks = new Int32Array(SHORT + 1);
  /** The neighbours of each symbol, where a heap is used. */
  #next = new Int32Array(0);
  #previous = new Int32Array(0);
  #length = 0;

  /** No symbols yet. */
  constructor(merges: MergeTable) {
    this.#merges = merges;
  }

  /** Forgets all symbols. */
  clear(): void {
    this.#length = 0;
  }

  /** Appends a symbol. */
  add(id: number): void {
    if (this.#length + 1 === this.#ids.length) this.#grow();
    this.#ids[this.#length++] = id;
  }

  /**
   * Merges pairs, the lowest rank first and of equal ranks the leftmost, until none can be. Returns the number of
   * tokens.
   *
   * @param dropout Chance that a merge is passed over at a time when it could be made (Provilkov et al. 2020); needs
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

  /** The first of the symbols that a token is made of; for the number of tokens, the number of symbols. */
  first(token: number): number {
    return this.#firsts[token];
  }

  /** In time that grows as the square of the length, but with nothing to set up. */
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
   * With a heap, whose keys are ranks and places, in time that grows as n log n. A merge that is passed over waits
   * until a key is not, as in the reference.
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
      const rank = Math.floor(key / PLACES);
      const at = key - rank * PLACES;
      // A pair that has changed since has another rank, and a key of its own.
      if (ranks[at] === rank) this.#join(at);
    }
    this.#unlink();
  }

  /** Block by block; tells whether that was possible. */
  #mergeBlocks(): boolean {
    const tokens = mergeInBlocks(this.#ids.slice(0, this.#length), new Merger(this.#merges));
    if (tokens === undefined) return false;
    this.#ids.set(tokens.ids.subarray(0, tokens.count));
    this.#firsts.set(tokens.firsts.subarray(0, tokens.count));
    this.#length = tokens.count;
    return true;
  }

  /** Links each symbol with its neighbours. */
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

  /** Puts the symbols that are left side by side. */
  #unlink(): void {
    let tokens = 0;
    for (let i = 0; i < this.#length; i = this.#next[i]) {
      this.#ids[tokens] = this.#ids[i];
      this.#firsts[tokens++] = i;
    }
    this.#length = tokens;
  }

  /** Queues the merge of a symbol with the next one, if there is one. */
  #offer(at: number): void {
    const next = this.#next[at];
    const rank = next < this.#length ? this.#merges.rank(this.#ids[at], this.#ids[next]) : NEVER;
    this.#ranks[at] = rank;
    if (rank !== NEVER) this.#heap.push(rank * PLACES + at);
  }

  /** Makes one symbol of a symbol and the next one; the pairs around it change. */
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
    if (capacity > PLACES) throw new RangeError(`tokenize: expected a piece of at most ${PLACES} symbols, found more`);
    this.#ids = grownInts(this.#ids, capacity);
    this.#firsts = new Int32Array(capacity);
    this.#ranks = new Int32Array(capacity);
  }
}

/**
 * The place of the lowest of the first ranks, the leftmost if there are several; -1 if none is below {@linkcode NEVER}.
 */
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
