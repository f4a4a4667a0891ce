import { InputRangeError } from "../../errors.ts";
import { type Address, offset } from "../engine/mod.ts";
import { expectShape, Parameter } from "./parameter.ts";
import { type Matrix, matrixAt, matrixOf, multiply, type Rows, rowsFrom } from "./product.ts";
import { Scope } from "./scope.ts";
import { formatShape } from "./shape.ts";
import { allocateTensor, engineOf, rowsOf, type Tensor } from "./tensor.ts";
import type { RowSource } from "./tensor_parts.ts";

/**
 * Computes x[..., K] W^T + b, [..., N], for a weight W[N, K] and an optional bias b[N].
 *
 * @example
 * ```ts
 * import { inference, linear, tensor } from "@elman/elman/nn";
 * import { assertEquals } from "@std/assert";
 *
 * inference(() => {
 *   const weight = tensor([1, 0, 1, 1], [2, 2]);
 *   assertEquals([...linear(tensor([3, 4], [1, 2]), weight, tensor([0, 10])).toArray()], [3, 17]);
 * });
 * ```
 */
export function linear(x: Tensor, weight: Tensor, bias: Tensor | null = null): Tensor {
  const engine = engineOf("linear", x, weight, ...bias ? [bias] : []);
  const [N, K] = weight.shape;
  if (x.shape.at(-1) !== K) {
    throw new InputRangeError(`linear: expected an input [..., ${K}], found ${formatShape(x.shape)}`);
  }
  expectShape("linear", weight, [N, K]);
  if (bias) expectShape("linear", bias, [N]);
  const M = rowsOf(x);
  const y = allocateTensor(engine, [...x.shape.slice(0, -1), N], "linear");
  projectInto(x, weight, y.address);
  if (bias) engine.run("add_bias", M, N, bias.address, y.address);
  Scope.of(engine, "linear").record("linear", [x, weight, bias], [y], () => {
    const dy = y.claimGradient();
    projectBackward(x, weight, matrixAt(engine, dy, M, N));
    if (bias?.requiresGradient) engine.run("add_row_sums", M, N, dy, N, bias.zeroedGradient());
  });
  return y;
}

/**
 * Writes x W^T to `to`[M, N], for x[M, K] and the parameter W[N, K]. Outside training, the forms derived from the
 * weights are cached, so that small batches do not compute them again.
 */
export function projectInto(x: Tensor, weight: Tensor, to: Address): void {
  const { engine } = x;
  const [N, K] = weight.shape;
  const M = rowsOf(x);
  const kept = weight instanceof Parameter && !Scope.of(engine, "linear").training ? weight : undefined;
  const products = tableProducts(x, weight, kept);
  if (products !== undefined) engine.run("gather_rows", M, N, x.source!.at, products, to);
  else if (kept) multiplyKept(M, { address: x.address, pitch: K }, kept, { address: to, pitch: N }, false);
  else multiply(engine, "NT", [M, N, K], matrixOf(x), matrixOf(weight), { address: to, pitch: N });
}

/** Rows of floats in memory. */
export interface DenseRows {
  readonly rows: number;
  readonly address: Address;
}

/**
 * Adds the gradients of `projectInto` from `dy`[M, N]: that of x, if required, and that of the weight. Returns rows
 * with the column sums of `dy`: fewer than M if x was gathered from a small table.
 */
export function projectBackward(x: Tensor, weight: Tensor, dy: Matrix): DenseRows {
  const { engine } = x;
  const [N, K] = weight.shape;
  const M = rowsOf(x);
  const source = smallSource(x);
  if (source && passesToTable(x, source)) {
    const { table, at } = source;
    const rows = rowsOf(table);
    const sums = engine.arena.allocate(rows * N * 4);
    engine.run("fill", rows * N, 0, sums);
    engine.run("scatter_add_rows", M, N, at, dy.address, sums);
    projectBackward(table, weight, matrixAt(engine, sums, rows, N));
    x.bypassGradient();
    return { rows, address: sums };
  }
  if (x.requiresGradient) {
    const add = x.hasGradient;
    multiply(engine, "NN", [M, K, N], dy, matrixOf(weight), { address: x.claimGradient(), pitch: K }, add);
  }
  if (weight.requiresGradient) {
    const add = weight.hasGradient;
    multiply(engine, "TN", [N, K, M], dy, matrixOf(x), { address: weight.claimGradient(), pitch: K }, add);
  }
  return { rows: M, address: dy.address };
}

