/** Where a model puts the tokens of a piece: their ids, and which code units of the piece each stands for. */
export interface TokenSink {
  /**
   * Appends a token.
   *
   * @param id The token's id.
   * @param start The first code unit of the piece that it stands for.
   * @param end The code unit after its last one.
   */
  push(id: number, start: number, end: number): void;
}

/** Turns a piece of text into tokens of a fixed vocabulary. */
export interface Model {
  /** The type's name in a `tokenizer.json`. */
  readonly type: "WordLevel" | "BPE" | "WordPiece" | "Unigram";
  /** The tokens and their ids. Ids may have holes, which added tokens fill. */
  readonly vocabulary: ReadonlyMap<string, number>;
  /** The id for what the vocabulary lacks; `undefined` where there is none. */
  readonly unknownId: number | undefined;
  /** Whether a piece always gives the same tokens; not so with dropout or sampling. */
  readonly isDeterministic: boolean;

  /**
   * The tokens of a piece, in order.
   *
   * @param piece A piece that a pre-tokenizer cut, never empty.
   * @param tokens What takes the tokens.
   * @throws {RangeError} If the piece contains something outside the vocabulary and there is no unknown token.
   */
  tokenize(piece: string, tokens: TokenSink): void;

  /** Converts this part to its `tokenizer.json` form. */
  toJSON(): unknown;
}
