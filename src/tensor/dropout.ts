import { InputRangeError } from "../../errors.ts";
import { describeValue } from "../schema/mod.ts";
import { seedWords } from "./random.ts";
import { Scope } from "./scope.ts";
import { allocateTensor, engineOf, type Tensor } from "./tensor.ts";

/** Applies one mask of x.size / repeats elements `repeats` times; returns x unchanged in inference. */
function dropMasked(x: Tensor, rate: number, repeats: number): Tensor {
  if (!(rate >= 0 && rate < 1)) {
    throw new InputRangeError(`dropout: expected a rate from 0 to below 1, found ${describeValue(rate)}`);
  }
  const engine = engineOf("dropout", x);
  const scope = Scope.of(engine, "dropout");
  if (rate === 0 || !scope.dropout) return x;
  const y = allocateTensor(engine, x.shape, "dropout");
  const period = x.size / repeats;
  const counter = [...seedWords(scope.seed), scope.nextStream(), scope.step] as const;
  engine.run("dropout", repeats, period, rate, x.address, y.address, 0, ...counter);
  scope.record([x], [y], () => {
    engine.run("dropout", repeats, period, rate, y.claimGradient(), x.zeroedGradient(), 1, ...counter);
  });
  return y;
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
