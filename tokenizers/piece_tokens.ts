import { detached } from "./detached.ts";
import type { Model, TokenSink } from "./models/model.ts";

/** The tokens of a piece: their ids and which of its code units they stand for. */
export interface PieceTokens {
  /** The ids. */
  readonly ids: readonly number[];
  /** The first code unit of each. */
  readonly starts: readonly number[];
  /** The code unit after the last one of each. */
  readonly ends: readonly number[];
}

/** Most pieces that are remembered; then all are forgotten. A text has the same words again and again. */
const MOST_PIECES = 2 ** 16;

/** The longest piece that is remembered, in code units. */
const LONGEST_PIECE = 64;

/** A model that remembers the tokens of the pieces that it has seen. */
export class PieceTokenizer {
  readonly #model: Model;
  readonly #known = new Map<string, PieceTokens>();

  /** Remembers nothing yet, and never anything of a model whose tokens are drawn at random. */
  constructor(model: Model) {
    this.#model = model;
  }

  /**
   * The tokens of a piece.
   *
   * @throws {RangeError} If the piece has what the vocabulary lacks and nothing stands for that.
   */
  tokens(piece: string): PieceTokens {
    const known = this.#known.get(piece);
    if (known !== undefined) return known;
    const tokens = new TokenLists();
    this.#model.tokenize(piece, tokens);
    if (this.#model.isDeterministic && piece.length <= LONGEST_PIECE) {
      if (this.#known.size >= MOST_PIECES) this.#known.clear();
      this.#known.set(detached(piece), tokens);
    }
    return tokens;
  }
}

class TokenLists implements PieceTokens, TokenSink {
  readonly ids: number[] = [];
  readonly starts: number[] = [];
  readonly ends: number[] = [];

  push(id: number, start: number, end: number): void {
    this.ids.push(id);
    this.starts.push(start);
    this.ends.push(end);
  }
}
