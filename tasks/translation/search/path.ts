/** A symbol and all before it: hypotheses that begin alike share their beginning. */
export interface Path {
  /** The last symbol. */
  readonly symbol: number;
  /** What came before it; nothing before the first. */
  readonly before: Path | undefined;
  /** How many symbols there are. */
  readonly length: number;
  /** How much the step that led to the symbol looked at each source symbol. */
  readonly attention: Float32Array | undefined;
}

/** All symbols, from the first to the last. */
export function symbolsOf(path: Path | undefined): number[] {
  const symbols = new Array<number>(path?.length ?? 0);
  for (let at = path; at; at = at.before) symbols[at.length - 1] = at.symbol;
  return symbols;
}

/** Where each step looked, from the first to the last; nothing if the model has no attention. */
export function attentionOf(path: Path): Float32Array[] {
  const looks: Float32Array[] = [];
  for (let at: Path | undefined = path; at?.attention; at = at.before) looks.push(at.attention);
  return looks.reverse();
}
