import { InputRangeError } from "../../errors.ts";
import { Engine } from "../engine/mod.ts";
import { formatShape, type Parameter, Random } from "../tensor/mod.ts";
import type { ModuleOptions } from "./module.ts";

const generators = new WeakMap<Engine, Random>();

/** Returns the engine and the generator in the options, or the shared ones if they are not given. */
export function resolveOptions(options: ModuleOptions): { engine: Engine; random: Random } {
  const engine = options.engine ?? Engine.default();
  if (options.random) return { engine, random: options.random };
  let random = generators.get(engine);
  if (!random) generators.set(engine, random = new Random(0, { engine }));
  return { engine, random };
}

/**
 * The range of initial embeddings that are output weights too. Those of unit variance would make the initial logits far
 * too large; much smaller ones say little to the recurrent layers, and two of them hardly begin to learn.
 */
export const TIED_RANGE = 0.25;

/**
 * Fills a parameter with uniform numbers from `[-range, range)`.
 *
 * @example
 * ```ts
 * import { initialiseUniform, Parameter, Random } from "@elman/elman/nn";
 * import { assert } from "@std/assert";
 *
 * const weight = new Parameter([8, 4]);
 * initialiseUniform(weight, 0.1, new Random(1));
 * assert(weight.toArray().every((w) => w !== 0 && Math.abs(w) <= 0.1));
 * ```
 */
export function initialiseUniform(parameter: Parameter, range: number, random: Random): void {
  random.fillUniform(parameter.engine, parameter.address, parameter.size, -range, range);
  parameter.touch();
}

/**
 * Fills a parameter with normal numbers of mean 0 and the given standard deviation.
 *
 * @example
 * ```ts
 * import { initialiseNormal, Parameter, Random } from "@elman/elman/nn";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const weight = new Parameter([100, 100]);
 * initialiseNormal(weight, 0.02, new Random(1));
 * const squares = weight.toArray().map((w) => w * w);
 * assertAlmostEquals(Math.sqrt(squares.reduce((sum, square) => sum + square) / weight.size), 0.02, 0.001);
 * ```
 */
export function initialiseNormal(parameter: Parameter, deviation: number, random: Random): void {
  const { engine, address, size } = parameter;
  // Drawn in pairs and in place, because an embedding matrix can be large.
  if (size % 2 === 0) random.fillNormal(engine, address, size, 0, deviation);
  else {
    engine.arena.lend(() => {
      const drawn = engine.arena.allocate((size + 1) * 4);
      random.fillNormal(engine, drawn, size + 1, 0, deviation);
      engine.run("affine", size, drawn, 1, 0, address);
    });
  }
  parameter.touch();
}

/**
 * Sets every element of a parameter to `value`.
 *
 * @example
 * ```ts
 * import { initialiseConstant, Linear } from "@elman/elman/nn";
 * import { assertEquals } from "@std/assert";
 *
 * const { bias } = new Linear({ input: 4, output: 2 });
 * if (bias) initialiseConstant(bias, 0);
 * assertEquals([...bias!.toArray()], [0, 0]);
 * ```
 */
export function initialiseConstant(parameter: Parameter, value: number): void {
  parameter.engine.run("fill", parameter.size, value, parameter.address);
  parameter.touch();
}

function fans(parameter: Parameter): [rows: number, columns: number] {
  const [rows, columns] = parameter.shape;
  if (parameter.shape.length !== 2) {
    throw new InputRangeError(`initialize: expected a matrix, found ${formatShape(parameter.shape)}`);
  }
  return [rows, columns];
}

/**
 * Initializes a matrix with Xavier uniform numbers of range gain sqrt(6 / (fanIn + fanOut)) (Glorot and Bengio 2010).
 *
 * @example
 * ```ts
 * import { initialiseXavier, Linear, Random } from "@elman/elman/nn";
 * import { assert } from "@std/assert";
 *
 * const { weight } = new Linear({ input: 10, output: 14 });
 * initialiseXavier(weight, new Random(1));
 * assert(weight.toArray().every((w) => Math.abs(w) <= Math.sqrt(6 / (10 + 14))));
 * ```
 */
