/**
 * The scalings of a window's values: by their mean and standard deviation, by the mean of their absolute values, or
 * none.
 */
export const SCALINGS = ["deviation", "mean", "none"] as const;

/** How the values of a window are scaled before a network reads them, and its outputs scaled back. */
export type Scaling = typeof SCALINGS[number];

/** A reversible scaling: a value x becomes (x - shift) / scale. */
export interface Scale {
  /** What is subtracted. */
  readonly shift: number;
  /** The divisor, above 0. */
  readonly scale: number;
}

/** Share of the level that the deviation of nearly constant values does not go below. */
const LEAST = 1e-6;

/** Measures the scale of the values that are not missing; the identity if there are none. */
export function measureScale(values: Float64Array, scaling: Scaling): Scale {
  if (scaling === "none") return { shift: 0, scale: 1 };
  let [count, sum, size] = [0, 0, 0];
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    count++;
    sum += value;
    size += Math.abs(value);
  }
  if (count === 0) return { shift: 0, scale: 1 };
  const level = size / count;
  if (scaling === "mean") return { shift: 0, scale: level || 1 };
  const shift = sum / count;
  let squares = 0;
  for (const value of values) if (!Number.isNaN(value)) squares += (value - shift) ** 2;
  const deviation = Math.sqrt(squares / count);
  return { shift, scale: deviation > LEAST * level ? deviation : level || 1 };
}
