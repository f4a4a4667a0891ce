import { dropWeights, gather, lockedDropout, reshape, type Tensor } from "../tensor/mod.ts";
import type { Packing } from "./packing.ts";
import type { LayerWeights } from "./recurrence.ts";

/** Applies dropout with the same mask at every time step to packed rows `[N, H]`. */
export function dropPacked(x: Tensor, packing: Packing, rate: number): Tensor {
  const { isDense, batch, toPadded, fromPadded } = packing;
  const steps = [toPadded.length / batch, batch];
  const padded = isDense ? reshape(x, [...steps, -1]) : gather(x, toPadded, steps);
  const dropped = reshape(lockedDropout(padded, rate), [toPadded.length, -1]);
  return isDense ? dropped : gather(dropped, fromPadded);
}

/**
 * In training, returns a layer's weights with a new mask over the recurrent ones (DropConnect; Wan et al. 2013). The
 * time loop reads the masked copy at every step, so that a weight is missing from the whole sequence.
 */
export function dropRecurrentWeights(weights: LayerWeights, rate: number): LayerWeights {
  return rate === 0 ? weights : { ...weights, weightHH: dropWeights(weights.weightHH, rate) };
}