export function initialiseXavier(parameter: Parameter, random: Random, gain = 1): void {
  const [rows, columns] = fans(parameter);
  initialiseUniform(parameter, gain * Math.sqrt(6 / (rows + columns)), random);
}

/**
 * Initializes a matrix with Xavier normal numbers of standard deviation gain sqrt(2 / (fanIn + fanOut)) (Glorot and
 * Bengio 2010).
 *
 * @example
 * ```ts
 * import { initialiseXavierNormal, Parameter, Random } from "@elman/elman/nn";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const weight = new Parameter([100, 100]);
 * initialiseXavierNormal(weight, new Random(1));
 * const squares = weight.toArray().map((w) => w * w);
 * assertAlmostEquals(Math.sqrt(squares.reduce((sum, square) => sum + square) / weight.size), 0.1, 0.005);
 * ```
 */
export function initialiseXavierNormal(parameter: Parameter, random: Random, gain = 1): void {
  const [rows, columns] = fans(parameter);
  initialiseNormal(parameter, gain * Math.sqrt(2 / (rows + columns)), random);
}

/**
 * Initializes a matrix with orthonormal rows, or orthonormal columns if it is tall, times `gain` (Saxe et al. 2014).
 * For the recurrent weight of a gated cell, set `blocks` to the number of gates: each gate gets its own orthogonal
 * block. Throws `RangeError` if the parameter is not a matrix or `blocks` does not divide its rows.
 *
 * @example
 * ```ts
 * import { inference, initialiseOrthogonal, matmul, Parameter, Random, transpose } from "@elman/elman/nn";
 * import { assertEquals } from "@std/assert";
 *
 * const weight = new Parameter([2, 3]);
 * initialiseOrthogonal(weight, new Random(1));
 * const products = inference(() => matmul(weight, transpose(weight)).toArray());
 * assertEquals([...products].map((p) => Math.abs(Math.round(p * 1e6) / 1e6)), [1, 0, 0, 1]);
 * ```
 */
export function initialiseOrthogonal(parameter: Parameter, random: Random, gain = 1, blocks = 1): void {
  const [rows, columns] = fans(parameter);
  const height = rows / blocks;
  if (!(Number.isInteger(height) && height > 0)) {
    throw new InputRangeError(
      `initialize orthogonal: expected a number of rows divisible by ${blocks} blocks, found ${rows}`,
    );
  }
  const drawn = Array.from({ length: blocks }, () => random.normal(height * columns));
  parameter.engine.change(parameter.address, parameter.size, (values) => {
    for (const [block, numbers] of drawn.entries()) {
      const q = orthonormal(height, columns, numbers);
      for (let i = 0; i < q.length; i++) values[block * q.length + i] = gain * q[i];
    }
  });
  parameter.touch();
}

/**
 * Orthonormalizes the shorter side of a rows x columns matrix of normal numbers, by modified Gram-Schmidt run twice.
 */
function orthonormal(rows: number, columns: number, numbers: Float32Array): Float64Array {
  const tall = rows > columns;
  const count = tall ? columns : rows;
  const length = tall ? rows : columns;
  const vectors = Float64Array.from(numbers);
  const at = (i: number): Float64Array => vectors.subarray(i * length, (i + 1) * length);
  for (let i = 0; i < count; i++) {
    // The second pass removes the rounding errors of the first.
    for (let pass = 0; pass < 2; pass++) {
      for (let j = 0; j < i; j++) subtractProjection(at(i), at(j));
      const norm = Math.sqrt(at(i).reduce((sum, x) => sum + x * x, 0));
      at(i).forEach((x, k, vector) => vector[k] = x / norm);
    }
  }
  if (!tall) return vectors;
  return Float64Array.from(
    { length: rows * columns },
    (_, i) => vectors[(i % columns) * length + Math.floor(i / columns)],
  );
}

function subtractProjection(vector: Float64Array, unit: Float64Array): void {
  let dot = 0;
  for (let k = 0; k < vector.length; k++) dot += vector[k] * unit[k];
  for (let k = 0; k < vector.length; k++) vector[k] -= dot * unit[k];
}
