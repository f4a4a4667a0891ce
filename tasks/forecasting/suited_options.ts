import type { SeriesSet } from "../data/series/mod.ts";
import { type ForecasterConfig, MANY_SERIES } from "./hyperparameters.ts";

/** The options that follow from series. */
export type SuitedShape = Pick<ForecasterConfig, "step" | "window" | "season" | "hidden" | "dropout" | "scaling">;

/** Most values of a step; a longer period is divided. */
const LONGEST_STEP = 48;
/** Values of a step without a period, and the fewest steps that a short series should have. */
const [PLAIN_STEP, FEWEST_STEPS] = [8, 16];
/** Fewest and most steps of a window, and horizons in it, if the series are long enough. */
const [STEPS, MOST_STEPS, HORIZONS] = [7, 28, 3];
/** Share of a long series up to which a window grows from the fewest to the most steps. */
const LONG_SHARE = 0.05;
/** Share of a short series, without its horizon, that a window may take. */
const WINDOW_SHARE = 0.6;
/** Place of the series in ascending length that the window must suit. */
const SHORT = 0.25;
/** Numbers of values from which on larger networks earn their time. */
const [SOME_VALUES, MANY_VALUES] = [5_000, 100_000];

/**
 * Chooses the shape of a forecaster for training series:
 *
 * - A step of the recurrence is a period, or a part of a long one; without a period, eight values, or fewer in short
 *   series.
 * - A window has seven steps, two periods and three horizons, more if that is little of a long series, but at most
 *   three fifths of a short one.
 * - Training starts from the values of a period before, or from the last value if that is closer.
 * - Logarithms of positive values are read, so that errors are relative.
 * - Many values allow a larger network; many series need no dropout.
 */
export function suitShape(set: SeriesSet, horizon: number): SuitedShape {
  const lengths = set.series.map(({ values }) => values.length).sort((a, b) => a - b);
  const short = lengths[Math.floor(SHORT * (lengths.length - 1))];
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const step = stepFor(set.period, short);
  const room = Math.max(step, WINDOW_SHARE * (short - horizon));
  const long = Math.min(MOST_STEPS * step, LONG_SHARE * short);
  const wanted = Math.max(HORIZONS * horizon, STEPS * step, 2 * set.period, long);
  return {
    step,
    window: Math.max(1, Math.floor(Math.min(room, wanted) / step)),
    season: seasonFor(set, horizon),
    scaling: arePositive(set) ? "log" : "deviation",
    dropout: lengths.length >= MANY_SERIES ? 0 : 0.3,
    hidden: total > MANY_VALUES ? 128 : total > SOME_VALUES ? 64 : 32,
  };
}

function stepFor(period: number, short: number): number {
  if (period === 1) return Math.max(1, Math.min(PLAIN_STEP, Math.floor(short / FEWEST_STEPS)));
  return Math.ceil(period / Math.ceil(period / LONGEST_STEP));
}

/** Share of the mean that positive values do not go below, and share of the series in which they do not. */
const [LEAST_SHARE, MOST_SERIES] = [0.01, 0.95];

/** Whether the values of nearly all series are well above zero, and none is below. */
function arePositive({ series }: SeriesSet): boolean {
  let positive = 0;
  for (const { values } of series) {
    let [count, sum, least] = [0, 0, Infinity];
    for (const value of values) {
      if (Number.isNaN(value)) continue;
      count++;
      sum += value;
      least = Math.min(least, value);
    }
    if (least < 0) return false;
    if (least > 0 && least >= LEAST_SHARE * sum / count) positive++;
  }
  return positive >= MOST_SERIES * series.length;
}

/** Origins of each series from which `seasonFor` forecasts. */
const TRIALS = 10;

/** Returns the period if its values are closer to what follows than the last value, otherwise 1. */
function seasonFor({ series, period }: SeriesSet, horizon: number): number {
  if (period === 1) return 1;
  let [better, worse] = [0, 0];
  for (const { values } of series) {
    let [seasonal, last] = [0, 0];
    for (let trial = 1; trial <= TRIALS; trial++) {
      const at = values.length - trial * horizon;
      if (at < period) break;
      for (let h = 0; h < horizon; h++) {
        const errors = [values[at + h] - values[at - period + h % period], values[at + h] - values[at - 1]];
        if (errors.some(Number.isNaN)) continue;
        seasonal += Math.abs(errors[0]);
        last += Math.abs(errors[1]);
      }
    }
    if (seasonal < last) better++;
    if (seasonal > last) worse++;
  }
  return better > worse ? period : 1;
}
