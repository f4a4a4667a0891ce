import { formatTime, numberingFrom, type Series, type SeriesSet, timeAfter } from "../data/series/mod.ts";
import { svgLength, svgPicture } from "../task_model/svg.ts";
import { axisTicks, formatTick } from "./axis_ticks.ts";
import type { Forecast } from "./forecast.ts";

/** A forecast in a picture, from the index of its first value. */
export interface DrawnForecast extends Pick<Forecast, "median" | "quantiles" | "values"> {
  /** Index of the first value that is forecast. */
  readonly at: number;
}

/** One diagram: values over time, with forecasts. */
export interface Panel {
  /** The title. */
  readonly title: string;
  /** The values; NaN if missing. */
  readonly values: Float64Array;
  /** Forecasts, of values that are known or beyond. */
  readonly forecasts: readonly DrawnForecast[];
  /** Describes the time of an index. */
  readonly label: (index: number) => string;
}

/** Sizes of a panel, and its margins, in pixels. */
const [WIDTH, HEIGHT] = [760, 250];
const MARGIN = { left: 64, right: 16, top: 30, bottom: 28 } as const;

/** Horizons of history before the first forecast. */
const HORIZONS_BEFORE = 4;

const COLORS = { history: "#444444", median: "#0b3d91", band: "#5b8def", grid: "#dddddd" } as const;

/** Makes the panel of a series: its forecasts, and the history before the first of them. */
export function seriesPanel({ frequency }: SeriesSet, series: Series, forecasts: readonly DrawnForecast[]): Panel {
  const horizon = Math.max(...forecasts.map(({ median }) => median.length));
  const first = Math.min(...forecasts.map(({ at }) => at));
  const from = Math.max(0, first - Math.max(HORIZONS_BEFORE * horizon, 20));
  const { start } = series;
  return {
    title: series.id,
    values: series.values.subarray(from),
    forecasts: forecasts.map(({ at, ...rest }) => ({ ...rest, at: at - from })),
    label: (index) =>
      start === undefined || !frequency
        ? String(numberingFrom(series, from + index).first)
        : formatTime(timeAfter(start, frequency, from + index)),
  };
}

/** Makes the panel of what remains of known values after their forecasts, with the intervals around 0. */
export function residualPanel({ title, values, forecasts, label }: Panel): Panel {
  const residuals = new Float64Array(values.length).fill(NaN);
  for (const { at, median } of forecasts) {
    median.forEach((value, h) => at + h < values.length && (residuals[at + h] = values[at + h] - value));
  }
  return {
    title: `${title}, residuals`,
    values: residuals,
    forecasts: forecasts.map(({ at, median, quantiles, values }) => ({
      at,
      quantiles,
      median: new Float64Array(median.length),
      values: values.map((quantile) => quantile.map((value, h) => value - median[h])),
    })),
    label,
  };
}

/** Draws panels below each other as an SVG: histories, medians and a fan of quantiles. */
export function drawPanels(panels: readonly Panel[]): string {
  const elements = panels.flatMap((panel, i) => [
    `<g transform="translate(0 ${HEIGHT * i})">`,
    ...drawPanel(panel),
    "</g>",
  ]);
  return svgPicture(WIDTH, HEIGHT * panels.length, elements);
}

/** Positions of a panel's values, in pixels. */
interface Scales {
  readonly x: (index: number) => number;
  readonly y: (value: number) => number;
  /** The values at which lines are drawn. */
  readonly ticks: readonly number[];
  /** Number of values from the left to the right. */
  readonly length: number;
}

function drawPanel(panel: Panel): string[] {
  const scales = scalesOf(panel);
  return [
    `<text x="${MARGIN.left}" y="${MARGIN.top - 12}" font-weight="bold">${escapeText(panel.title)}</text>`,
    drawLegend(panel),
    ...drawAxes(panel, scales),
    ...panel.forecasts.flatMap((forecast) => drawFan(forecast, scales)),
    ...drawLine(panel.values, 0, { color: COLORS.history, scales }),
    ...panel.forecasts.flatMap(({ median, at }) => drawLine(median, at, { color: COLORS.median, scales })),
  ];
}

