import { detached } from "./detached.ts";
import type { Model, TokenSink } from "./models/model.ts";

/** The tokens of a piece: their ids and ranges in code units. */
export interface PieceTokens {
  /** The ids. */
  readonly ids: readonly number[];
  /** The start of each token. */
  readonly starts: readonly number[];
  /** The end (exclusive) of each token. */
  readonly ends: readonly number[];
}

/** Maximum number of cached pieces; a full cache is cleared. Texts repeat the same words often. */
const MAX_CACHED_PIECES = 2 ** 16;

/** Maximum length of a cached piece, in code units. */
const MAX_CACHED_LENGTH = 64;

/** Caches the tokens that a model produces for each piece. */
export class PieceTokenizer {
  readonly #model: Model;
  readonly #known = new Map<string, PieceTokens>();

  /** Starts empty. A nondeterministic model is never cached. */
  constructor(model: Model) {
    this.#model = model;
  }

  /**
   * Tokenizes a piece.
   *
   * @throws {RangeError} If the piece contains something outside the vocabulary and there is no unknown token.
   */
  tokens(piece: string): PieceTokens {
    const known = this.#known.get(piece);
    if (known !== undefined) return known;
    const tokens = new TokenLists();
    this.#model.tokenize(piece, tokens);
    if (this.#model.isDeterministic && piece.length <= MAX_CACHED_LENGTH) {
      if (this.#known.size >= MAX_CACHED_PIECES) this.#known.clear();
      this.#known.set(detached(piece), tokens);
    }
    return tokens;
  }
}

/** Tokenizes a piece, and leaves out what has no token. */
export function knownTokens(model: Model, piece: string): PieceTokens {
  const tokens = new TokenLists(true);
  model.tokenize(piece, tokens);
  return tokens;
}

class TokenLists implements PieceTokens, TokenSink {
  readonly ids: number[] = [];
  readonly starts: number[] = [];
  readonly ends: number[] = [];

  constructor(readonly leavesOutUnknown = false) {}

  push(id: number, start: number, end: number): void {
    this.ids.push(id);
    this.starts.push(start);
    this.ends.push(end);
  }
}
