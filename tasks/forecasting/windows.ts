import type { EncodedSeries } from "./encoded_series.ts";
import type { ForecasterConfig } from "./hyperparameters.ts";
import type { SeriesProcessor } from "./series_processor.ts";
import { measureScale, type Scale, scaleValue } from "./scaling.ts";

/** A window's place: the series, and the index of the first value to forecast. */
export interface Origin {
  /** Index of the series. */
  readonly series: number;
  /** Index of the first value to forecast; the network reads values before it. */
  readonly at: number;
}

/** The parts of a configuration that shape a window. */
export type WindowShape = Pick<ForecasterConfig, "step" | "window" | "season" | "horizon" | "scaling">;

/** A batch of B windows as a network reads it. */
export interface WindowBatch {
  /** Number of windows B. */
  readonly size: number;
  /** Number of steps of the longest window, T. */
  readonly steps: number;
  /** Inputs of the recurrence `[T, B, I]`: values, masks and covariates of each step. */
  readonly inputs: Float32Array;
  /** Number of steps of each window. */
  readonly lengths: Int32Array;
  /** The scaled values of each window, `[B, W]`; zeros before the start of a series. */
  readonly values: Float32Array;
  /** The naive forecast on which the network builds, `[B, horizon]`. */
  readonly naive: Float32Array;
  /** The covariates and calendar known ahead of each value to forecast, `[B, horizon, K]`. */
  readonly ahead: Float32Array;
  /** The categories of the static covariates, for each of them `[B]`. */
  readonly statics: readonly Int32Array[];
  /** The scale of each window. */
  readonly scales: readonly Scale[];
}

/** Number of inputs of a step of the recurrence, without static covariates. */
export function inputSize({ step }: WindowShape, { config }: SeriesProcessor, known: number): number {
  return step * (1 + (config.masks ? 1 : 0) + config.known.length + config.observed.length) +
    (known - config.known.length) + 1;
}

/** Reads a batch of windows. What a window holds depends on nothing after its origin but what is known ahead. */
export function readWindows(
  series: readonly EncodedSeries[],
  origins: readonly Origin[],
  shape: WindowShape,
  processor: SeriesProcessor,
): WindowBatch {
  const { step, window, horizon } = shape;
  const known = series[0].known.length;
  const [size, width, inputs] = [origins.length, step * window, inputSize(shape, processor, known)];
  const lengths = Int32Array.from(origins, ({ at }) => Math.max(1, Math.ceil(Math.min(at, width) / step)));
  const steps = lengths.reduce((most, length) => Math.max(most, length), 1);
  const batch = {
    size,
    steps,
    lengths,
    inputs: new Float32Array(steps * size * inputs),
    values: new Float32Array(size * width),
    naive: new Float32Array(size * horizon),
    ahead: new Float32Array(size * horizon * known),
    statics: processor.config.statics.map((_, i) =>
      Int32Array.from(origins, ({ series: place }) => series[place].statics[i])
    ),
  };
  const scales = origins.map(({ series: place, at }, b) => {
    const one = series[place];
    const filled = fillWindow(one.values, at, shape);
    batch.values.set(filled.values, b * width);
    writeNaive(batch.naive.subarray(b * horizon, (b + 1) * horizon), filled.values, Math.min(at, width), shape.season);
    writeAhead(batch.ahead.subarray(b * horizon * known, (b + 1) * horizon * known), one, at);
    for (let t = 0; t < lengths[b]; t++) {
      const from = (t * size + b) * inputs;
      const to = batch.inputs.subarray(from, from + inputs);
      writeStep(to, one, filled, { at, first: width - (lengths[b] - t) * step, shape, processor });
    }
    return filled.scale;
  });
  return { ...batch, scales };
}

/** Reads the scaled values to forecast, `[B, horizon]`; NaN for those that are missing or beyond the end. */
export function readTargets(
  series: readonly EncodedSeries[],
  origins: readonly Origin[],
  { horizon }: WindowShape,
  scales: readonly Scale[],
): Float32Array {
  const targets = new Float32Array(origins.length * horizon).fill(NaN);
  origins.forEach(({ series: place, at }, b) => {
    const { values } = series[place];
    for (let h = 0; h < Math.min(horizon, values.length - at); h++) {
      targets[b * horizon + h] = scaleValue(values[at + h], scales[b]);
    }
  });
  return targets;
}

