import { InputRangeError } from "../../errors.ts";
import { expectKind } from "../../src/schema/mod.ts";

/** A forecast beside what came of it. */
export interface Outcome {
  /** The values before the forecast, for the scale of MASE; NaN if missing. */
  readonly history: Float64Array;
  /** The values that came; NaN if missing. */
  readonly actual: Float64Array;
  /** The point forecast, as long as `actual`. */
  readonly forecast: Float64Array;
  /** For each probability, its quantile over the horizon. */
  readonly quantiles?: readonly Float64Array[];
}

/**
 * How good forecasts are. Smaller is better, except for the coverage, which should equal the interval's probability.
 */
export interface Measures {
  /** Symmetric mean absolute percentage error, from 0 to 200, as in the M4 competition. */
  readonly smape: number;
  /** Mean absolute scaled error: in units of the mean error of repeating the season before; NaN if nothing varies. */
  readonly mase: number;
  /** Mean absolute error. */
  readonly mae: number;
  /** Root of the mean squared error. */
  readonly rmse: number;
  /** Root relative squared error: 1 is that of forecasting the mean of what came. */
  readonly rse: number;
  /** Mean pinball loss over all quantiles; NaN without quantiles. */
  readonly pinball: number;
  /** Continuous ranked probability score, twice the area under the pinball loss; NaN without quantiles. */
  readonly crps: number;
  /** Share of the values between the lowest and the highest quantile; NaN without quantiles. */
  readonly coverage: number;
}

/** Sums of something and the number of its terms. */
class Mean {
  #sum = 0;
  #count = 0;

  add(value: number): void {
    if (Number.isNaN(value)) return;
    this.#sum += value;
    this.#count++;
  }

  /** The mean of the values that were no NaN; NaN if there were none. */
  get value(): number {
    return this.#sum / this.#count;
  }
}

/**
 * Measures forecasts. As in the M4 competition, sMAPE and MASE are means over series of the means over the horizon
 * (Makridakis et al. 2020); the other measures are means over all values. Missing values are left out.
 *
 * @example
 * ```ts
 * import { measure } from "@elman/elman/tasks";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const history = Float64Array.of(1, 2, 3, 4); // Repeating the value before has a mean error of 1.
 * const outcome = { history, actual: Float64Array.of(5, 6), forecast: Float64Array.of(4, 4) };
 * const { mae, mase } = measure([outcome], { period: 1, probabilities: [] });
 * assertAlmostEquals(mae, 1.5);
 * assertAlmostEquals(mase, 1.5);
 * ```
 */
export function measure(
  outcomes: readonly Outcome[],
  { period, probabilities }: {
    /** Number of steps after which values tend to repeat, for MASE. */
    readonly period: number;
    /** The probabilities of the quantiles, ascending. */
    readonly probabilities: readonly number[];
  },
): Measures {
  const [smape, mase] = [new Mean(), new Mean()];
  for (const outcome of outcomes) {
    smape.add(meanOf(outcome, (y, f) => y === f ? 0 : 200 * Math.abs(y - f) / (Math.abs(y) + Math.abs(f))));
    mase.add(meanOf(outcome, (y, f) => Math.abs(y - f)) / seasonalError(outcome.history, period));
  }
  return { smape: smape.value, mase: mase.value, ...overall(outcomes), ...measureQuantiles(outcomes, probabilities) };
}

function meanOf({ actual, forecast }: Outcome, error: (y: number, f: number) => number): number {
  const mean = new Mean();
  actual.forEach((y, t) => mean.add(error(y, forecast[t])));
  return mean.value;
}

/** Mean absolute error of repeating the season before, in the history; NaN if it is 0 or the history is too short. */
export function seasonalError(history: Float64Array, period: number): number {
  const mean = new Mean();
  for (let t = period; t < history.length; t++) mean.add(Math.abs(history[t] - history[t - period]));
  return mean.value > 0 ? mean.value : NaN;
}

