import { InputRangeError } from "../../errors.ts";
import type { Address } from "../engine/mod.ts";
import { describeValue } from "../schema/mod.ts";
import { seedWords } from "./random.ts";
import { Scope } from "./scope.ts";
import { allocateTensor, engineOf, type Tensor } from "./tensor.ts";

/** The counter of a mask: the words of the seed, the stream and the step. */
type Counter = readonly [seedLow: number, seedHigh: number, stream: number, step: number];

/** Writes x times a mask to y, or adds it. */
type Mask = (x: Address, y: Address, accumulate: 0 | 1, counter: Counter) => void;

/** Applies a mask; returns x unchanged in inference. The backward pass draws the same mask again. */
function applyMask(x: Tensor, rate: number, mask: Mask): Tensor {
  if (!(rate >= 0 && rate < 1)) {
    throw new InputRangeError(`dropout: expected a rate from 0 to below 1, found ${describeValue(rate)}`);
  }
  const engine = engineOf("dropout", x);
  const scope = Scope.of(engine, "dropout");
  if (rate === 0 || !scope.dropout) return x;
  const y = allocateTensor(engine, x.shape, "dropout");
  const counter = [...seedWords(scope.seed), scope.nextStream(), scope.step] as const;
  mask(x.address, y.address, 0, counter);
  scope.record("dropout", [x], [y], () => {
    const adds = x.hasGradient ? 1 : 0;
    mask(y.claimGradient(), adds ? x.zeroedGradient() : x.claimGradient(), adds, counter);
  });
  return y;
}

/** Applies one mask of x.size / repeats elements `repeats` times. */
function dropMasked(x: Tensor, rate: number, repeats: number): Tensor {
  return applyMask(x, rate, (from, to, accumulate, counter) => {
    x.engine.run("dropout", repeats, x.size / repeats, rate, from, to, accumulate, ...counter);
  });
}

/**
 * During training, zeroes each element with probability `rate` and scales the rest by 1 / (1 - rate) (Srivastava et al.
 * 2014).
 *
 * @example
 * ```ts
 * import { dropout, inference, tensor, training } from "@elman/elman/nn";
 * import { assert, assertEquals } from "@std/assert";
 *
 * const ones = new Float32Array(100).fill(1);
 * const kept = training(() => dropout(tensor(ones), 0.5).toArray());
 * assert(kept.every((x) => x === 0 || x === 2));
 * assertEquals(inference(() => dropout(tensor(ones), 0.5).toArray()), ones);
 * ```
 */
export function dropout(x: Tensor, rate: number): Tensor {
  return dropMasked(x, rate, 1);
}

/**
 * Applies dropout with the same mask at every time step of x[T, ...] (Gal and Ghahramani 2016).
 *
 * @example
 * ```ts
 * import { lockedDropout, tensor, training } from "@elman/elman/nn";
 * import { assertEquals } from "@std/assert";
 *
 * const ones = new Float32Array(2 * 3 * 4).fill(1);
 * const kept = training(() => lockedDropout(tensor(ones, [2, 3, 4]), 0.5).toArray());
 * assertEquals(kept.subarray(0, 12), kept.subarray(12)); // Both steps have the same mask.
 * ```
 */
export function lockedDropout(x: Tensor, rate: number): Tensor {
  engineOf("dropout", x);
  return dropMasked(x, rate, Math.max(1, x.shape[0] ?? 1));
}

/**
 * During training, returns a copy of a weight with each element zeroed with probability `rate` and the rest scaled by
 * 1 / (1 - rate) (DropConnect; Wan et al. 2013), in half the time that `dropout` takes. An element is kept by 16 random
 * bits.
 *
 * @example
 * ```ts
 * import { dropWeights, matmul, Parameter, sum, tensor, training } from "@elman/elman/nn";
 * import { assertEquals } from "@std/assert";
 *
 * const weight = new Parameter([40, 10], { values: new Float32Array(400).fill(1) });
 * const dropped = training(() => {
 *   const own = dropWeights(weight, 0.5);
 *   sum(own).backward();
 *   return own.toArray();
 * });
 * assertEquals([...new Set(dropped)].sort(), [0, 2]);
 * assertEquals(weight.gradients(), dropped); // The gradient has the same mask.
 * ```
 */
export function dropWeights(weight: Tensor, rate: number): Tensor {
  return applyMask(weight, rate, (from, to, accumulate, counter) => {
    weight.engine.run("drop_weights", weight.size, rate, from, to, accumulate, ...counter);
  });
}
