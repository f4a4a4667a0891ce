import { grownFloats, grownInts } from "../grown.ts";
import { Trie } from "./trie.ts";

/** The id of a character that no piece stands for. */
export const UNKNOWN = -1;

/** How much less than the unlikeliest piece an unknown character scores. */
const UNKNOWN_PENALTY = 10;

/**
 * Finds the pieces that end at a place of a text: the edges of the lattice of its segmentations. A character that is no
 * piece by itself is one with the id {@linkcode UNKNOWN}, so that every text has a segmentation.
 *
 * The trie holds the pieces backwards. What leads to a place is so found where it is needed, and no lattice need be
 * stored.
 */
export class LatticeEdges {
  /** The pieces, backwards, and their ids. */
  readonly trie: Trie;
  /** The score of each piece. */
  readonly scores: Float64Array;
  /** The score of an unknown character. */
  readonly unknownScore: number;
  /** Where each of the edges that were found last begins; the shortest comes first, but an unknown character last. */
  starts: Int32Array<ArrayBuffer> = new Int32Array(16);
  /** The piece of each. */
  ids: Int32Array<ArrayBuffer> = new Int32Array(16);
  /** The score of each. */
  values: Float64Array<ArrayBuffer> = new Float64Array(16);

  /**
   * @param pieces The pieces, all different. Their places are their ids.
   * @param scores The score of each.
   */
  constructor(pieces: readonly string[], scores: Float64Array) {
    this.scores = scores;
    this.trie = new Trie(pieces.map((piece, id) => [piece.split("").reverse().join(""), id]));
    let least = Infinity;
    for (const score of scores) if (score < least) least = score;
    this.unknownScore = least - UNKNOWN_PENALTY;
  }

  /** Finds the edges that end at a place, which is between two characters, and returns how many they are. */
  find(text: string, end: number): number {
    const { trie, scores } = this;
    const character = lastCharacter(text, end);
    let count = 0;
    let isKnown = false;
    let node = 0;
    for (let at = end - 1; at >= 0; at--) {
      node = trie.child(node, text.charCodeAt(at));
      if (node < 0) break;
      const id = trie.value(node);
      if (id < 0 || !isBoundary(text, at)) continue;
      if (at === character) isKnown = true;
      if (count + 1 >= this.starts.length) this.#grow();
      this.starts[count] = at;
      this.ids[count] = id;
      this.values[count++] = scores[id];
    }
    if (isKnown) return count;
    this.starts[count] = character;
    this.ids[count] = UNKNOWN;
    this.values[count++] = this.unknownScore;
    return count;
  }

  #grow(): void {
    const capacity = 2 * this.starts.length;
    this.starts = grownInts(this.starts, capacity);
    this.ids = grownInts(this.ids, capacity);
    this.values = grownFloats(this.values, capacity);
  }
}

/** Whether a place is not between the two halves of a character. */
export function isBoundary(text: string, at: number): boolean {
  return (text.charCodeAt(at) & 0xfc00) !== 0xdc00 || at === 0 || (text.charCodeAt(at - 1) & 0xfc00) !== 0xd800;
}

/** Where the character before a place begins. */
export function lastCharacter(text: string, end: number): number {
  return isBoundary(text, end - 1) ? end - 1 : end - 2;
}
