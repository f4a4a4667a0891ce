import { InputRangeError } from "../../errors.ts";
import { calendarFeatures, type Series, type SeriesSet, timeAfter } from "../data/series/mod.ts";
import { Fingerprint } from "../task_model/mod.ts";
import type { CovariateScale, SeriesProcessor } from "./series_processor.ts";

/** A series as a network reads it, except for the scaling of its values, which is that of a window. */
export interface EncodedSeries {
  /** Name of the series. */
  readonly id: string;
  /** The values; NaN for a missing one. */
  readonly values: Float64Array;
  /** The scaled covariates known ahead, then the features of the calendar; they may reach beyond the values. */
  readonly known: readonly Float32Array[];
  /** The scaled covariates of the past. */
  readonly observed: readonly Float32Array[];
  /** The index of the category of each static covariate, from 1; 0 for an unknown one. */
  readonly statics: Int32Array;
}

/** Encodes series; covariates known ahead and the calendar reach `ahead` values beyond the end. */
export function encodeSeries(set: SeriesSet, processor: SeriesProcessor, ahead: number): EncodedSeries[] {
  const { known, observed, statics } = processor.config;
  return set.series.map((series) => ({
    id: series.id,
    values: series.values,
    known: [
      ...known.map((scale, i) => scaled(series.known?.[i], scale, series.values.length + ahead)),
      ...calendarOf(series, processor, series.values.length + ahead),
    ],
    observed: observed.map((scale, i) => scaled(series.observed?.[i], scale, series.values.length)),
    statics: Int32Array.from(statics, ({ categories }, i) => categories.indexOf(series.statics?.[i] ?? "") + 1),
  }));
}

/**
 * Throws `RangeError` unless the covariates known ahead of every series reach to the end of the horizon, or if all of
 * their values there are missing though none was before.
 */
export function expectKnown(action: string, set: SeriesSet, horizon: number): void {
  for (const { id, values, known = [] } of set.series) {
    set.knownNames.forEach((name, i) => {
      const { [i]: own = new Float64Array() } = known;
      const [before, after] = [own.subarray(0, values.length), own.subarray(values.length)];
      const isMissing = after.every(Number.isNaN) && !before.some(Number.isNaN);
      const found = isMissing ? values.length : own.length;
      if (found >= values.length + horizon) return;
      throw new InputRangeError(
        `${action}: expected ${horizon} values of ${name} after the end of ${id}, found ${
          Math.max(0, found - values.length)
        }`,
      );
    });
  }
}

/** Scales a covariate; what is missing becomes its mean. */
function scaled(values: Float64Array | undefined, { shift, scale }: CovariateScale, length: number): Float32Array {
  return Float32Array.from({ length }, (_, t) => {
    const value = values?.[t] ?? NaN;
    return Number.isNaN(value) ? 0 : (value - shift) / scale;
  });
}

function calendarOf({ start }: Series, { config }: SeriesProcessor, length: number): Float32Array[] {
  if (!config.calendar) return [];
  const { frequency } = config;
  const times = Float64Array.from({ length }, (_, t) => timeAfter(start!, frequency!, t));
  return calendarFeatures(frequency!).map(({ at }) => Float32Array.from(times, at));
}

/** Hashes everything that a network reads of series. */
export function fingerprintOf(encoded: readonly EncodedSeries[], numbers: readonly number[]): number {
  const fingerprint = new Fingerprint();
  fingerprint.addAll(numbers);
  for (const { values, known, observed, statics } of encoded) {
    fingerprint.addAll(new Int32Array(values.slice().buffer));
    for (const floats of [...known, ...observed]) fingerprint.addAll(new Int32Array(floats.slice().buffer));
    fingerprint.addAll(statics);
  }
  return fingerprint.value;
}
