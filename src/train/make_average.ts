import type { Slab } from "../tensor/mod.ts";
import { type Average, EpochAverage, MovingAverage } from "./average.ts";
import { LazyMovingAverage } from "./lazy_average.ts";
import { NonMonotonicAverage } from "./non_monotonic_average.ts";
import type { TrainSettings } from "./settings.ts";

/** Makes the average that the settings specify, if any. */
export function makeAverage(
  slab: Slab,
  { averaging, averageLast, averageAfter, lazy, optimizer }: TrainSettings,
): Average | undefined {
  if (averageAfter !== null) return new NonMonotonicAverage(slab, averageAfter);
  if (averageLast !== null) return new EpochAverage(slab, averageLast);
  if (averaging === null) return undefined;
  // A step of other optimizers changes all values.
  return lazy && optimizer === "adam" ? new LazyMovingAverage(slab, averaging) : new MovingAverage(slab, averaging);
}
