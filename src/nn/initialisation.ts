import { Engine } from "../engine/mod.ts";
import { formatShape, type Parameter, Random } from "../tensor/mod.ts";
import type { ModuleOptions } from "./module.ts";

const generators = new WeakMap<Engine, Random>();

/** The engine and the generator that a module's options name, or those that all modules share. */
export function resolveOptions(options: ModuleOptions): { engine: Engine; random: Random } {
  const engine = options.engine ?? Engine.default();
  if (options.random) return { engine, random: options.random };
  let random = generators.get(engine);
  if (!random) generators.set(engine, random = new Random(0, { engine }));
  return { engine, random };
}

/** Fills a parameter with uniform numbers from [-range, range). */
export function initialiseUniform(parameter: Parameter, range: number, random: Random): void {
  random.fillUniform(parameter.address, parameter.size, -range, range);
  parameter.touch();
}

/** Fills a parameter with normal numbers of mean 0. */
export function initialiseNormal(parameter: Parameter, deviation: number, random: Random): void {
  const { engine, address, size } = parameter;
  // Pairs of numbers, written in place: a vocabulary's vectors are large.
  if (size % 2 === 0) random.fillNormal(address, size, 0, deviation);
  else {
    const mark = engine.arena.mark();
    const drawn = engine.arena.allocate((size + 1) * 4);
    random.fillNormal(drawn, size + 1, 0, deviation);
    engine.run("affine", size, drawn, 1, 0, address);
    engine.arena.reset(mark);
  }
  parameter.touch();
}

/** Fills a parameter with one number. */
export function initialiseConstant(parameter: Parameter, value: number): void {
  parameter.engine.run("fill", parameter.size, value, parameter.address);
  parameter.touch();
}

function fans(parameter: Parameter): [rows: number, columns: number] {
  const [rows, columns] = parameter.shape;
  if (parameter.shape.length !== 2) {
    throw new RangeError(`initialise: expected a matrix, found ${formatShape(parameter.shape)}`);
  }
  return [rows, columns];
}

/** Xavier's uniform initialisation of a matrix: range gain sqrt(6 / (fanIn + fanOut)) (Glorot and Bengio 2010). */
export function initialiseXavier(parameter: Parameter, random: Random, gain = 1): void {
  const [rows, columns] = fans(parameter);
  initialiseUniform(parameter, gain * Math.sqrt(6 / (rows + columns)), random);
}

/** Xavier's normal initialisation of a matrix: deviation gain sqrt(2 / (fanIn + fanOut)) (Glorot and Bengio 2010). */
export function initialiseXavierNormal(parameter: Parameter, random: Random, gain = 1): void {
  const [rows, columns] = fans(parameter);
  initialiseNormal(parameter, gain * Math.sqrt(2 / (rows + columns)), random);
}

/**
 * Makes the rows of a matrix, or the columns of a tall one, orthonormal times `gain` (Saxe et al. 2014). A recurrent weight of several gates
 * is made of one orthogonal block a gate: `blocks` says of how many.
 */
export function initialiseOrthogonal(parameter: Parameter, random: Random, gain = 1, blocks = 1): void {
  const [rows, columns] = fans(parameter);
  const height = rows / blocks;
  if (!(Number.isInteger(height) && height > 0)) {
    throw new RangeError(`initialise orthogonal: expected rows that ${blocks} blocks divide, found ${rows}`);
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

/** A rows x columns matrix whose shorter side is orthonormal, of as many normal numbers: through modified Gram-Schmidt, twice. */
function orthonormal(rows: number, columns: number, numbers: Float32Array): Float64Array {
  const tall = rows > columns;
  const count = tall ? columns : rows;
  const length = tall ? rows : columns;
  const vectors = Float64Array.from(numbers);
  const at = (i: number): Float64Array => vectors.subarray(i * length, (i + 1) * length);
  for (let i = 0; i < count; i++) {
    // The second pass removes what rounding left in the first.
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
