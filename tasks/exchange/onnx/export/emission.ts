import { InputRangeError } from "../../../../errors.ts";
import { type Operand, type Parameter, type Recorded, Tensor, type TracedOperation } from "../../../../src/nn/mod.ts";
import { ELEMENT_TYPES } from "../../../../src/formats/onnx/mod.ts";
import { GraphWriter } from "./graph_writer.ts";
import { MOST_IN_8_BITS, MOST_IN_PRODUCTS, quantizeRows } from "./quantize.ts";
import { type Extent, isSameExtent } from "./sizes.ts";
import type { TracedGraph } from "./traced_graph.ts";

/** The weights of a product in 8 bits: the integers and what they are multiplied by, for each row. */
export interface QuantizedWeight {
  readonly values: string;
  readonly scales: string;
}

/** A graph that is being written: the names and shapes of what the traced operations compute. */
export class Emission {
  /** The graph. */
  readonly graph: GraphWriter = new GraphWriter();
  /** Whether matrices are written in 8 bits. */
  readonly isQuantized: boolean;
  /** The operations. */
  readonly trace: TracedGraph;
  #deferred = new Map<unknown, { readonly from: Operand<Recorded>; readonly make: (name: string) => string }>();
  #names = new Map<unknown, string>();
  #parameters: ReadonlyMap<Parameter, string>;
  #sources = new Map<string, readonly [value: string, axis: number]>();
  #cache = new Map<string, string>();
  #quantized = new Map<unknown, QuantizedWeight>();

  constructor(trace: TracedGraph, parameters: ReadonlyMap<Parameter, string>, isQuantized: boolean) {
    this.trace = trace;
    this.#parameters = parameters;
    this.isQuantized = isQuantized;
  }

  /** Names what an operand holds. */
  set(operand: unknown, name: string): void {
    this.#names.set(operand, name);
  }

  /** Says what an operand is computed from, without computing it before its name is asked for. */
  defer(operand: unknown, from: Operand<Recorded>, make: (name: string) => string): void {
    this.#deferred.set(operand, { from, make });
  }

  /** Returns the name of an operand's value, or of what it is computed from if that was deferred. */
  nameBefore(operand: Operand<Recorded>): string {
    const deferred = this.#deferred.get(operand);
    return deferred ? this.nameBefore(deferred.from) : this.nameOf(operand);
  }

  /** Whether an operand has a name already. */
  has(operand: unknown): boolean {
    return this.#names.has(operand);
  }

