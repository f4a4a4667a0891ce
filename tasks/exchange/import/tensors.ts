import type { NamedArray } from "../../../src/formats/mod.ts";

/** Tensors, and a line for each that is not as the file has it. */
interface ChangedTensors {
  readonly tensors: Map<string, NamedArray>;
  readonly lines: string[];
}

/** Gives tensors the names under which they stand, and rounds 64-bit numbers to 32 bits. */
export function roundedTensors(given: ReadonlyMap<string, NamedArray>): ChangedTensors {
  const tensors = new Map<string, NamedArray>();
  const lines: string[] = [];
  for (const [name, { shape, data }] of given) {
    const isDouble = data instanceof Float64Array;
    const rounded = isDouble ? Float32Array.from(data) : data;
    if (isDouble && data.some((value, i) => value !== rounded[i] && !Number.isNaN(value))) {
      lines.push(`${name}: rounded to 32 bits`);
    }
    tensors.set(name, { name, shape, data: rounded });
  }
  return { tensors, lines };
}

/**
 * Adds a first row of zeros to the output layer of a network with one output: the softmax of 0 and a logit has the
 * logit's sigmoid as its second probability.
 */
export function withFirstLabel(tensors: ReadonlyMap<string, NamedArray>): Map<string, NamedArray> {
  const result = new Map(tensors);
  for (const name of ["classifier.weight", "classifier.bias"]) {
    const { shape: [, ...rest], data } = tensors.get(name)!;
    const both = new Float32Array(2 * data.length);
    both.set(Float32Array.from(data as ArrayLike<number>), data.length);
    result.set(name, { name, shape: [2, ...rest], data: both });
  }
  return result;
}

/** The embedding of a network that reads vectors with a single 1, at the place of the id. */
export function identity(name: string, size: number): NamedArray {
  const data = new Float32Array(size * size);
  for (let i = 0; i < size; i++) data[i * size + i] = 1;
  return { name, shape: [size, size], data };
}
