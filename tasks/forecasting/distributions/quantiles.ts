import { unscaleValue } from "../scaling.ts";
import type { Distribution } from "./distribution.ts";
import { normalQuantile } from "./special_functions.ts";

/**
 * The losses of a point forecast: mean absolute error, mean squared error, and Huber's, with its bend at 1.
 *
 * @example
 * ```ts
 * import { Forecaster, type ForecasterFitOptions } from "@elman/elman";
 * import { POINT_LOSSES } from "@elman/elman/tasks";
 * import { assertEquals } from "@std/assert";
 *
 * const values = Float64Array.from({ length: 60 }, (_, t) => 2 + t % 7);
 * const names = { targetName: "sales", knownNames: [], observedNames: [], staticNames: [] };
 * const data = { series: [{ id: "shop", values }], period: 7, ...names };
 * for (const loss of POINT_LOSSES) {
 *   const options: ForecasterFitOptions = { loss, epochs: 1 };
 *   const { epochs } = await Forecaster.create({ data, horizon: 7, hidden: 4 }).fit(data, options);
 *   assertEquals(epochs.length, 1);
 * }
 * ```
 */
export const POINT_LOSSES = ["mae", "mse", "huber"] as const;

/** Loss of a point forecast on scaled values. */
export type PointLoss = typeof POINT_LOSSES[number];

/** The default probabilities of the quantiles that a network learns. */
export const LEVELS: readonly number[] = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95];

/** Initial logarithm of the quantiles' distances, as shares of those of a standard normal distribution. */
const INITIAL_WIDTH = -0.7;

/**
 * Quantiles by the pinball loss (Koenker and Bassett 1978). The first output is the point forecast, with a loss of its
 * own; the others are the logarithms of the distances of the quantiles from it, as multiples of those of a standard
 * normal distribution. The distances learn from the errors of the point forecast, which does not learn from them.
 */
export function quantiles(levels: readonly number[], loss: PointLoss): Distribution {
  const outer = levels.filter((level) => level !== 0.5);
  const units = outer.map(normalQuantile);
  const point = POINT[loss];
  return {
    initial: [0, ...outer.map(() => INITIAL_WIDTH)],
    loss(outputs, value, slopes) {
      const error = value - outputs[0];
      let total = point(error);
      slopes[0] = slope[loss](error);
      for (let i = 0; i < outer.length; i++) {
        const distance = units[i] * Math.exp(outputs[i + 1]);
        const rest = error - distance;
        const rate = (rest < 0 ? outer[i] - 1 : outer[i]) * 2 / outer.length;
        total += rate * rest;
        slopes[i + 1] = -rate * distance;
      }
      return total;
    },
    quantile(outputs, level, scale) {
      const z = normalQuantile(level);
      const distance = z === 0 ? 0 : z * Math.exp(interpolate(outputs, units, z));
      return unscaleValue(outputs[0] + distance, scale);
    },
  };
}

const POINT: Readonly<Record<PointLoss, (error: number) => number>> = {
  mae: Math.abs,
  mse: (error) => error * error,
  huber: (error) => Math.abs(error) < 1 ? error * error / 2 : Math.abs(error) - 0.5,
};

/** Derivatives of the point losses by the forecast. */
const slope: Readonly<Record<PointLoss, (error: number) => number>> = {
  mae: (error) => -Math.sign(error),
  mse: (error) => -2 * error,
  huber: (error) => -Math.max(-1, Math.min(1, error)),
};

/** Interpolates the logarithm of the distance at z between those of the levels on the same side of the median. */
function interpolate(outputs: Float64Array, units: readonly number[], z: number): number {
  let [below, above] = [-1, -1];
  units.forEach((unit, i) => {
    if (Math.sign(unit) !== Math.sign(z)) return;
    if (unit <= z) below = i;
    if (unit >= z && above < 0) above = i;
  });
  if (below < 0 && above < 0) return INITIAL_WIDTH;
  if (below < 0 || above < 0 || below === above) return outputs[1 + Math.max(below, above)];
  const share = (z - units[below]) / (units[above] - units[below]);
  return outputs[1 + below] * (1 - share) + outputs[1 + above] * share;
}