function drawLegend({ forecasts: [{ quantiles }] }: Panel): string {
  const interval = Math.round(100 * (quantiles[quantiles.length - 1] - quantiles[0]));
  const names = [
    [COLORS.history, "values"],
    [COLORS.median, "forecast"],
    ...quantiles.length > 1 ? [[COLORS.band, `${interval} % interval`]] : [],
  ];
  const spans = names.map(([color, name]) => `<tspan fill="${color}" dx="12">${name}</tspan>`);
  return `<text x="${WIDTH - MARGIN.right}" y="${MARGIN.top - 12}" text-anchor="end">${spans.join("")}</text>`;
}

function scalesOf({ values, forecasts }: Panel): Scales {
  const length = Math.max(values.length, ...forecasts.map(({ at, median }) => at + median.length));
  const shown = [values, ...forecasts.flatMap(({ median, values }) => [median, ...values])]
    .flatMap((all) => Array.from(all).filter(Number.isFinite));
  const [low, high] = shown.reduce(([a, b], x) => [Math.min(a, x), Math.max(b, x)], [Infinity, -Infinity]);
  const ticks = axisTicks(low, high);
  const [bottom, top] = [Math.min(low, ticks[0]), Math.max(high, ticks[ticks.length - 1])];
  const [width, height] = [WIDTH - MARGIN.left - MARGIN.right, HEIGHT - MARGIN.top - MARGIN.bottom];
  return {
    x: (index) => MARGIN.left + width * index / Math.max(1, length - 1),
    y: (value) => MARGIN.top + height * (top - value) / (top - bottom || 1),
    ticks,
    length,
  };
}

/** Number of times below a panel. */
const LABELS = 5;

function drawAxes({ label }: Panel, { x, y, ticks, length }: Scales): string[] {
  const right = WIDTH - MARGIN.right;
  const indices = [...new Set(Array.from({ length: LABELS }, (_, i) => Math.round(i * (length - 1) / (LABELS - 1))))];
  return [
    ...ticks.flatMap((tick) => {
      const at = svgLength(y(tick));
      return [
        `<line x1="${MARGIN.left}" x2="${right}" y1="${at}" y2="${at}" stroke="${COLORS.grid}"/>`,
        `<text x="${MARGIN.left - 6}" y="${at}" dy="4" text-anchor="end">${formatTick(tick, ticks)}</text>`,
      ];
    }),
    ...indices.map((index, i) => {
      const anchor = i === 0 ? "start" : i === indices.length - 1 ? "end" : "middle";
      return `<text x="${svgLength(x(index))}" y="${HEIGHT - 8}" text-anchor="${anchor}">${
        escapeText(label(index))
      }</text>`;
    }),
  ];
}

/** Half the width of the band of a single step, which would have none, in pixels. */
const HALF_STEP = 3;

/** Draws a band between each pair of quantiles, the outermost first, so that the inner ones become darker. */
function drawFan({ at, values }: DrawnForecast, { x, y }: Scales): string[] {
  return Array.from({ length: Math.floor(values.length / 2) }, (_, q) => {
    const [low, high] = [values[q], values[values.length - 1 - q]];
    const sides = low.length === 1 ? [-HALF_STEP, HALF_STEP] : [0];
    const pointsOf = (values: Float64Array): string[] =>
      Array.from(values).flatMap((value, h) =>
        sides.map((side) => `${svgLength(x(at + h) + side)},${svgLength(y(value))}`)
      );
    const points = [...pointsOf(high), ...pointsOf(low).reverse()];
    return `<polygon points="${points.join(" ")}" fill="${COLORS.band}" fill-opacity="0.3"/>`;
  });
}

/** Draws a line through values, with gaps where they are missing; a value between gaps is a dot. */
function drawLine(
  values: Float64Array,
  from: number,
  { color, scales: { x, y } }: { readonly color: string; readonly scales: Scales },
): string[] {
  let path = "";
  values.forEach((value, i) => {
    if (Number.isNaN(value)) return;
    const isMissing = (i: number): boolean => Number.isNaN(values[i] ?? NaN);
    const isStart = isMissing(i - 1);
    path += `${isStart ? "M" : "L"}${svgLength(x(from + i))} ${svgLength(y(value))}`;
    // Without a length, a path has no stroke, not even the round caps of one.
    if (isStart && isMissing(i + 1)) path += "h0";
  });
  return path === ""
    ? []
    : [`<path d="${path}" fill="none" stroke="${color}" stroke-width="1.5" stroke-linecap="round"/>`];
}

/** Formats a text for SVG, without characters that XML forbids. */
function escapeText(text: string): string {
  const clean = text.slice(0, 80).replaceAll(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, "\uFFFD");
  return clean.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
