import { InputRangeError } from "../../errors.ts";
import { type Address, type Engine, offset } from "../engine/mod.ts";
import { describeValue, expectKind } from "../schema/mod.ts";
import type { OperationAttributes } from "./operation.ts";
import { Scope } from "./scope.ts";
import { checkShape, formatShape, isSameShape, sizeOf } from "./shape.ts";
import { allocateTensor, engineOf, type Tensor } from "./tensor.ts";
import type { RowSource } from "./tensor_parts.ts";

/** The number of dimensions that the strided copy kernel takes. */
const RANK = 4;

/** A strided copy: the extents and, for each side, the first element's address and the strides in floats. */
interface StridedCopy {
  readonly extents: readonly number[];
  readonly from: Address;
  readonly fromStrides: readonly number[];
  readonly to: Address;
  readonly toStrides: readonly number[];
}

/** Returns a view of x with another shape. */
function viewed(name: "reshape" | "broadcast", x: Tensor, shape: readonly number[]): Tensor {
  const view = x.withShape(shape);
  Scope.current(x.engine)?.note(name, [x], [view]);
  return view;
}

/** Returns the row-major strides of a shape, in elements. */
function strides(shape: readonly number[]): number[] {
  const result = new Array<number>(shape.length);
  let stride = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    result[i] = stride;
    stride *= shape[i];
  }
  return result;
}

function padded(values: readonly number[], filler: number): [number, number, number, number] {
  const [a, b, c, d] = [...new Array<number>(RANK - values.length).fill(filler), ...values];
  return [a, b, c, d];
}

function run(engine: Engine, copy: StridedCopy, accumulate: boolean): void {
  engine.run(
    "copy_strided",
    ...padded(copy.extents, 1),
    copy.from,
    ...padded(copy.fromStrides, 0),
    copy.to,
    ...padded(copy.toStrides, 0),
    accumulate ? 1 : 0,
  );
}

/** Copies x into a new tensor with the strided copies in `parts`; `backward` runs them in reverse. */
function rearrange<N extends "permute" | "slice" | "broadcast">(
  name: N,
  x: Tensor,
  shape: readonly number[],
  parts: (y: Tensor) => Omit<StridedCopy, "from" | "to"> & { skip?: number },
  attributes?: OperationAttributes[N],
): Tensor {
  if (Math.max(x.shape.length, shape.length) > RANK) {
    throw new InputRangeError(`${name}: expected at most ${RANK} dimensions, found ${formatShape(x.shape)}`);
  }
  const engine = engineOf(name, x);
  const y = allocateTensor(engine, shape, name);
  const { skip = 0, extents, fromStrides, toStrides } = parts(y);
  run(engine, { extents, from: offset(x.address, skip), fromStrides, to: y.address, toStrides }, false);
  Scope.of(engine, name).record(name, [x], [y], () => {
    const to = offset(x.zeroedGradient(), skip);
    run(engine, { extents, from: y.claimGradient(), fromStrides: toStrides, to, toStrides: fromStrides }, true);
  }, attributes);
  return y;
}

/**
 * Returns the same values with another shape; one extent may be -1, which is inferred.
 *
 * @example
 * ```ts
 * import { inference, reshape, tensor } from "@elman/elman/nn";
 * import { assertEquals } from "@std/assert";
 *
 * inference(() => assertEquals(reshape(tensor(new Float32Array(12), [2, 3, 2]), [6, -1]).shape, [6, 2]));
 * ```
 */
export function reshape(x: Tensor, shape: readonly number[]): Tensor {
  engineOf("reshape", x);
  expectKind("reshape", "its shape", shape, Array);
  const known = shape.reduce((product, extent) => extent === -1 ? product : product * extent, 1);
  if (known === 0 && shape.includes(-1)) {
    const found = formatShape(shape);
    throw new InputRangeError(`reshape ${formatShape(x.shape)}: expected no extent of 0 beside -1, found ${found}`);
  }
  return viewed("reshape", x, shape.map((extent) => extent === -1 ? x.size / known : extent));
}

/**
 * Reorders the dimensions: dimension i of the result is dimension order[i] of x.
 *
 * @example
 * ```ts
 * import { inference, permute, tensor } from "@elman/elman/nn";
 * import { assertEquals } from "@std/assert";
 *
 * inference(() => {
 *   const steps = tensor(new Float32Array(5 * 2 * 3), [5, 2, 3]); // [T, B, H]
 *   assertEquals(permute(steps, [1, 0, 2]).shape, [2, 5, 3]);
 * });
 * ```
 */
