/**
 * The scalings of a window's values: by their mean and standard deviation, the same for their logarithms, by the mean
 * of their absolute values, or none.
 *
 * @example
 * ```ts
 * import { Forecaster } from "@elman/elman";
 * import { SCALINGS } from "@elman/elman/tasks";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const values = Float64Array.from({ length: 60 }, (_, t) => 2 + t % 7);
 * const names = { targetName: "sales", knownNames: [], observedNames: [], staticNames: [] };
 * const data = { series: [{ id: "shop", values }], period: 7, ...names };
 * for (const scaling of SCALINGS) {
 *   const untrained = Forecaster.create({ data, horizon: 7, hidden: 4, scaling });
 *   const [{ median }] = await untrained.forecast(data);
 *   assertAlmostEquals(median[0], values[53], 1e-4); // That of a week before.
 * }
 * ```
 */
export const SCALINGS = ["deviation", "log", "mean", "none"] as const;

/** How the values of a window are scaled before a network reads them, and its outputs scaled back. */
export type Scaling = typeof SCALINGS[number];

/** A reversible scaling: a value x, or its logarithm, becomes (x - shift) / scale. */
export interface Scale {
  /** The number that is subtracted. */
  readonly shift: number;
  /** The divisor, above 0. */
  readonly scale: number;
  /** The value that smaller ones are raised to before the logarithm; undefined without a logarithm. */
  readonly floor?: number;
}

/** Share of the level that the deviation of nearly constant values does not go below. */
const LEAST = 1e-6;

/** Share of the mean that logarithms do not go below, so that a zero among larger values is no extreme. */
const FLOOR = 1e-3;

/** Measures the scale of the values that are not missing; the identity if there are none. */
export function measureScale(values: Float64Array, scaling: Scaling): Scale {
  if (scaling === "none") return { shift: 0, scale: 1 };
  const level = meanOf(values, Math.abs);
  if (Number.isNaN(level)) return { shift: 0, scale: 1, ...scaling === "log" && { floor: 1 } };
  if (scaling === "mean") return { shift: 0, scale: level || 1 };
  if (scaling === "deviation") return byDeviation(values, level, (value) => value);
  const floor = FLOOR * level || 1;
  // A difference of logarithms is a share of the level, whatever the unit.
  return { ...byDeviation(values, 1, (value) => Math.log(Math.max(value, floor))), floor };
}

function byDeviation(values: Float64Array, level: number, transform: (value: number) => number): Scale {
  const shift = meanOf(values, transform);
  const deviation = Math.sqrt(meanOf(values, (value) => (transform(value) - shift) ** 2));
  return { shift, scale: deviation > LEAST * level ? deviation : level || 1 };
}

/** The mean of a function of the values that are not missing; NaN if there are none. */
function meanOf(values: Float64Array, of: (value: number) => number): number {
  let [count, sum] = [0, 0];
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    count++;
    sum += of(value);
  }
  return sum / count;
}

/** Scales a value; a missing one stays missing. */
export function scaleValue(value: number, { shift, scale, floor }: Scale): number {
  return ((floor === undefined ? value : Math.log(Math.max(value, floor))) - shift) / scale;
}

/** Returns the value that was scaled. */
export function unscaleValue(scaled: number, { shift, scale, floor }: Scale): number {
  const value = shift + scale * scaled;
  return floor === undefined ? value : Math.exp(value);
}