/** Reads the naive forecasts of windows, scaled, `[B, horizon]`. */
export function readNaive(
  series: readonly EncodedSeries[],
  origins: readonly Origin[],
  shape: WindowShape,
): Float32Array {
  const { step, window, season, horizon } = shape;
  const naive = new Float32Array(origins.length * horizon);
  origins.forEach(({ series: place, at }, b) => {
    const { values } = fillWindow(series[place].values, at, shape);
    writeNaive(naive.subarray(b * horizon, (b + 1) * horizon), values, Math.min(at, step * window), season);
  });
  return naive;
}

/** Returns the scale of a window. */
export function scaleOf(
  { series, shape: { step, window, scaling } }: {
    readonly series: readonly EncodedSeries[];
    readonly shape: WindowShape;
  },
  { series: place, at }: Origin,
): Scale {
  return measureScale(series[place].values.subarray(Math.max(0, at - step * window), at), scaling);
}

/** The scaled values of a window, aligned to its end, and which of them are known. */
interface FilledWindow {
  readonly values: Float32Array;
  readonly isKnown: Uint8Array;
  readonly scale: Scale;
}

/** Scales a window. A missing value takes that of a season before, or the last one; zero before the first. */
function fillWindow(all: Float64Array, at: number, { step, window, season, scaling }: WindowShape): FilledWindow {
  const width = step * window;
  const count = Math.min(at, width);
  const own = all.subarray(at - count, at);
  const scale = measureScale(own, scaling);
  const values = new Float32Array(width);
  const isKnown = new Uint8Array(width);
  const first = width - count;
  const begin = own.findIndex((value) => !Number.isNaN(value));
  for (let i = Math.max(begin, 0); i < count; i++) {
    const place = first + i;
    isKnown[place] = Number.isNaN(own[i]) ? 0 : 1;
    if (isKnown[place]) values[place] = scaleValue(own[i], scale);
    else values[place] = values[place - (i - season >= begin ? season : 1)] ?? 0;
  }
  return { values, isKnown, scale };
}

/** Writes the values of a season before, repeated; the last value if the window has no whole season. */
function writeNaive(to: Float32Array, values: Float32Array, count: number, season: number): void {
  const lag = count >= season ? season : 1;
  for (let h = 0; h < to.length; h++) to[h] = values[values.length - lag + h % lag];
}

function writeAhead(to: Float32Array, { known }: EncodedSeries, at: number): void {
  known.forEach((values, k) => {
    for (let h = 0, i = k; i < to.length; h++, i += known.length) to[i] = values[at + h] ?? 0;
  });
}

/** The logarithm of a window's deviation in relation to its level, which does not depend on the unit. */
function relativeDeviation({ shift, scale, floor }: Scale): number {
  return Math.log(floor === undefined ? scale / (Math.abs(shift) + scale) : scale);
}

/** The place of a step in its window. */
interface StepPlace {
  readonly at: number;
  readonly first: number;
  readonly shape: WindowShape;
  readonly processor: SeriesProcessor;
}

/**
 * Writes the inputs of a step: values, masks, covariates of each of its values, the calendar at its first value, and
 * the window's deviation beside its level, which scaling removes.
 */
function writeStep(to: Float32Array, series: EncodedSeries, filled: FilledWindow, place: StepPlace): void {
  const { at, first, shape: { step, window }, processor: { config } } = place;
  let end = 0;
  const start = at - step * window + first;
  for (let i = 0; i < step; i++) to[end++] = filled.values[first + i];
  if (config.masks) { for (let i = 0; i < step; i++) to[end++] = filled.isKnown[first + i]; }
  const covariates = [...series.known.slice(0, config.known.length), ...series.observed];
  for (const values of covariates) for (let i = 0; i < step; i++) to[end++] = values[start + i] ?? 0;
  for (const values of series.known.slice(config.known.length)) to[end++] = values[Math.max(0, start)];
  to[end] = relativeDeviation(filled.scale);
}