export function permute(x: Tensor, order: readonly number[]): Tensor {
  engineOf("permute", x);
  expectKind("permute", "its order", order, Array);
  if (order.length !== x.shape.length || [...order].sort().some((d, i) => d !== i)) {
    throw new InputRangeError(
      `permute ${formatShape(x.shape)}: expected each dimension once, found ${formatShape(order)}`,
    );
  }
  const shape = order.map((d) => x.shape[d]);
  const from = strides(x.shape);
  const parts = (): Omit<StridedCopy, "from" | "to"> => ({
    extents: shape,
    fromStrides: order.map((d) => from[d]),
    toStrides: strides(shape),
  });
  return rearrange("permute", x, shape, parts, { order });
}

/**
 * Swaps the last two dimensions.
 *
 * @example
 * ```ts
 * import { inference, tensor, transpose } from "@elman/elman/nn";
 * import { assertEquals } from "@std/assert";
 *
 * inference(() => {
 *   const y = transpose(tensor([1, 2, 3, 4, 5, 6], [2, 3]));
 *   assertEquals(y.shape, [3, 2]);
 *   assertEquals([...y.toArray()], [1, 4, 2, 5, 3, 6]);
 * });
 * ```
 */
export function transpose(x: Tensor): Tensor {
  engineOf("transpose", x);
  const last = x.shape.length - 1;
  if (last < 1) throw new InputRangeError(`transpose: expected at least two dimensions, found ${formatShape(x.shape)}`);
  return permute(x, [...x.shape.keys()].map((d) => d === last ? last - 1 : d === last - 1 ? last : d));
}

/** Throws `RangeError` unless a number is the index of a dimension of x. */
export function checkDimension(name: string, x: Tensor, dimension: number): void {
  if (!Number.isInteger(dimension) || dimension < 0 || dimension >= x.shape.length) {
    throw new InputRangeError(
      `${name}: expected a dimension of ${formatShape(x.shape)}, found ${describeValue(dimension)}`,
    );
  }
}

/**
 * Returns the elements [start, end) of one dimension.
 *
 * @example
 * ```ts
 * import { inference, slice, tensor } from "@elman/elman/nn";
 * import { assertEquals } from "@std/assert";
 *
 * inference(() => {
 *   const x = tensor([1, 2, 3, 4, 5, 6], [2, 3]);
 *   assertEquals([...slice(x, 1, 1, 3).toArray()], [2, 3, 5, 6]);
 * });
 * ```
 */
export function slice(x: Tensor, dimension: number, start: number, end: number): Tensor {
  engineOf("slice", x);
  checkDimension("slice", x, dimension);
  if (!(Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start <= end && end <= x.shape[dimension])) {
    throw new InputRangeError(
      `slice: expected a range within 0 to ${x.shape[dimension]} of dimension ${dimension}, found ${start} to ${end}`,
    );
  }
  const shape = x.shape.map((extent, d) => d === dimension ? end - start : extent);
  const fromStrides = strides(x.shape);
  const parts = (): Omit<StridedCopy, "from" | "to"> & { skip: number } => ({
    skip: start * fromStrides[dimension],
    extents: shape,
    fromStrides,
    toStrides: strides(shape),
  });
  return rearrange("slice", x, shape, parts, { dimension, start, end });
}

/**
 * Concatenates tensors along one dimension; all other dimensions must match.
 *
 * @example
 * ```ts
 * import { concat, inference, tensor } from "@elman/elman/nn";
 * import { assertEquals } from "@std/assert";
 *
 * inference(() => {
 *   const forward = tensor([1, 2], [2, 1]);
 *   const backward = tensor([3, 4], [2, 1]);
 *   assertEquals([...concat([forward, backward], 1).toArray()], [1, 3, 2, 4]);
 * });
 * ```
 */
export function concat(tensors: readonly Tensor[], dimension: number): Tensor {
  if (tensors.length === 0) throw new InputRangeError("concat: expected at least one tensor, found none");
  const engine = engineOf("concat", ...tensors);
  const [first] = tensors;
  checkDimension("concat", first, dimension);
  for (const { shape } of tensors) {
    if (shape.length !== first.shape.length || shape.some((e, d) => d !== dimension && e !== first.shape[d])) {
      throw new InputRangeError(
        `concat: expected shapes that differ in dimension ${dimension} only, found ${formatShape(first.shape)} and ${
          formatShape(shape)
        }`,
      );
    }
  }
  const total = tensors.reduce((sum, { shape }) => sum + shape[dimension], 0);
  const shape = first.shape.map((extent, d) => d === dimension ? total : extent);
  if (shape.length > RANK) {
    throw new InputRangeError(`concat: expected at most ${RANK} dimensions, found ${formatShape(shape)}`);
  }
  const y = allocateTensor(engine, shape, "concat");
  const toStrides = strides(shape);
  let skip = 0;
  const parts = tensors.map((x) => {
    const part = { x, extents: x.shape, fromStrides: strides(x.shape), skip: skip * toStrides[dimension] };
    run(engine, { ...part, from: x.address, to: offset(y.address, part.skip), toStrides }, false);
    skip += x.shape[dimension];
    return part;
  });
  Scope.of(engine, "concat").record("concat", tensors, [y], () => {
    for (const { x, extents, fromStrides, skip } of parts.reverse()) {
      if (!x.requiresGradient) continue;
      const from = offset(y.claimGradient(), skip);
      run(engine, { extents, from, fromStrides: toStrides, to: x.zeroedGradient(), toStrides: fromStrides }, true);
    }
  }, { dimension });
  return y;
}

