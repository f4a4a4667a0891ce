import { InputRangeError } from "../../errors.ts";
import { describeValue } from "../../src/schema/mod.ts";
import { type Frequency, type Series, timeAfter } from "../data/series/mod.ts";

/** The expectation of a value, and how far the value is from it. */
export interface Observation {
  /** The value; NaN for a missing one. */
  readonly value: number;
  /** The median that was forecast for it; NaN before the first value. */
  readonly expected: number;
  /** The lower end of the 80 % interval that was forecast for it. */
  readonly lower: number;
  /** The upper end of that interval. */
  readonly upper: number;
  /**
   * The probability of a value at least as far out, on either side, by the forecast distribution; NaN for a missing
   * value or without a forecast.
   */
  readonly probability: number;
  /** The anomaly score: the negative decimal logarithm of the probability, 0 for the median. */
  readonly score: number;
}

/** A forecast of one value, by quantiles. */
export interface NextValue {
  /** Returns a quantile. */
  readonly quantile: (level: number) => number;
}

/** The part of a model that a stream uses. */
export interface StreamModel {
  /** Number of values in a window. */
  readonly width: number;
  /** Distance in time between two values. */
  readonly frequency: Frequency | null;
  /** Forecasts the value after a series. */
  readonly next: (series: Series) => NextValue;
}

/** Least probability that is told from 0, and the halvings that find a probability. */
const [LEAST, HALVINGS] = [1e-6, 40];

/**
 * Follows a series value by value: keeps one window of the latest values, and compares each value with the forecast
 * made before it. The time and memory for a value do not depend on how many came before.
 *
 * @example
 * ```ts
 * import { Forecaster, type ForecastStream, type Observation } from "@elman/elman";
 * import { assert } from "@std/assert";
 *
 * const values = Float64Array.from({ length: 60 }, (_, t) => 2 + t % 7);
 * const names = { targetName: "sales", knownNames: [], observedNames: [], staticNames: [] };
 * const data = { series: [{ id: "shop", values }], period: 7, ...names };
 * const forecaster = Forecaster.create({ data, horizon: 7, hidden: 4 });
 * await forecaster.fit(data, { epochs: 5 });
 * const stream: ForecastStream = forecaster.stream(data.series[0]);
 * const [usual, odd]: Observation[] = [stream.observe(6), stream.observe(40)];
 * assert(odd.score > usual.score);
 * ```
 */
export class ForecastStream {
  #model: StreamModel;
  #values: Float64Array;
  #count = 0;
  #time: number | undefined;
  #id: string;

  /** Use `Forecaster.stream`. */
  constructor(model: StreamModel, history: Series) {
    const { id, values, start } = history;
    this.#model = model;
    this.#id = id;
    this.#time = start;
    this.#values = new Float64Array(model.width);
    const first = Math.max(0, values.length - model.width);
    if (start !== undefined && model.frequency) this.#time = timeAfter(start, model.frequency, first);
    for (const value of values.subarray(first)) this.#push(value);
  }

  /** The latest values, as a series of at most a window. */
  get series(): Series {
    return { id: this.#id, values: this.#values.slice(0, this.#count), start: this.#time };
  }

  /** Compares a value with its forecast, then adds it to the window; NaN for a missing value. */
  observe(value: number): Observation {
    if (typeof value !== "number" || Math.abs(value) === Infinity) {
      throw new InputRangeError(`observe: expected a finite number or NaN, found ${describeValue(value)}`);
    }
    const isBegun = this.#values.subarray(0, this.#count).some((known) => !Number.isNaN(known));
    const observation = isBegun ? compare(value, this.#model.next(this.series)) : unexpected(value);
    this.#push(value);
    return observation;
  }

  #push(value: number): void {
    const { width, frequency } = this.#model;
    if (this.#count === width) {
      this.#values.copyWithin(0, 1);
      if (this.#time !== undefined && frequency) this.#time = timeAfter(this.#time, frequency, 1);
      this.#count--;
    }
    this.#values[this.#count++] = value;
  }
}

function unexpected(value: number): Observation {
  return { value, expected: NaN, lower: NaN, upper: NaN, probability: NaN, score: NaN };
}

function compare(value: number, { quantile }: NextValue): Observation {
  const [lower, expected, upper] = [0.1, 0.5, 0.9].map(quantile);
  if (Number.isNaN(value)) return { ...unexpected(value), expected, lower, upper };
  const probability = 2 * tailOf(value, value < expected ? (tail) => quantile(tail) : (tail) => -quantile(1 - tail), {
    isLower: value < expected,
  });
  return { value, expected, lower, upper, probability, score: -Math.log10(probability) };
}

/** Finds the probability of a tail that begins at a value, by halving. */
function tailOf(value: number, edge: (tail: number) => number, { isLower }: { readonly isLower: boolean }): number {
  const target = isLower ? value : -value;
  let [low, high] = [LEAST, 0.5];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = Math.sqrt(low * high);
    if (edge(middle) > target) high = middle;
    else low = middle;
  }
  return Math.sqrt(low * high);
}
