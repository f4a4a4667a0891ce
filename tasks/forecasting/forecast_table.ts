import { formatTime, numberingFrom, type SeriesSet, timeAfter } from "../data/series/mod.ts";
import type { Forecast } from "./forecast.ts";

/** Formats forecasts as CSV: a row for each series and time, with the point forecast and the quantiles. */
export function forecastTable(forecasts: readonly Forecast[], set: Pick<SeriesSet, "frequency">): string {
  const probabilities = forecasts[0]?.quantiles ?? [];
  const rows = forecasts.flatMap(({ id, median, values, ...forecast }) =>
    Array.from(median, (value, h) => [
      quoted(id),
      stepLabel(forecast, set, h),
      ...[value, ...values.map((quantile) => quantile[h])].map(formatValue),
    ])
  );
  const header = ["series", "time", "forecast", ...probabilities];
  return [header, ...rows].map((row) => `${row.join(",")}\n`).join("");
}

/** Returns a forecast as an object of JSON. */
export function forecastFields(forecast: Forecast, set: Pick<SeriesSet, "frequency">): Record<string, unknown> {
  const { id, median, quantiles, values } = forecast;
  return {
    series: id,
    start: stepLabel(forecast, set, 0),
    forecast: [...median],
    quantiles: Object.fromEntries(quantiles.map((p, q) => [p, [...values[q]]])),
  };
}

/** The time of a step of a forecast, or its number in the series if that has no times. */
function stepLabel(
  { start, numbering }: Pick<Forecast, "start" | "numbering">,
  { frequency }: Pick<SeriesSet, "frequency">,
  step: number,
): string {
  return start === undefined || !frequency
    ? String(numberingFrom({ numbering }, step).first)
    : formatTime(timeAfter(start, frequency, step));
}

/** Formats a value with at least seven significant digits, about those of the network's numbers, and three decimals. */
function formatValue(value: number): string {
  const whole = Math.floor(Math.log10(Math.max(1, Math.abs(value)))) + 1;
  return String(Number(value.toPrecision(Math.min(15, Math.max(7, whole + 3)))));
}

/** Puts quotes around a field that needs them. */
function quoted(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
