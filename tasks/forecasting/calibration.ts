import type { Distribution } from "./distributions/mod.ts";
import type { Scale } from "./scaling.ts";

/** Windows that count beside those of validation, on which the quantiles need no correction. */
const PRIOR_VALUES = 200;

/** A value, the outputs for it and its scale. */
export interface Outcome {
  /** The value in the unit of the data. */
  readonly value: number;
  /** The network's outputs. */
  readonly outputs: Float64Array;
  /** The window's scale. */
  readonly scale: Scale;
}

/**
 * Fits the factors of the quantiles' distances from the median with which each level covers its share of validation
 * values (conformal prediction, Vovk et al. 2005; Romano et al. 2019). Few values change little.
 */
export function fitCalibration(
  outcomes: readonly Outcome[],
  distribution: Distribution,
  levels: readonly number[],
): number[] {
  const medians = outcomes.map(({ outputs, scale }) => distribution.quantile(outputs, 0.5, scale));
  return levels.map((level) => {
    if (level === 0.5) return 1;
    const ratios = Float64Array.from(outcomes, ({ value, outputs, scale }, i) => {
      // A quantile that is the median, as small counts have it, stays there whatever the factor.
      const distance = distribution.quantile(outputs, level, scale) - medians[i];
      return distance === 0 ? NaN : (value - medians[i]) / distance;
    }).filter((ratio) => !Number.isNaN(ratio)).sort();
    if (ratios.length === 0) return 1;
    const share = Math.max(level, 1 - level);
    const factor = ratios[Math.min(ratios.length - 1, Math.ceil(share * ratios.length))];
    const bounded = Math.min(10, Math.max(0.1, factor));
    return (ratios.length * bounded + PRIOR_VALUES) / (ratios.length + PRIOR_VALUES);
  });
}

/** Shares of the correction that `fitCorrection` tries, from the whole one down. */
const SHARES = Array.from({ length: 21 }, (_, i) => (20 - i) / 20);

/** The errors of forecasts with a share of the correction. */
export interface ShareErrors {
  /** The loss that training minimizes. */
  readonly loss: number;
  /** The mean squared error of the point forecasts, which large errors rule. */
  readonly squared: number;
}

/**
 * Finds the share of the correction of a naive forecast with the least loss, of those that do not enlarge the squared
 * error: a share that makes usual errors smaller, but the large ones larger, is no safeguard. Both are convex, so the
 * search ends where one rises. Where validation values show no correction to be of use, the share is 0: the naive
 * forecast.
 */
export function fitCorrection(
  errorsOf: (share: number) => ShareErrors,
): { readonly share: number; readonly loss: number } {
  const { loss, squared: most } = errorsOf(1);
  let best = { share: 1, loss };
  for (const share of SHARES.slice(1)) {
    const { loss, squared } = errorsOf(share);
    if (!(loss < best.loss && squared <= most)) break;
    best = { share, loss };
  }
  return best;
}

/** Returns the factor of a level, interpolated between those of the levels on the same side of the median. */
export function factorAt(level: number, levels: readonly number[], factors: readonly number[] | null): number {
  if (factors === null || level === 0.5) return 1;
  const isSide = (other: number): boolean => other !== 0.5 && (other < 0.5) === (level < 0.5);
  const below = levels.findLastIndex((other) => isSide(other) && other <= level);
  const above = levels.findIndex((other) => isSide(other) && other >= level);
  if (below < 0 && above < 0) return 1;
  if (below < 0 || above < 0 || below === above) return factors[Math.max(below, above)];
  const share = (level - levels[below]) / (levels[above] - levels[below]);
  return factors[below] * (1 - share) + factors[above] * share;
}
