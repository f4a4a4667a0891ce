/** The shape of the states of all sequences, `[layers, size, width]`. */
export interface StateShape {
  /** Number of sequences. */
  readonly size: number;
  /** Number of floats of a sequence in a layer. */
  readonly width: number;
}

/** Returns the states of some sequences `[layers, end - first, width]` of those of all `[layers, size, width]`. */
export function rowsOf(
  states: Float32Array,
  [first, end]: readonly [first: number, end: number],
  { size, width }: StateShape,
): Float32Array {
  const layers = states.length / (size * width);
  const own = new Float32Array(layers * (end - first) * width);
  for (let layer = 0; layer < layers; layer++) {
    const from = layer * size;
    own.set(states.subarray((from + first) * width, (from + end) * width), layer * (end - first) * width);
  }
  return own;
}

/** Joins the states of sequences that follow each other to those of all `[layers, size, width]`. */
export function joinRows(parts: readonly ArrayLike<number>[], { size, width }: StateShape): Float32Array {
  const total = parts.reduce((sum, { length }) => sum + length, 0);
  const layers = total / (size * width);
  const all = new Float32Array(total);
  let first = 0;
  for (const part of parts.map((values) => Float32Array.from(values))) {
    const rows = part.length / (layers * width);
    for (let layer = 0; layer < layers; layer++) {
      const own = part.subarray(layer * rows * width, (layer + 1) * rows * width);
      all.set(own, (layer * size + first) * width);
    }
    first += rows;
  }
  return all;
}
