/** Receives the tokens of a piece: their ids and their ranges in code units of the piece. */
export interface TokenSink {
  /**
   * Appends a token.
   *
   * @param id The token's id.
   * @param start The start of the token in the piece, in code units.
   * @param end The end (exclusive) of the token.
   */
  push(id: number, start: number, end: number): void;
  /** Whether what has no token is left out where a model without an unknown token would refuse it. Default: false. */
  readonly leavesOutUnknown?: boolean;
}

/** Turns a piece of text into tokens of a fixed vocabulary. */
export interface Model {
  /** The name of the type in a `tokenizer.json`. */
  readonly type: "WordLevel" | "BPE" | "WordPiece" | "Unigram";
  /** The tokens and their ids, which may have gaps. */
  readonly vocabulary: ReadonlyMap<string, number>;
  /** The id for text outside the vocabulary; `undefined` if there is none. */
  readonly unknownId: number | undefined;
  /** Whether a piece always gives the same tokens; false with dropout or sampling. */
  readonly isDeterministic: boolean;

  /**
   * Tokenizes a piece, emitting tokens in order.
   *
   * @param piece A piece from the pre-tokenizer, never empty.
   * @param tokens Receives the tokens.
   * @throws {RangeError} If the piece contains something outside the vocabulary and there is no unknown token.
   */
  tokenize(piece: string, tokens: TokenSink): void;

  /**
   * The same model, with the same ids, except that it finds none of these tokens in a text. The unknown token remains.
   * Without this method, a model may find them.
   */
  without?(tokens: ReadonlySet<string>): Model;

  /** Converts this part to its `tokenizer.json` form. */
  toJSON(): unknown;
}
