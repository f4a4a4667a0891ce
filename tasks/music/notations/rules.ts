/** Reads one piece token by token: says which tokens are possible next, and describes where in the piece they stand. */
export interface PieceReader {
  /** Number of completed time steps, or of completed bars in notations without steps. */
  readonly steps: number;
  /** Whether the piece may end here. */
  readonly isComplete: boolean;
  /** Whether the next token begins a group, before which the recurrent layers take a step. */
  readonly startsGroup: boolean;
  /** Sets `allowed[id]` to 1 for each token [V] that is possible next; the others are 0 before the call. */
  allow(allowed: Uint8Array): void;
  /** Sets to 1 the features [C] of the group that begins here; the others are 0 before the call. */
  describe(features: Float32Array): void;
  /** Sets to 1 the features [I] of the next token within its group; the others are 0 before the call. */
  describeInside(features: Float32Array): void;
  /** Goes past a token. The caller has made sure that it is possible. */
  read(id: number): void;
  /** Returns a reader that stands at the same place of the same piece. */
  copy(): PieceReader;
}

/** The grammar of a notation: which tokens may follow which, and what is told to the network besides the tokens. */
export interface MusicRules {
  /** Number of ids V: those of the tokenizer, and `begin`. */
  readonly vocabSize: number;
  /** Number of features C that describe where a group stands. */
  readonly features: number;
  /** Number of features I that describe a token within its group; 0 if every token is a group. */
  readonly insideFeatures: number;
  /** The last id, which the network reads before the first token of a piece; it occurs in no piece. */
  readonly begin: number;
  /** Reads a piece from its beginning. */
  start(): PieceReader;
}