/**
 * Returns the table that x's rows were gathered from, if multiplying each of its rows once is less work: a batch of
 * characters repeats the same few embeddings. The result has the same bits either way.
 */
function smallSource(x: Tensor): RowSource<Tensor> | undefined {
  return x.source && 2 * x.source.table.shape[0] <= rowsOf(x) ? x.source : undefined;
}

/**
 * Whether the gradient of rows is added to their table at once. That of rows that are detached from it goes nowhere, and
 * a table whose optimizer changes the rows of a step alone must know which these are.
 */
function passesToTable(x: Tensor, { table }: RowSource<Tensor>): boolean {
  return x.requiresGradient === table.requiresGradient && !table.gradient.isKeptByRows;
}

/** Returns the address of the table's rows times the weight, if looking these products up is less work. */
function tableProducts(x: Tensor, weight: Tensor, kept: Parameter | undefined): Address | undefined {
  if (!x.source) return undefined;
  const { engine } = x;
  const { table } = x.source;
  const [N, K] = weight.shape;
  const [R] = table.shape;
  // A row's product must not depend on how it is computed, so a weight of 8 bits is one here, too.
  const make = (to: Address): void =>
    kept && hasRoundedProducts(kept)
      ? multiplyKept(R, { address: table.address, pitch: K }, kept, { address: to, pitch: N }, false)
      : multiply(engine, "NT", [R, N, K], matrixOf(table), matrixOf(weight), { address: to, pitch: N });
  if (kept && table instanceof Parameter && R <= 2 * K) return kept.derived("products", R * N * 4, make, table);
  if (!smallSource(x)) return undefined;
  const products = engine.arena.allocate(R * N * 4);
  make(products);
  return products;
}

/**
 * The most columns of a weight that products read in 8 bits. Their sums fit 32 bits only if inputs are rounded ever
 * more coarsely, here about as the weights, and a row must fit the memory that `matmul_int8` has for it.
 */
export const INT8_COLUMNS = 100_000;

/** Whether products outside training read a weight in 8 bits. */
export function hasRoundedProducts(weight: Tensor): boolean {
  return weight instanceof Parameter && weight.precision === "int8" && weight.shape[1] <= INT8_COLUMNS;
}

/** The number of rows from which a native product is faster than the packed weights. */
const NATIVE_ROWS = 8;

/**
 * Computes to[M, n] (+)= from[M, K] W^T outside training, for the rows [first, last) of the weight W. The packed or
 * 8-bit form of W is cached until the values change.
 */
export function multiplyKept(
  M: number,
  from: Rows,
  weight: Tensor,
  to: Rows,
  accumulate: boolean,
  [first, last]: readonly [number, number] = [0, weight.shape[0]],
): void {
  const { engine } = weight;
  const K = weight.shape[1];
  const n = last - first;
  const rows = offset(weight.address, first * K);
  const panels = Math.ceil(n / 8) * 8;
  const add = accumulate ? 1 : 0;
  if (hasRoundedProducts(weight)) {
    const bytes = panels * (K + K % 2);
    const packed = weight.derived(
      `int8 ${first} ${last}`,
      bytes + panels * 4,
      (at) => engine.run("pack_int8", K, n, rows, K, at, offset(at, bytes, 1)),
    );
    const operands = [from.address, from.pitch, packed, offset(packed, bytes, 1), to.address, to.pitch] as const;
    engine.run("matmul_int8", M, n, K, ...operands, add);
  } else if (engine.packing !== "panels" && M >= NATIVE_ROWS) {
    const left = matrixAt(engine, from.address, M, from.pitch);
    multiply(engine, "NT", [M, n, K], left, rowsFrom(matrixOf(weight), first), to, accumulate);
  } else {
    const packed = keptPacked(weight, first, last);
    engine.run("matmul_packed", M, n, K, from.address, from.pitch, packed, to.address, to.pitch, add);
  }
}

/** Returns the address of rows of a weight, packed as W^T and cached until the values change. */
export function keptPacked(weight: Tensor, first = 0, last: number = weight.shape[0]): Address {
  const { engine } = weight;
  const K = weight.shape[1];
  const n = last - first;
  const rows = offset(weight.address, first * K);
  return weight.derived(
    `panels ${first} ${last}`,
    Math.ceil(n / 8) * 8 * K * 4,
    (at) => engine.run("pack", 1, K, n, rows, K, at),
  );
}
