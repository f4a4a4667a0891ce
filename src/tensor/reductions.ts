import { InputRangeError } from "../../errors.ts";
import { Scope } from "./scope.ts";
import { affine } from "./elementwise.ts";
import { checkDimension } from "./layout.ts";
import { describeValue } from "../schema/mod.ts";
import { sizeOf } from "./shape.ts";
import { allocateTensor, engineOf, rowsOf, type Tensor } from "./tensor.ts";

function sumAll(x: Tensor, scale: number): Tensor {
  const engine = engineOf("sum", x);
  const { size } = x;
  const y = allocateTensor(engine, [], "sum");
  engine.run("sum", size, x.address, scale, y.address);
  Scope.of(engine, "sum").record("sum", [x], [y], () => {
    const slope = engine.floats(y.claimGradient(), 1)[0] * scale;
    const ones = engine.arena.allocate(size * 4);
    engine.run("fill", size, slope, ones);
    engine.run("add_scaled", size, 1, ones, x.zeroedGradient());
  }, { dimension: undefined, scale });
  return y;
}

/**
 * Sums all elements, or those along one dimension, which is removed.
 *
 * @example
 * ```ts
 * import { inference, sum, tensor } from "@elman/elman/nn";
 * import { assertEquals } from "@std/assert";
 *
 * inference(() => {
 *   const x = tensor([1, 2, 3, 4, 5, 6], [2, 3]);
 *   assertEquals(sum(x).item(), 21);
 *   assertEquals([...sum(x, 0).toArray()], [5, 7, 9]);
 * });
 * ```
 */
export function sum(x: Tensor, dimension?: number): Tensor {
  if (dimension === undefined) return sumAll(x, 1);
  const engine = engineOf("sum", x);
  checkDimension("sum", x, dimension);
  const extent = x.shape[dimension];
  const shape = x.shape.filter((_, d) => d !== dimension);
  const lead = sizeOf(x.shape.slice(0, dimension));
  const width = sizeOf(x.shape.slice(dimension + 1));
  const y = allocateTensor(engine, shape, "sum");
  // Strides over (lead, extent, width): the sums have stride 0 along the removed dimension.
  const whole = [0, extent * width, width, 1] as const;
  const sums = [0, width, 0, 1] as const;
  engine.run("fill", y.size, 0, y.address);
  engine.run("copy_strided", 1, lead, extent, width, x.address, ...whole, y.address, ...sums, 1);
  Scope.of(engine, "sum").record("sum", [x], [y], () => {
    const to = x.zeroedGradient();
    engine.run("copy_strided", 1, lead, extent, width, y.claimGradient(), ...sums, to, ...whole, 1);
  }, { dimension, scale: 1 });
  return y;
}

/**
 * Averages all elements, or those along one dimension, which is removed.
 *
 * @example
 * ```ts
 * import { inference, mean, tensor } from "@elman/elman/nn";
 * import { assertEquals } from "@std/assert";
 *
 * inference(() => {
 *   const x = tensor([1, 2, 3, 6], [2, 2]);
 *   assertEquals(mean(x).item(), 3);
 *   assertEquals([...mean(x, 1).toArray()], [1.5, 4.5]);
 * });
 * ```
 */
export function mean(x: Tensor, dimension?: number): Tensor {
  // The factor would be the traced size's.
  return Scope.of(engineOf("mean", x), "mean").asOne(
    () => dimension === undefined ? sumAll(x, 1 / x.size) : affine(sum(x, dimension), 1 / x.shape[dimension]),
    (scope, y) => scope.note("mean", [x], [y], { dimension }),
  );
}

/**
 * Returns the indexes of the `count` largest elements of each row of x[..., n], [rows, count]: largest first, ties in
 * ascending order, then -1 if a row has too few. NaN is skipped. Not differentiable. Throws `RangeError` if `count` is
 * not an integer.
 *
 * @example
 * ```ts
 * import { inference, largest, tensor } from "@elman/elman/nn";
 * import { assertEquals } from "@std/assert";
 *
 * const scores = [0.1, 0.7, 0.2, 0.5, 0.1, 0.4];
 * assertEquals([...inference(() => largest(tensor(scores, [2, 3]), 2))], [1, 2, 0, 2]);
 * ```
 */
export function largest(x: Tensor, count: number): Int32Array {
  const engine = engineOf("find the largest elements", x);
  checkCount("find the largest elements", count);
  const n = x.shape.at(-1) ?? 1;
  const rows = rowsOf(x);
  const places = allocateTensor(engine, [rows, count], "find the largest elements");
  engine.run("largest", rows, n, count, x.address, places.address);
  return integersOf(places);
}

/** Throws `RangeError` unless a count is a whole number. */
export function checkCount(action: string, count: number): void {
  if (Number.isSafeInteger(count) && count >= 0) return;
  throw new InputRangeError(`${action}: expected a whole number as count, found ${describeValue(count)}`);
}

/** Copies the integers that a kernel wrote to a tensor's memory. */
export function integersOf(places: Tensor): Int32Array {
  return places.engine.integers(places.address, places.size).slice();
}
