import { characterEnd, LongestMatch } from "../longest_match.ts";
import { UNKNOWN } from "./lattice_edges.ts";
import { MARK, matchable, type Piece, type Segmenter, userDefined } from "./sentencepiece_pieces.ts";

/** SentencePiece's character model: splits a text into user-defined pieces and characters. */
export class CharacterSegmenter implements Segmenter {
  readonly #ids: ReadonlyMap<string, number>;
  readonly #symbols: LongestMatch;

  /** Creates a segmenter with these pieces. */
  constructor(pieces: readonly Piece[]) {
    this.#ids = matchable(pieces);
    this.#symbols = new LongestMatch("build a SentencePiece model", userDefined(pieces));
  }

  /** Splits a text into pieces. */
  segment(text: string): number[] {
    const found: number[] = [];
    for (let start = 0, end = 0; start < text.length; start = end) {
      end = this.#symbols.end(text, start);
      if (end === start) end = characterEnd(text, start);
      found.push(this.#ids.get(text.slice(start, end)) ?? UNKNOWN, end);
    }
    return found;
  }
}

/** SentencePiece's word model: splits a text before each mark. A word that is not a piece is unknown. */
export class WordSegmenter implements Segmenter {
  readonly #ids: ReadonlyMap<string, number>;

  /** Creates a segmenter with these pieces. */
  constructor(pieces: readonly Piece[]) {
    this.#ids = matchable(pieces);
  }

  /** Splits a text into pieces. */
  segment(text: string): number[] {
    const found: number[] = [];
    for (let start = 0, end = 0; start < text.length; start = end) {
      const mark = text.indexOf(MARK, start + 1);
      end = mark < 0 ? text.length : mark;
      found.push(this.#ids.get(text.slice(start, end)) ?? UNKNOWN, end);
    }
    return found;
  }
}
