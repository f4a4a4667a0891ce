import { grownFloats, grownInts } from "../grown.ts";
import { Trie } from "./trie.ts";

/** The id of an unknown character. */
export const UNKNOWN = -1;

/** Distance of an unknown character's score below that of the least likely piece. */
const UNKNOWN_PENALTY = 10;

/**
 * Finds the pieces that end at a position of a text: the edges of the segmentation lattice. A character that is not a
 * piece gets an edge with the id {@linkcode UNKNOWN}, so every text has a segmentation.
 *
 * The trie holds the pieces reversed, so the edges into a position are found on demand and the lattice need not be
 * stored.
 */
export class LatticeEdges {
  /** The reversed pieces and their ids. */
  readonly trie: Trie;
  /** The score of each piece. */
  readonly scores: Float64Array;
  /** The score of an unknown character. */
  readonly unknownScore: number;
  /** The starts of the edges found last, shortest piece first, an unknown character last. */
  starts: Int32Array<ArrayBuffer> = new Int32Array(16);
  /** The piece of each edge. */
  ids: Int32Array<ArrayBuffer> = new Int32Array(16);
  /** The score of each edge. */
  values: Float64Array<ArrayBuffer> = new Float64Array(16);

  /**
   * @param pieces The pieces, all distinct; a piece's index is its id.
   * @param scores The score of each; a piece with -Infinity never matches.
   * @param unknownScore The score of an unknown character. Default: 10 below the lowest score.
   */
  constructor(pieces: readonly string[], scores: Float64Array, unknownScore?: number) {
    this.scores = scores;
    const ids = [...pieces.keys()].filter((id) => scores[id] > -Infinity);
    this.trie = new Trie(ids.map((id) => [pieces[id].split("").reverse().join(""), id]));
    this.unknownScore = unknownScore ??
      ids.reduce((least, id) => Math.min(least, scores[id]), Infinity) - UNKNOWN_PENALTY;
  }

  /** Finds the edges that end at a character boundary and returns their number. */
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

/** Whether a position does not split a surrogate pair. */
export function isBoundary(text: string, at: number): boolean {
  return (text.charCodeAt(at) & 0xfc00) !== 0xdc00 || at === 0 || (text.charCodeAt(at - 1) & 0xfc00) !== 0xd800;
}

/** The start of the character before a position. */
export function lastCharacter(text: string, end: number): number {
  return isBoundary(text, end - 1) ? end - 1 : end - 2;
}
