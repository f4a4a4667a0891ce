/** Pieces and their scores during training. */
export interface ScoredPieces {
  /** The pieces, all distinct. */
  readonly tokens: readonly string[];
  /** Each piece's score, the natural logarithm of its probability. */
  readonly scores: Float64Array;
}

/** A distinct piece of the corpus and its count. */
export type CountedWord = readonly [text: string, count: number];

/** Selects pieces by id, in the given order. */
export function chosen({ tokens, scores }: ScoredPieces, ids: readonly number[]): ScoredPieces {
  return { tokens: ids.map((id) => tokens[id]), scores: Float64Array.from(ids, (id) => scores[id]) };
}