function overall(outcomes: readonly Outcome[]): Pick<Measures, "mae" | "rmse" | "rse"> {
  const [absolute, squared, actual, around] = [new Mean(), new Mean(), new Mean(), new Mean()];
  for (const { actual: values } of outcomes) values.forEach((y) => actual.add(y));
  const center = actual.value;
  for (const { actual, forecast } of outcomes) {
    actual.forEach((y, t) => {
      absolute.add(Math.abs(y - forecast[t]));
      squared.add((y - forecast[t]) ** 2);
      around.add((y - center) ** 2);
    });
  }
  return { mae: absolute.value, rmse: Math.sqrt(squared.value), rse: Math.sqrt(squared.value / around.value) };
}

function measureQuantiles(
  outcomes: readonly Outcome[],
  probabilities: readonly number[],
): Pick<Measures, "pinball" | "crps" | "coverage"> {
  const coverage = new Mean();
  const losses = probabilities.map(() => new Mean());
  for (const { actual, quantiles } of outcomes) {
    if (!quantiles) continue;
    const [low, high] = [quantiles[0], quantiles[quantiles.length - 1]];
    actual.forEach((y, t) => {
      if (Number.isNaN(y)) return;
      quantiles.forEach((values, q) => losses[q].add(pinballLoss(y, values[t], probabilities[q])));
      coverage.add(Number(low[t] <= y && y <= high[t]));
    });
  }
  const means = losses.map(({ value }) => value);
  return {
    pinball: means.reduce((sum, loss) => sum + loss, 0) / means.length,
    // Of one quantile, the pinball loss alone is known.
    crps: 2 * (means.length === 1 ? means[0] : areaUnder(probabilities, means)),
    coverage: coverage.value,
  };
}

/** The pinball loss of a quantile (Koenker and Bassett 1978): its expectation is least at the true quantile. */
export function pinballLoss(value: number, quantile: number, probability: number): number {
  return value >= quantile ? probability * (value - quantile) : (1 - probability) * (quantile - value);
}

/**
 * The integral from 0 to 1 of a function that is 0 at both ends, by the trapezoidal rule. The pinball loss is 0 there
 * if the extreme quantiles enclose the value.
 */
function areaUnder(points: readonly number[], values: readonly number[]): number {
  if (points.length === 0) return NaN;
  const [x, y] = [[0, ...points, 1], [0, ...values, 0]];
  return x.slice(1).reduce((sum, end, i) => sum + (end - x[i]) * (y[i] + y[i + 1]) / 2, 0);
}

/**
 * The overall weighted average of the M4 competition: the mean of sMAPE and MASE, each relative to that of a reference,
 * there the seasonally adjusted naive method.
 *
 * @example
 * ```ts
 * import { measure, owa } from "@elman/elman/tasks";
 * import { assertEquals } from "@std/assert";
 *
 * const [history, actual, forecast] = [[1, 2], [4], [2]].map((values) => Float64Array.from(values));
 * const naive = measure([{ history, actual, forecast }], { period: 1, probabilities: [] });
 * assertEquals(owa(naive, naive), 1);
 * ```
 */
export function owa({ smape, mase }: Measures, reference: Measures): number {
  return (smape / reference.smape + mase / reference.mase) / 2;
}

/** Throws `RangeError` if probabilities of quantiles do not ascend between 0 and 1. */
export function expectProbabilities(action: string, probabilities: readonly number[]): void {
  expectKind(action, "quantiles", probabilities, "list");
  const isAscending = probabilities.every((p, i) => p > 0 && p < 1 && (i === 0 || p > probabilities[i - 1]));
  if (probabilities.length > 0 && isAscending) return;
  throw new InputRangeError(
    `${action}: expected quantiles between 0 and 1 in ascending order, such as 0.1,0.5,0.9, found ` +
      (probabilities.join(",") || "none"),
  );
}
