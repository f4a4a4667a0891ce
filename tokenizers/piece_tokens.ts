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

  readonly #leavesOutUnknown: boolean;

  /**
   * Starts empty. A nondeterministic model is never cached. `leavesOutUnknown` leaves out what has no token where the
   * model would throw.
   */
  constructor(model: Model, { leavesOutUnknown = false }: { readonly leavesOutUnknown?: boolean } = {}) {
    this.#model = model;
    this.#leavesOutUnknown = leavesOutUnknown;
  }

  /**
   * Tokenizes a piece.
   *
   * @throws {RangeError} If the piece contains something outside the vocabulary and there is no unknown token.
   */
  tokens(piece: string): PieceTokens {
    const known = this.#known.get(piece);
    if (known !== undefined) return known;
    const tokens = new TokenLists(this.#leavesOutUnknown);
    this.#model.tokenize(piece, tokens);
    if (this.#model.isDeterministic && piece.length <= MAX_CACHED_LENGTH) {
      if (this.#known.size >= MAX_CACHED_PIECES) this.#known.clear();
      this.#known.set(detached(piece), tokens);
    }
    return tokens;
  }
}

class TokenLists implements PieceTokens, TokenSink {
  readonly ids: number[] = [];
  readonly starts: number[] = [];
  readonly ends: number[] = [];

  constructor(readonly leavesOutUnknown: boolean) {}

  push(id: number, start: number, end: number): void {
    this.ids.push(id);
    this.starts.push(start);
    this.ends.push(end);
  }
}
