import type { Operand, Recorded, Tensor } from "../../../../src/nn/mod.ts";
import type { Emission } from "./emission.ts";
import type { GraphWriter } from "./graph_writer.ts";
import { MOST_IN_PRODUCTS, quantizeRows } from "./quantize.ts";

/** The weight of a product x W^T, as a graph has it. */
export interface Weight {
  /** W^T [K, N], or its rounded values. */
  readonly transposed: string;
  /** The factors of the sums, [N], if the weight is rounded. */
  readonly scales?: string;
}

/** Prepares the weight W [N, K] of products. */
export function weightOf(emission: Emission, weight: Operand<Recorded>): Weight {
  const { graph } = emission;
  const isMatrix = emission.valuesOf(weight) !== undefined && (weight as Tensor).shape.length === 2;
  if (!emission.isQuantized || !isMatrix) {
    const name = emission.nameOf(weight);
    return { transposed: emission.once(`transposed ${name}`, () => graph.node("Transpose", [name], { perm: [1, 0] })) };
  }
  const { values, scales } = emission.quantized(weight as Tensor);
  const transposed = emission.once(`transposed ${values}`, () => graph.node("Transpose", [values], { perm: [1, 0] }));
  return { transposed, scales };
}

/** Prepares rows of a fixed matrix as the weight of products. */
export function rowsAsWeight(
  emission: Emission,
  matrix: Tensor,
  [first, last]: readonly [number, number],
  suffix: string,
): Weight {
  const { graph } = emission;
  const K = matrix.shape[1];
  const N = last - first;
  const name = emission.nameLike(matrix, suffix);
  const rows = matrix.toArray().slice(first * K, last * K);
  if (!emission.isQuantized) return { transposed: graph.floats(name, [K, N], transposed(rows, N)) };
  const { values, scales } = quantizeRows(rows, N, K, MOST_IN_PRODUCTS);
  return {
    transposed: graph.bytes(`${name}_int8`, [K, N], transposed(values, N)),
    scales: graph.floats(`${name}_scales`, [N], scales),
  };
}

/** Returns the transpose of a matrix with `rows` rows. */
function transposed<T extends Float32Array | Int8Array>(matrix: T, rows: number): T {
  const columns = matrix.length / rows;
  return matrix.map((_, i) => matrix[(i % rows) * columns + Math.floor(i / rows)]) as T;
}

/** Computes x W^T + b in a graph, which may be in another one. With a rounded weight, x is rounded to 8 bits too. */
export function project(graph: GraphWriter, x: string, { transposed, scales }: Weight, bias?: string): string {
  const product = scales === undefined
    ? graph.node("MatMul", [x, transposed])
    : roundedProduct(graph, x, transposed, scales);
  return bias === undefined ? product : graph.node("Add", [product, bias]);
}

function roundedProduct(graph: GraphWriter, x: string, transposed: string, scales: string): string {
  const outputs = ["rounded", "scale", "zero_point"].map((name) => graph.name(name));
  const [rounded, scale, zero] = graph.nodes("DynamicQuantizeLinear", [x], {}, outputs);
  const sums = graph.node("MatMulInteger", [rounded, transposed, zero]);
  const factors = graph.node("Mul", [scale, scales]);
  return graph.node("Mul", [graph.node("Cast", [sums], { to: 1 }), factors]);
}
