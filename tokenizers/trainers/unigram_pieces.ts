/** Pieces with their scores while they are trained. */
export interface ScoredPieces {
  /** The pieces, all different. */
  readonly tokens: readonly string[];
  /** The score of each, the natural logarithm of its probability. */
  readonly scores: Float64Array;
}

/** A distinct piece of the corpus, and how often it occurs. */
export type CountedWord = readonly [text: string, count: number];

/** Some of the pieces, in this order. */
export function chosen({ tokens, scores }: ScoredPieces, ids: readonly number[]): ScoredPieces {
  return { tokens: ids.map((id) => tokens[id]), scores: Float64Array.from(ids, (id) => scores[id]) };
}
