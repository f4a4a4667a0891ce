import { InputRangeError } from "../../errors.ts";
import { characterEnd, LongestMatch } from "../longest_match.ts";
import { grownInts } from "../grown.ts";
import { UNKNOWN } from "./lattice_edges.ts";
import { MinHeap } from "./min_heap.ts";
import { matchable, type Piece, type Segmenter, userDefined } from "./sentencepiece_pieces.ts";
import type { SeededRandom } from "../random.ts";

/** The rank of two neighbors that do not form a piece. */
const NEVER = -1;

/** Positions that fit in a heap key beside the rank, in the 53 bits of a number. */
const MAX_POSITIONS = 2 ** 29;

/** How merges are skipped at random. */
export interface MergeSkipping {
  /** The probability of skipping a merge. */
  readonly dropout: number;
  /** Draws which merges are skipped. */
  readonly random: SeededRandom;
}

/**
 * SentencePiece's byte-pair encoding. Starts from characters and user-defined pieces and merges any two neighbors whose
 * texts together are a piece: the piece with the highest score first, leftmost among equals. User-defined pieces are
 * never merged. An unused piece is split again into the parts that it was merged from.
 */
export class SentencePieceMerger implements Segmenter {
  readonly #ids: ReadonlyMap<string, number>;
  /** For each piece, the position of its score among all scores; equal scores have equal ranks. */
  readonly #ranks: Int32Array;
  readonly #unused: ReadonlySet<number>;
  readonly #symbols: LongestMatch;
  readonly #longest: number;
  readonly #skipping: MergeSkipping | undefined;
  readonly #heap = new MinHeap();
  /** Where each unused piece that was found is split. */
  readonly #splits = new Map<string, number>();
  /** The end of each symbol and its neighbors, by its start; the rank of the pair that starts there. */
  #ends = new Int32Array(64);
  #previous = new Int32Array(64);
  #pairs = new Int32Array(64);
  /** 1 for each start of a symbol that is never merged. */
  #isFrozen = new Uint8Array(64);

  /** Creates a merger; without skipping, it is deterministic. */
  constructor(pieces: readonly Piece[], skipping?: MergeSkipping) {
    const scores = [...new Set(pieces.map(({ score }) => score))].sort((a, b) => b - a);
    const ranks = new Map(scores.map((score, rank) => [score, rank]));
    this.#ids = matchable(pieces);
    this.#ranks = Int32Array.from(pieces, ({ score }) => ranks.get(score)!);
    this.#unused = new Set([...pieces.keys()].filter((id) => pieces[id].type === "unused"));
    this.#symbols = new LongestMatch("build a SentencePiece model", userDefined(pieces));
    this.#longest = pieces.reduce((longest, { text }) => Math.max(longest, text.length), 0);
    this.#skipping = skipping;
  }

  /** Splits a text into pieces. */
  segment(text: string): number[] {
    this.#begin(text);
    const { dropout, random } = this.#skipping ?? { dropout: 0, random: undefined };
    while (this.#heap.size > 0) {
      const key = this.#heap.pop();
      const rank = Math.floor(key / MAX_POSITIONS);
      const start = key - rank * MAX_POSITIONS;
      // A pair that has changed has another rank and its own key.
      if (this.#pairs[start] !== rank) continue;
      if (random === undefined || random.next() >= dropout) this.#merge(text, start);
    }
    const found: number[] = [];
    for (let start = 0; start < text.length; start = this.#ends[start]) {
      this.#emit(text, start, this.#ends[start], found);
    }
    return found;
  }

  /** Splits a text into symbols and queues their pairs. */
  #begin(text: string): void {
    this.#reserve(text.length);
    this.#heap.clear();
    this.#splits.clear();
    let previous = -1;
    for (let start = 0; start < text.length; start = this.#ends[start]) {
      const symbolEnd = this.#symbols.end(text, start);
      this.#isFrozen[start] = symbolEnd > start ? 1 : 0;
      this.#ends[start] = symbolEnd > start ? symbolEnd : characterEnd(text, start);
      this.#previous[start] = previous;
      this.#pairs[start] = NEVER;
      if (previous >= 0) this.#offer(text, previous);
      previous = start;
    }
  }

  /** Queues the merge of a symbol with the next one, if they form a piece. */
  #offer(text: string, start: number): void {
    this.#pairs[start] = NEVER;
    const middle = this.#ends[start];
    if (middle === text.length || this.#isFrozen[start] === 1 || this.#isFrozen[middle] === 1) return;
    const end = this.#ends[middle];
    if (end - start > this.#longest) return;
    const piece = text.slice(start, end);
    const id = this.#ids.get(piece);
    if (id === undefined) return;
    this.#pairs[start] = this.#ranks[id];
    this.#heap.push(this.#ranks[id] * MAX_POSITIONS + start);
    if (this.#unused.has(id)) this.#splits.set(piece, middle - start);
  }

  /** Merges a symbol with the next one and queues the pairs around it. */
  #merge(text: string, start: number): void {
    const middle = this.#ends[start];
    const end = this.#ends[middle];
    this.#ends[start] = end;
    this.#pairs[middle] = NEVER;
    if (end < text.length) this.#previous[end] = start;
    if (this.#previous[start] >= 0) this.#offer(text, this.#previous[start]);
    this.#offer(text, start);
  }

  #emit(text: string, start: number, end: number, found: number[]): void {
    const piece = text.slice(start, end);
    const id = this.#ids.get(piece) ?? UNKNOWN;
    const split = this.#unused.has(id) ? this.#splits.get(piece) : undefined;
    if (split === undefined) {
      found.push(id, end);
      return;
    }
    this.#emit(text, start, start + split, found);
    this.#emit(text, start + split, end, found);
  }

  #reserve(length: number): void {
    if (length <= this.#ends.length) return;
    if (length > MAX_POSITIONS) {
      throw new InputRangeError(`tokenize: expected at most ${MAX_POSITIONS} characters, found more`);
    }
    const capacity = Math.max(2 * this.#ends.length, length);
    this.#ends = grownInts(this.#ends, capacity);
    this.#previous = grownInts(this.#previous, capacity);
    this.#pairs = grownInts(this.#pairs, capacity);
    this.#isFrozen = new Uint8Array(capacity);
  }
}
