import { inference } from "../../src/nn/mod.ts";
import { Breather } from "../../src/train/mod.ts";
import type { EncodedSeries } from "./encoded_series.ts";
import type { ForecastNetwork } from "./network.ts";
import type { SeriesProcessor } from "./series_processor.ts";
import type { Scale } from "./scaling.ts";
import { type Origin, readWindows, type WindowShape } from "./windows.ts";

/** Batch size for inference, in windows. */
const BATCH = 256;

/** The outputs for one window, by output and then by value, and its scale. */
export interface WindowOutputs {
  /** The outputs. */
  readonly outputs: Float32Array;
  /** The window's scale. */
  readonly scale: Scale;
}

/** The windows to forecast from. */
export interface WindowSource {
  /** The series. */
  readonly series: readonly EncodedSeries[];
  /** The shape of a window. */
  readonly shape: WindowShape;
  /** Share of the network's correction of the naive forecast. Default: 1. */
  readonly correction?: number;
  /** The processor of the inputs. */
  readonly processor: SeriesProcessor;
}

/** Runs the network on the windows of one batch. */
export function forecastBatch(
  network: ForecastNetwork,
  { series, shape, processor, correction }: WindowSource,
  origins: readonly Origin[],
): WindowOutputs[] {
  const batch = readWindows(series, origins, shape, processor);
  const outputs = inference(() => network.forward(batch, correction).toArray(), { engine: network.engine });
  const width = outputs.length / batch.size;
  return batch.scales.map((scale, b) => ({ outputs: outputs.subarray(b * width, (b + 1) * width), scale }));
}

/** Runs the network on windows, in batches. A window's outputs do not depend on the others, bit for bit. */
export async function forecastWindows(
  network: ForecastNetwork,
  source: WindowSource,
  origins: readonly Origin[],
  signal?: AbortSignal,
): Promise<WindowOutputs[]> {
  const results: WindowOutputs[] = [];
  const breather = new Breather();
  for (let start = 0; start < origins.length; start += BATCH) {
    results.push(...forecastBatch(network, source, origins.slice(start, start + BATCH)));
    signal?.throwIfAborted();
    await breather.breathe();
  }
  return results;
}
