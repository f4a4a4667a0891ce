import { InputRangeError } from "../../errors.ts";
import { expectKind } from "../schema/mod.ts";
import { mul } from "./elementwise.ts";
import { sum } from "./reductions.ts";
import { Scope } from "./scope.ts";
import { formatShape } from "./shape.ts";
import { tensor } from "./create.ts";
import { allocateTensor, engineOf, type Tensor } from "./tensor.ts";

/** Throws `RangeError` unless there are `count` lengths, each from 1 to `most`. */
export function checkLengths(action: string, lengths: Int32Array, count: number, most: number): void {
  expectKind(action, "lengths", lengths, Int32Array);
  if (lengths.length !== count) {
    throw new InputRangeError(`${action}: expected ${count} lengths, found ${lengths.length}`);
  }
  for (const length of lengths) {
    if (!(length >= 1 && length <= most)) {
      throw new InputRangeError(`${action}: expected lengths from 1 to ${most}, found ${length}`);
    }
  }
}

function checkSteps(action: string, x: Tensor, lengths: Int32Array): void {
  engineOf(action, x);
  const [T, B] = x.shape;
  if (x.shape.length !== 3 || T < 1) {
    throw new InputRangeError(`${action}: expected [T, B, K], found ${formatShape(x.shape)}`);
  }
  checkLengths(action, lengths, B, T);
}

/**
 * Averages x[T, B, K] over the steps of each sequence, [B, K]. Steps beyond a sequence's length must be zeros.
 *
 * @example
 * ```ts
 * import { inference, meanSteps, tensor } from "@elman/elman/nn";
 * import { assertEquals } from "@std/assert";
 *
 * inference(() => {
 *   const states = tensor([1, 2, 3, 0], [2, 2, 1]); // The second sequence has one step.
 *   assertEquals([...meanSteps(states, Int32Array.of(2, 1)).toArray()], [2, 2]);
 * });
 * ```
 */
export function meanSteps(x: Tensor, lengths: Int32Array): Tensor {
  checkSteps("mean over steps", x, lengths);
  const shares = Float32Array.from(lengths, (length) => 1 / length);
  return mul(sum(x, 0), tensor(shares, [lengths.length, 1], { engine: x.engine }));
}

/**
 * Computes the maximum of x[T, B, K] over the steps of each sequence, [B, K]; the gradient goes to the first step that
 * attains it.
 *
 * @example
 * ```ts
 * import { inference, maxSteps, tensor } from "@elman/elman/nn";
 * import { assertEquals } from "@std/assert";
 *
 * inference(() => {
 *   const states = tensor([1, -2, 3, 0], [2, 2, 1]); // The second sequence has one step.
 *   assertEquals([...maxSteps(states, Int32Array.of(2, 1)).toArray()], [3, -2]);
 * });
 * ```
 */
export function maxSteps(x: Tensor, lengths: Int32Array): Tensor {
  checkSteps("maximum over steps", x, lengths);
  const [, B, K] = x.shape;
  const { engine } = x;
  const y = allocateTensor(engine, [B, K], "maximum over steps");
  const at = engine.arena.allocate(B * K * 4);
  engine.run("max_steps", B, K, engine.placeIntegers(lengths), x.address, y.address, at);
  Scope.of(engine, "maximum over steps").record([x], [y], () => {
    engine.run("max_steps_backward", B, K, at, y.claimGradient(), x.zeroedGradient());
  });
  return y;
}
