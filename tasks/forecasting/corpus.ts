import { InputRangeError } from "../../errors.ts";
import { describeValue, expectOptions } from "../../src/schema/mod.ts";
import { lastAtMost } from "../data/places.ts";
import { cutSeries, type SeriesSet, withSeries } from "../data/series/mod.ts";
import type { EncodedSeries } from "./encoded_series.ts";
import { expectSet } from "./expect_set.ts";
import type { Origin } from "./windows.ts";

/** The part of a series that decides where windows can be. */
type Valued = Pick<EncodedSeries, "values">;

/** Series, and how many of their last values training leaves to validation. */
export interface SeriesCorpus {
  /** The series. */
  readonly set: SeriesSet;
  /**
   * Number of values at the end of each series that only validation forecasts; 0 for none. Default: a tenth of the
   * series, at least the horizon, or none if the series is too short for that.
   */
  readonly valid?: number;
  /** The same series with the values that follow, on which a trained model is tested; training does not read them. */
  readonly test?: SeriesSet;
}

/** Share of a series that validation forecasts by default. */
const VALID_SHARE = 0.1;

/**
 * Returns training data as a corpus. Throws `TypeError` if they are not series, `RangeError` if they have no values.
 */
export function expectCorpus(action: string, data: SeriesCorpus | SeriesSet): SeriesCorpus {
  const corpus = typeof data === "object" && data !== null && "set" in data ? data : { set: data as SeriesSet };
  expectOptions(action, corpus, ["set", "valid", "test"]);
  expectSet(action, corpus.set);
  const { valid } = corpus;
  if (valid !== undefined && !(Number.isInteger(valid) && valid >= 0)) {
    throw new InputRangeError(`${action}: expected valid to be a whole number, found ${describeValue(valid)}`);
  }
  return corpus;
}

/** Number of values at the end of a series of `length` values that validation forecasts. */
export function validLength(length: number, horizon: number, given?: number): number {
  const wanted = given ?? Math.max(horizon, Math.floor(VALID_SHARE * length));
  return given === undefined && length - wanted < 2 * horizon ? 0 : Math.min(wanted, length);
}

/** Returns the series of a corpus without what validation forecasts, for everything that is learned from data. */
export function trainingSet({ set, valid }: SeriesCorpus, horizon: number): SeriesSet {
  return withSeries(
    set,
    set.series.map((series) =>
      cutSeries(series, series.values.length - validLength(series.values.length, horizon, valid), 0)
    ),
  );
}

/** Most validation windows. */
const VALID_WINDOWS = 2048;

/** The origins of training windows, of which there may be millions: numbers in place of objects. */
export class TrainingOrigins {
  /** The index of the first value to forecast of each window, series after series. */
  readonly #at: Int32Array;
  /** For each series, the number of windows of all series before it; at the end, that of all. */
  readonly #starts: Int32Array;

  /**
   * Finds every place with a whole window before it, or with half of a shorter series, and values of the training part
   * after it. A window of training may end beyond the training part; the values there do not count.
   */
  constructor(
    series: readonly Valued[],
    { horizon, width, valid }: { readonly horizon: number; readonly width: number; readonly valid?: number },
  ) {
    const spans = series.map(({ values }) => {
      const end = values.length - validLength(values.length, horizon, valid);
      const first = Math.min(width, Math.max(1, Math.floor((end - horizon) / 2)));
      return { first, end, after: Math.min(end, Math.max(first, end - horizon) + 1) };
    });
    this.#at = new Int32Array(spans.reduce((sum, { first, after }) => sum + Math.max(0, after - first), 0));
    this.#starts = new Int32Array(series.length + 1);
    let length = 0;
    spans.forEach(({ first, end, after }, place) => {
      const { values } = series[place];
      for (let at = first; at < after; at++) {
        if (hasValue(values, Math.max(0, at - width), at) && hasValue(values, at, Math.min(end, at + horizon))) {
          this.#at[length++] = at;
        }
      }
      this.#starts[place + 1] = length;
    });
  }

  /** Number of windows. */
  get length(): number {
    return this.#starts[this.#starts.length - 1];
  }

  /** Returns the origin of a window by its number. */
  origin(window: number): Origin {
    const series = lastAtMost(this.#starts.length - 1, (place) => this.#starts[place], window);
    return { series, at: this.#at[window] };
  }
}

/**
 * Lists the origins of validation windows, evenly spaced: the first at the end of the training part, the last a horizon
 * before the end.
 */
export function validationOrigins(
  series: readonly Valued[],
  { horizon, width, valid }: { readonly horizon: number; readonly width: number; readonly valid?: number },
): Origin[] {
  const spans = series.map(({ values }) => {
    const held = validLength(values.length, horizon, valid);
    return { first: values.length - held, places: held === 0 ? 0 : Math.max(1, held - horizon + 1) };
  });
  const total = spans.reduce((sum, { places }) => sum + places, 0);
  const stride = Math.max(1, Math.ceil(total / VALID_WINDOWS));
  return spans.flatMap(({ first, places }, place) => {
    const { values } = series[place];
    const origins = Array.from({ length: Math.ceil(places / stride) }, (_, i) => ({
      series: place,
      at: first + places - 1 - i * stride,
    })).reverse();
    return origins.filter(({ at }) =>
      hasValue(values, Math.max(0, at - width), at) && hasValue(values, at, Math.min(values.length, at + horizon))
    );
  });
}

/** Whether a value from a place up to another is not missing. */
export function hasValue(values: Float64Array, from: number, to: number): boolean {
  for (let t = from; t < to; t++) if (!Number.isNaN(values[t])) return true;
  return false;
}
