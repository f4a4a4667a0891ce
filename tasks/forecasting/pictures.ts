import type { SeriesSet } from "../data/mod.ts";
import { drawPanels, residualPanel, seriesPanel } from "./drawing.ts";
import type { Forecast } from "./forecast.ts";
import type { Backtest } from "./model.ts";

/** Most series in a picture. */
const MOST_PANELS = 6;

/** Draws forecasts over what came, and what remains of it, for the first series. */
export function drawBacktests(set: SeriesSet, backtests: readonly Backtest[]): string {
  const groups = Map.groupBy(backtests, ({ series }) => series);
  const panels = [...groups].slice(0, MOST_PANELS).map(([series, own]) =>
    seriesPanel(set, set.series[series], own.map(({ forecast, at }) => ({ ...forecast, at })))
  );
  return drawPanels(panels.length === 1 ? [panels[0], residualPanel(panels[0])] : panels);
}

/** Draws forecasts of what follows the first series. */
export function drawForecasts(set: SeriesSet, forecasts: readonly Forecast[]): string {
  return drawPanels(
    forecasts.slice(0, MOST_PANELS).map((forecast, i) => {
      const series = set.series[i];
      return seriesPanel(set, series, [{ ...forecast, at: series.values.length }]);
    }),
  );
}