  /** Says that a value has a size as one of its extents. */
  addSource(symbol: string, value: string, axis: number): void {
    if (!this.#sources.has(symbol)) this.#sources.set(symbol, [value, axis]);
  }

  /** Returns the name of an operand's value, which becomes a constant if it depends on parameters alone. */
  nameOf(operand: Operand<Recorded>): string {
    const found = this.#names.get(operand);
    if (found !== undefined) return found;
    const deferred = this.#deferred.get(operand);
    const name = deferred
      ? deferred.make(this.nameOf(deferred.from))
      : operand instanceof Tensor
      ? this.#constant(operand)
      : this.#indexes(operand);
    this.#names.set(operand, name);
    return name;
  }

  /** Returns the values of a tensor that depends on parameters alone, or undefined if it depends on an input. */
  valuesOf(operand: Operand<Recorded>): Float32Array | undefined {
    return operand instanceof Tensor && this.trace.isFixed(operand) ? operand.toArray() : undefined;
  }

  /** Returns a name for a constant that is derived from a tensor. */
  nameLike(operand: Operand<Recorded>, suffix: string): string {
    return `${this.#parameters.get(operand as Parameter) ?? "constant"}${suffix}`;
  }

  /** Returns a matrix of fixed numbers in 8 bits, with a factor for each row; in 7 bits if a product reads it. */
  quantized(operand: Tensor): QuantizedWeight {
    let weight = this.#quantized.get(operand);
    if (!weight) {
      const [rows, columns] = operand.shape;
      const most = this.trace.isTable(operand) ? MOST_IN_8_BITS : MOST_IN_PRODUCTS;
      const { values, scales } = quantizeRows(operand.toArray(), rows, columns, most);
      weight = {
        values: this.graph.bytes(this.nameLike(operand, "_int8"), [rows, columns], values),
        scales: this.graph.floats(this.nameLike(operand, "_scales"), [rows], scales),
      };
      this.#quantized.set(operand, weight);
    }
    return weight;
  }

  /** Returns a matrix whose numbers are kept in 8 bits. */
  rounded(name: string, matrix: Float32Array, shape: readonly number[]): string {
    const [rows, columns] = shape;
    const { values, scales } = quantizeRows(matrix, rows, columns);
    const { graph } = this;
    // Unlike `DequantizeLinear`, these operators are computed once, when ONNX Runtime loads the file.
    const floats = graph.node("Cast", [graph.bytes(`${name}_int8`, shape, values)], { to: ELEMENT_TYPES.float });
    return graph.node("Mul", [floats, graph.floats(`${name}_scales`, [rows, 1], scales)]);
  }

  /** Whether an operand depends on parameters alone. */
  isConstant(operand: Operand<Recorded>): boolean {
    return operand instanceof Tensor && this.trace.isFixed(operand);
  }

  /** Returns the extents of a tensor. */
  extentsOf(operand: Operand<Recorded>): readonly Extent[] {
    return this.trace.extentsOf(operand);
  }

  /** Returns the extent that a number of an operation has. */
  numberOf(index: number, pick: (operation: TracedOperation) => number): Extent {
    return this.trace.numberOf(index, pick);
  }

  /** Computes a value once, by the key of what it is. */
  once(key: string, make: () => string): string {
    const name = this.#cache.get(key) ?? make();
    this.#cache.set(key, name);
    return name;
  }

  /** Returns an extent as a list of one 64-bit integer, or as a number. */
  extent({ factor, symbols }: Extent, isScalar = false): string {
    const { graph } = this;
    const number = (value: number): string => isScalar ? graph.integer(value) : graph.integers([value]);
    const sizes = symbols.map((symbol) => this.once(`${symbol} ${isScalar}`, () => this.#size(symbol, number)));
    if (sizes.length === 0) return number(factor);
    const key = `${factor} ${symbols.join()} ${isScalar}`;
    const all = factor === 1 ? sizes : [...sizes, number(factor)];
    return this.once(key, () => all.reduce((a, b) => graph.node("Mul", [a, b])));
  }

  #size(symbol: string, number: (value: number) => string): string {
    const source = this.#sources.get(symbol);
    if (!source) throw new InputRangeError(`export a graph: expected an input with the size ${symbol}, found none`);
    const [value, axis] = source;
    const shape = this.once(`shape of ${value}`, () => this.graph.node("Shape", [value]));
    return this.graph.node("Gather", [shape, number(axis)], { axis: 0 });
  }

  /** Returns a shape as a list of 64-bit integers. */
  shape(extents: readonly Extent[]): string {
    if (extents.every(({ symbols }) => symbols.length === 0)) {
      return this.graph.integers(extents.map(({ factor }) => factor));
    }
    const parts = extents.map((extent) => this.extent(extent));
    return this.graph.node("Concat", parts, { axis: 0 });
  }

  /** Gives a value another shape. */
  reshape(value: string, from: readonly Extent[], to: readonly Extent[]): string {
    if (from.length === to.length && from.every((extent, i) => isSameExtent(extent, to[i]))) return value;
    // 0 keeps an extent, and one may be -1, which follows from the others.
    const numbers = to.map((extent, i) => {
      if (extent.symbols.length === 0) return extent.factor;
      return i < from.length && isSameExtent(extent, from[i]) ? 0 : -1;
    });
    const isEasy = numbers.filter((number) => number === -1).length <= 1 && to.every(({ factor }) => factor > 0);
    return this.graph.node("Reshape", [value, isEasy ? this.graph.integers(numbers) : this.shape(to)]);
  }

  #constant(tensor: Tensor): string {
    if (!this.trace.isFixed(tensor)) {
      throw new InputRangeError(
        "export a graph: expected tensors that traced operations compute from inputs and parameters, found another",
      );
    }
    return this.graph.floats(this.nameLike(tensor, ""), tensor.shape, tensor.toArray());
  }

  /** Returns whole numbers that are the same in all runs. */
  #indexes(operand: Operand<Recorded>): string {
    if (operand instanceof Int32Array && this.trace.isSameInAllRuns(operand) && operand.every((value) => value >= 0)) {
      return this.graph.integers(Array.from(operand));
    }
    throw new InputRangeError(
      "export a graph: expected whole numbers that are an input or do not depend on one, found others",
    );
  }
}
