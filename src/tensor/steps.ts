import { InputRangeError } from "../../errors.ts";
import { describeValue, expectKind } from "../schema/mod.ts";
import { mul } from "./elementwise.ts";
import { gather, reshape } from "./layout.ts";
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
  return Scope.of(x.engine, "mean over steps").asOne(
    () => mul(sum(x, 0), tensor(shares, [lengths.length, 1], { engine: x.engine })),
    (scope, y) => scope.note("meanSteps", [x, lengths], [y]),
  );
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
  const [T, B, K] = x.shape;
  return Scope.of(x.engine, "maximum over steps").asOne(
    () => reshape(maxOfWindows("maximum over steps", x, lengths, T), [B, K]),
    (scope, y) => scope.note("maxSteps", [x, lengths], [y]),
  );
}

/**
 * Computes the maximum of x[T, B, K] over windows of `size` steps, [ceil(T / size), B, K]. Only the steps of each
 * sequence count: a sequence of length L has ceil(L / size) windows, and zeros beyond. The gradient goes to the first
 * step that attains the maximum.
 *
 * @example
 * ```ts
 * import { inference, maxPool, tensor } from "@elman/elman/nn";
 * import { assertEquals } from "@std/assert";
 *
 * inference(() => {
 *   const x = tensor([1, 4, 3, 2, 5], [5, 1, 1]);
 *   assertEquals([...maxPool(x, Int32Array.of(5), 2).toArray()], [4, 3, 5]);
 *   assertEquals([...maxPool(x, Int32Array.of(3), 2).toArray()], [4, 3, 0]);
 * });
 * ```
 */
export function maxPool(x: Tensor, lengths: Int32Array, size: number): Tensor {
  checkSteps("pool over time", x, lengths);
  if (!(Number.isInteger(size) && size >= 1)) {
    throw new InputRangeError(`pool over time: expected windows of at least 1 step, found ${describeValue(size)}`);
  }
  return Scope.of(x.engine, "pool over time").asOne(
    () => maxOfWindows("pool over time", x, lengths, Math.min(size, x.shape[0])),
    (scope, y) => scope.note("maxPool", [x, lengths], [y], { size }),
  );
}

/** The largest number of regions of a sequence. */
export const MOST_REGIONS = 4096;

/**
 * Computes the maximum of x[T, B, K] over equal parts of each sequence, [regions, B, K], as PyTorch's
 * `AdaptiveMaxPool1d` does: part r of a sequence of length L has the steps from floor(r L / regions) to below
 * ceil((r + 1) L / regions). Parts overlap where the length is not a multiple of their number. The gradient goes to the
 * first step that attains the maximum.
 *
 * @example
 * ```ts
 * import { adaptiveMaxPool, inference, tensor } from "@elman/elman/nn";
 * import { assertEquals } from "@std/assert";
 *
 * inference(() => {
 *   const x = tensor([1, 4, 3, 2, 5], [5, 1, 1]);
 *   assertEquals([...adaptiveMaxPool(x, Int32Array.of(5), 2).toArray()], [4, 5]);
 *   assertEquals([...adaptiveMaxPool(x, Int32Array.of(4), 2).toArray()], [4, 3]);
 * });
 * ```
 */
export function adaptiveMaxPool(x: Tensor, lengths: Int32Array, regions: number): Tensor {
  const action = "pool regions";
  checkSteps(action, x, lengths);
  if (!(Number.isInteger(regions) && regions >= 1 && regions <= MOST_REGIONS)) {
    throw new InputRangeError(`${action}: expected from 1 to ${MOST_REGIONS} regions, found ${describeValue(regions)}`);
  }
  return Scope.of(x.engine, action).asOne(
    () => maxOfRegions(action, x, lengths, regions),
    (scope, y) => scope.note("adaptiveMaxPool", [x, lengths], [y], { regions }),
  );
}

/** Lays the regions of each sequence out as windows of one size, which a region fills with its last step. */
function maxOfRegions(action: string, x: Tensor, lengths: Int32Array, regions: number): Tensor {
  const [T, B, K] = x.shape;
  const startOf = (b: number, region: number): number => Math.floor(region * lengths[b] / regions);
  const endOf = (b: number, region: number): number => Math.ceil((region + 1) * lengths[b] / regions);
  let size = 1;
  for (let b = 0; b < B; b++) {
    for (let r = 0; r < regions; r++) size = Math.max(size, endOf(b, r) - startOf(b, r));
  }
  const rows = Int32Array.from({ length: regions * size * B }, (_, i) => {
    const [step, b] = [Math.floor(i / B), i % B];
    const region = Math.floor(step / size);
    return Math.min(startOf(b, region) + step % size, endOf(b, region) - 1) * B + b;
  });
  const windows = rows.length === T * B && rows.every((row, i) => row === i)
    ? x
    : gather(reshape(x, [T * B, K]), rows, [regions * size, B]);
  return maxOfWindows(action, windows, new Int32Array(B).fill(regions * size), size);
}

function maxOfWindows(action: string, x: Tensor, lengths: Int32Array, size: number): Tensor {
  const [T, B, K] = x.shape;
  const { engine } = x;
  const windows = Math.ceil(T / size);
  const y = allocateTensor(engine, [windows, B, K], action);
  const at = engine.arena.allocate(y.size * 4);
  engine.run("max_pool", B, K, windows, size, engine.placeIntegers(lengths), x.address, y.address, at);
  Scope.of(engine, action).record("maxPool", [x, lengths], [y], () => {
    engine.run("max_pool_backward", B, K, windows, at, y.claimGradient(), x.zeroedGradient());
  }, { size });
  return y;
}

/**
 * Replaces the steps of x[T, B, K] beyond each sequence's length by zeros. Returns x itself if there are none.
 *
 * @example
 * ```ts
 * import { inference, maskSteps, tensor } from "@elman/elman/nn";
 * import { assertEquals } from "@std/assert";
 *
 * inference(() => {
 *   const x = tensor([1, 2, 3, 4], [2, 2, 1]);
 *   assertEquals([...maskSteps(x, Int32Array.of(2, 1)).toArray()], [1, 2, 3, 0]);
 * });
 * ```
 */
export function maskSteps(x: Tensor, lengths: Int32Array): Tensor {
  checkSteps("mask steps", x, lengths);
  return Scope.of(x.engine, "mask steps").asOne(
    () => masked(x, lengths),
    (scope, y) => scope.note("maskSteps", [x, lengths], [y]),
  );
}

function masked(x: Tensor, lengths: Int32Array): Tensor {
  const [T, B, K] = x.shape;
  if (lengths.every((length) => length === T)) return x;
  const own = Int32Array.from({ length: T * B }, (_, row) => Math.floor(row / B) < lengths[row % B] ? row : -1);
  return gather(reshape(x, [T * B, K]), own, [T, B]);
}
