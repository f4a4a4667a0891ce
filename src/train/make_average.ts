import type { Slab } from "../tensor/mod.ts";
import { type Average, EpochAverage, MovingAverage } from "./average.ts";
import { LazyMovingAverage } from "./lazy_average.ts";
import { NonMonotonicAverage } from "./non_monotonic_average.ts";
import type { TrainSettings } from "./settings.ts";

/** Makes the average that the settings specify, if any. */
export function makeAverage(
  slab: Slab,
  { averaging, averageLast, averageAfter, lazy, optimizer, clipValue }: TrainSettings,
): Average | undefined {
  if (averageAfter !== null) return new NonMonotonicAverage(slab, averageAfter);
  if (averageLast !== null) return new EpochAverage(slab, averageLast);
  if (averaging === null) return undefined;
  // Other optimizers, and clipping the elements of the gradients, make a step change all values.
  const leavesRows = lazy && optimizer === "adam" && clipValue === null;
  return leavesRows ? new LazyMovingAverage(slab, averaging) : new MovingAverage(slab, averaging);
}
