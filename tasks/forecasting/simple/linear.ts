import { solveRidge } from "./ridge.ts";

/** The penalty on the weights, as a share of the mean square of an input. */
const PENALTY = 0.3;

/** How often the weights are fitted. After the first time, windows with large errors count less. */
const ROUNDS = 3;

/** The least mean error by which a window is weighted, in standard deviations. */
const LEAST_ERROR = 0.05;

/** The most multiplications for the products of the inputs in a round, which limits the number of windows. */
const MOST_WORK = 3e8;

/** Sizes of a linear model. */
export interface LinearSizes {
  /** Number of values before a forecast that it is made from. */
  readonly window: number;
  /** Number of values to forecast. */
  readonly horizon: number;
  /** Number of steps after which values tend to repeat, at most the window; 1 if there is no season. */
  readonly period: number;
}

/**
 * A linear model of the values before: one row of weights for each step of the horizon, the same for all series, whose
 * products are added to the season before. A window is moved to a mean of 0 and scaled to a standard deviation of 1, so
 * that series of all sizes share the weights.
 */
export class LinearForecast {
  #sizes: LinearSizes;
  /** Weights `[window, horizon]`. */
  #weights: Float64Array;

  /** Uses given weights, `[window, horizon]`. */
  constructor(sizes: LinearSizes, weights: Float64Array) {
    this.#sizes = sizes;
    this.#weights = weights;
  }

  /**
   * Fits the weights to all windows of some histories, or evenly spread ones: by least squares, then twice by squares
   * divided by the errors, so that they come near the least absolute errors. Windows with a missing value to forecast
   * are left out. Returns undefined if fewer than twice as many windows as inputs remain.
   */
  static fit(histories: readonly Float64Array[], sizes: LinearSizes): LinearForecast | undefined {
    const windows = windowsOf(histories, sizes);
    if (windows.length < 2 * sizes.window) return undefined;
    let fitted: LinearForecast | undefined;
    for (let round = 0; round < ROUNDS; round++) {
      fitted = new LinearForecast(sizes, fitWeights(windows, sizes, fitted));
    }
    return fitted;
  }

  /** Forecasts from the last values of a history; before its beginning, its first value is repeated. */
  forecast(history: Float64Array): Float64Array {
    const { window } = this.#sizes;
    const recent = history.subarray(Math.max(0, history.length - window));
    const filled = fillForward(recent);
    const inputs = new Float64Array(window).fill(filled[0] ?? 0);
    inputs.set(filled, window - filled.length);
    const { mean, deviation } = scale(inputs, 0, window);
    return this.apply(inputs.map((x) => (x - mean) / deviation)).map((y) => mean + deviation * y);
  }

  /** Forecasts from a scaled window, in the same units. */
  apply(inputs: Float64Array): Float64Array {
    const { horizon, period } = this.#sizes;
    const sums = Float64Array.from({ length: horizon }, (_, h) => repeated(inputs, h, period));
    for (const [i, x] of inputs.entries()) {
      for (let h = 0, at = i * horizon; h < horizon; h++) sums[h] += x * this.#weights[at + h];
    }
    return sums;
  }
}

/** Repeats the value before each missing one; at the beginning, the first value. */
function fillForward(values: Float64Array): Float64Array {
  const filled = values.slice();
  let last = filled.find((value) => !Number.isNaN(value)) ?? 0;
  for (let t = 0; t < filled.length; t++) {
    if (Number.isNaN(filled[t])) filled[t] = last;
    else last = filled[t];
  }
  return filled;
}

/** Mean and standard deviation of a window; a deviation of 1 if the values are equal. */
function scale(values: Float64Array, start: number, length: number): { mean: number; deviation: number } {
  let [sum, squares] = [0, 0];
  for (let t = start; t < start + length; t++) sum += values[t];
  const mean = sum / length;
  for (let t = start; t < start + length; t++) squares += (values[t] - mean) ** 2;
  const deviation = Math.sqrt(squares / length);
  return { mean, deviation: deviation > 1e-9 * Math.abs(mean) ? deviation : 1 };
}

/** The value of the last season of a window that a step of the horizon repeats. */
function repeated(window: Float64Array, step: number, period: number): number {
  return window[window.length - period + step % period];
}

/** A scaled window, and the values after it in the same units. */
interface Window {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** All windows of some histories without missing values to forecast, or evenly spread ones. */
function windowsOf(histories: readonly Float64Array[], { window, horizon }: LinearSizes): Window[] {
  const places = histories.reduce((sum, { length }) => sum + Math.max(0, length - window - horizon + 1), 0);
  const stride = Math.max(1, Math.ceil(places * window * (window / 2 + horizon) / MOST_WORK));
  const windows: Window[] = [];
  let passed = 0;
  for (const values of histories) {
    const filled = fillForward(values);
    for (let start = 0; start + window + horizon <= values.length; start++) {
      if (passed++ % stride > 0) continue;
      const y = values.slice(start + window, start + window + horizon);
      if (y.some(Number.isNaN)) continue;
      const { mean, deviation } = scale(filled, start, window);
      const scaled = (value: number): number => (value - mean) / deviation;
      windows.push({ x: filled.slice(start, start + window).map(scaled), y: y.map(scaled) });
    }
  }
  return windows;
}

/** Fits weights by least squares; windows in which earlier weights have large errors count less. */
function fitWeights(
  windows: readonly Window[],
  { window, horizon, period }: LinearSizes,
  earlier?: LinearForecast,
): Float64Array {
  const [gram, products] = [new Float64Array(window * window), new Float64Array(window * horizon)];
  for (const { x, y } of windows) {
    const found = earlier?.apply(x);
    const error = found ? y.reduce((sum, value, h) => sum + Math.abs(value - found[h]), 0) / horizon : 1;
    const weight = 1 / Math.max(LEAST_ERROR, error);
    const change = y.map((value, h) => value - repeated(x, h, period));
    for (let i = 0; i < window; i++) {
      const weighted = weight * x[i];
      for (let j = 0, at = i * window; j <= i; j++) gram[at + j] += weighted * x[j];
      for (let h = 0, at = i * horizon; h < horizon; h++) products[at + h] += weighted * change[h];
    }
  }
  // The factorization reads the lower triangle alone.
  return solveRidge(gram, products, window, PENALTY);
}
