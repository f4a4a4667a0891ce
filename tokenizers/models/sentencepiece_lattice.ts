import { Lattice } from "./lattice.ts";
import { MARK, matchable, type Piece, type Segmenter } from "./sentencepiece_pieces.ts";

/** The least positive normal number in single precision. */
const LEAST_POSITIVE = 2 ** -126;

/** How far an unknown character's score lies below that of the least likely piece. */
const UNKNOWN_PENALTY = 10;

/** Longer texts are cut: in single precision, a sum of many scores no longer tells their last digits apart. */
const MAX_LENGTH = 2 ** 16;

/**
 * SentencePiece's unigram model: finds the pieces with the greatest sum of scores, added up in single precision.
 * Special and unused pieces never match. A user-defined piece scores better than any segmentation of its text.
 */
export class SentencePieceLattice implements Segmenter {
  readonly #lattice: Lattice;
  readonly #isCuttable: boolean;

  /** Creates a lattice of these pieces. */
  constructor(pieces: readonly Piece[]) {
    const { lowest } = scoreRange(pieces);
    this.#lattice = new Lattice(pieces.map(({ text }) => text), matchingScores(pieces), {
      unknownScore: Math.fround(lowest - UNKNOWN_PENALTY),
      precision: "single",
    });
    this.#isCuttable = neverCrossesMarks(pieces);
  }

  /** Splits a text into pieces. A text of more than 65,536 code units is cut before a mark, if no piece crosses it. */
  segment(text: string): readonly number[] {
    if (text.length <= MAX_LENGTH || !this.#isCuttable) return this.#lattice.best(text).pieces;
    const pieces: number[] = [];
    for (let start = 0, end = 0; start < text.length; start = end) {
      end = cutAfter(text, start);
      const found = this.#lattice.best(text.slice(start, end)).pieces;
      for (let i = 0; i < found.length; i += 2) pieces.push(found[i], start + found[i + 1]);
    }
    return pieces;
  }
}

/**
 * The lowest and the highest score of the normal pieces; SentencePiece takes a highest score that is not positive as 0.
 */
export function scoreRange(pieces: readonly Piece[]): { lowest: number; highest: number } {
  let [lowest, highest] = [Infinity, LEAST_POSITIVE];
  for (const { score, type } of pieces) {
    if (type !== "normal") continue;
    lowest = Math.min(lowest, score);
    highest = Math.max(highest, score);
  }
  return { lowest: lowest === Infinity ? 0 : lowest, highest };
}

/** The score of a user-defined piece. */
export function userDefinedScore(text: string, highest: number): number {
  return Math.fround(new TextEncoder().encode(text).length * highest) - 0.1;
}

/**
 * Whether the mark is a piece by itself, so unknown characters around it do not fuse with it, and occurs in other
 * pieces only at their start.
 */
export function neverCrossesMarks(pieces: readonly Piece[]): boolean {
  const texts = matchable(pieces);
  return texts.has(MARK) && [...texts.keys()].every((text) => text.lastIndexOf(MARK) <= 0);
}

/** The score of each piece in a text; -Infinity if it never matches. */
function matchingScores(pieces: readonly Piece[]): Float64Array {
  const { highest } = scoreRange(pieces);
  return Float64Array.from(pieces, ({ text, score, type }) => {
    if (type === "user-defined") return userDefinedScore(text, highest);
    return type === "normal" ? score : -Infinity;
  });
}

/**
 * The last place at which a text can be cut after a start, near the greatest length, or else the first one after it.
 */
function cutAfter(text: string, start: number): number {
  const limit = start + MAX_LENGTH;
  if (limit >= text.length) return text.length;
  const cut = text.lastIndexOf(MARK, limit);
  if (cut > start) return cut;
  const next = text.indexOf(MARK, limit);
  return next < 0 ? text.length : next;
}
