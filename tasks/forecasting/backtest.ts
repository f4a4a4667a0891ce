import { InputRangeError } from "../../errors.ts";
import { extentOf } from "../data/extent.ts";
import type { SeriesSet } from "../data/mod.ts";
import {
  type ComparisonOptions,
  type Measured,
  measureForecasts,
  measureSimpleMethods,
  NETWORK,
  withOwa,
} from "./comparison.ts";
import type { Backtest, Forecaster } from "./model.ts";

/** Forecasts the last values of series again. Throws `RangeError` if all are too short. */
export async function backtest(
  model: Forecaster,
  set: SeriesSet,
  options: { readonly folds: number; readonly quantiles: readonly number[] },
): Promise<Backtest[]> {
  const found = await model.backtest(set, options);
  if (found.length > 0) return found;
  const { horizon } = model.config;
  const [, longest] = extentOf(set.series.map(({ values }) => values.length));
  throw new InputRangeError(
    `forecast the last values: expected a series of at least ${
      horizon + 1
    } values, ${horizon} of them to forecast, found at most ${longest}`,
  );
}

/** Measures forecasts beside those of the simple methods. */
export function compare(
  set: SeriesSet,
  backtests: readonly Backtest[],
  options: ComparisonOptions,
): Measured[] {
  const forecasts = backtests.map(({ forecast }) => forecast);
  const measured = [
    ...measureSimpleMethods(set, backtests, options),
    { name: NETWORK, ...measureForecasts(set, backtests, forecasts, options) },
  ];
  return withOwa(set, backtests, measured, options.horizon);
}