/**
 * Returns the shape to which two shapes broadcast by NumPy's rules: aligned at the right, extents of 1 are repeated.
 */
export function broadcastShapes(name: string, a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const left = a[i - rank + a.length] ?? 1;
    const right = b[i - rank + b.length] ?? 1;
    if (left !== right && left !== 1 && right !== 1) {
      throw new InputRangeError(
        `${name}: expected shapes that broadcast, found ${formatShape(a)} and ${formatShape(b)}`,
      );
    }
    return left === 1 ? right : left;
  });
}

/**
 * Broadcasts x to a shape; returns x itself if it already has that shape. Throws `RangeError` if it does not broadcast.
 *
 * @example
 * ```ts
 * import { broadcastTo, inference, tensor } from "@elman/elman/nn";
 * import { assertEquals } from "@std/assert";
 *
 * inference(() => assertEquals([...broadcastTo(tensor([1, 2], [2, 1]), [2, 3]).toArray()], [1, 1, 1, 2, 2, 2]));
 * ```
 */
export function broadcastTo(x: Tensor, shape: readonly number[]): Tensor {
  engineOf("broadcast", x);
  checkShape("broadcast", shape);
  if (isSameShape(x.shape, shape)) return x;
  if (!isSameShape(broadcastShapes("broadcast", x.shape, shape), shape)) {
    throw new InputRangeError(
      `broadcast: expected a shape to which ${formatShape(x.shape)} broadcasts, found ${formatShape(shape)}`,
    );
  }
  if (x.size === sizeOf(shape)) return viewed("broadcast", x, shape);
  const lead = shape.length - x.shape.length;
  const own = strides(x.shape);
  return rearrange("broadcast", x, shape, () => ({
    extents: shape,
    fromStrides: shape.map((_, d) => d < lead || x.shape[d - lead] === 1 ? 0 : own[d - lead]),
    toStrides: strides(shape),
  }));
}

/**
 * Gathers rows of x[R, ...] by index: y[i] = x[index[i]]; a negative index gives zeros. In the result, the dimensions
 * `lead` replace R.
 *
 * @example
 * ```ts
 * import { gather, inference, tensor } from "@elman/elman/nn";
 * import { assertEquals } from "@std/assert";
 *
 * inference(() => {
 *   const rows = tensor([1, 2, 3, 4], [2, 2]);
 *   assertEquals([...gather(rows, Int32Array.of(1, -1, 0)).toArray()], [3, 4, 0, 0, 1, 2]);
 * });
 * ```
 */
export function gather(x: Tensor, index: Int32Array, lead: readonly number[] = [index?.length]): Tensor {
  const engine = engineOf("gather", x);
  expectKind("gather", "indexes", index, Int32Array);
  if (x.shape.length === 0) throw new InputRangeError("gather: expected a tensor with rows, found a scalar");
  const [rows, ...rest] = x.shape;
  const wrong = index.findIndex((i) => i >= rows);
  if (wrong >= 0) {
    throw new InputRangeError(`gather: expected indexes below ${rows}, found ${index[wrong]} at ${wrong}`);
  }
  checkShape("gather", lead);
  if (sizeOf(lead) !== index.length) {
    throw new InputRangeError(
      `gather: expected ${sizeOf(lead)} indexes for ${formatShape(lead)}, found ${index.length}`,
    );
  }
  const width = sizeOf(rest);
  const scope = Scope.of(engine, "gather");
  const at = engine.placeIntegers(index);
  // The caller may fill the list anew before the backward pass.
  const kept = scope.training ? index.slice() : index;
  const y = allocateTensor(engine, [...lead, ...rest], "gather", sourceOf(x, kept, at));
  engine.run("gather_rows", index.length, width, at, x.address, y.address);
  scope.record("gather", [x, index], [y], () => {
    engine.run("scatter_add_rows", kept.length, width, at, y.claimGradient(), x.gradient.zeroedRows(kept, width));
  }, { lead });
  return y;
}

/** Follows chained gathers back to the first table and the row indexes into it. */
function sourceOf(x: Tensor, index: Int32Array, at: Address): RowSource<Tensor> | undefined {
  if (x.shape.length !== 2) return undefined;
  if (!x.source) return { table: x, index, at };
  const { table, index: rows } = x.source;
  const composed = index.map((i) => i < 0 ? -1 : rows[i]);
  return { table, index: composed, at: x.engine.placeIntegers(composed) };
}
