/** A linked list of symbols, from the last to the first; hypotheses with a common prefix share it. */
export interface Path {
  /** The last symbol. */
  readonly symbol: number;
  /** The preceding symbols; `undefined` for the first symbol. */
  readonly before: Path | undefined;
  /** Number of symbols. */
  readonly length: number;
  /** Attention weights of the step that produced the symbol. */
  readonly attention: Float32Array | undefined;
}

/** Returns the symbols of a path, from the first to the last. */
export function symbolsOf(path: Path | undefined): number[] {
  const symbols = new Array<number>(path?.length ?? 0);
  for (let at = path; at; at = at.before) symbols[at.length - 1] = at.symbol;
  return symbols;
}

/** Returns the attention weights of each step, from the first to the last; empty if the model has no attention. */
export function attentionOf(path: Path): Float32Array[] {
  const weights: Float32Array[] = [];
  for (let at: Path | undefined = path; at?.attention; at = at.before) weights.push(at.attention);
  return weights.reverse();
}
