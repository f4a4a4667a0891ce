import { formatShape } from "../tensor/mod.ts";
import type { Module } from "./module.ts";

/** A parameter's values as an array. */
export interface ParameterArray {
  /** The parameter's name in its module. */
  readonly name: string;
  /** The size of each dimension. */
  readonly shape: readonly number[];
  /** The values, row-major. */
  readonly data: Float32Array;
}

/** An array to load: `data` must be a `Float32Array`. Arrays that `decodeSafetensors` returns have this form. */
export interface LoadedArray {
  /** The size of each dimension. */
  readonly shape: readonly number[];
  /** The values, row-major. */
  readonly data: object;
}

/**
 * Copies a module's parameters into named arrays, as PyTorch's `state_dict` does; a shared parameter appears once.
 *
 * @example
 * ```ts
 * import { decodeSafetensors, encodeSafetensors } from "@elman/elman/formats";
 * import { Linear, loadParameters, parameterArrays } from "@elman/elman/nn";
 * import { assertEquals } from "@std/assert";
 *
 * const [saved, loaded] = [new Linear({ input: 2, output: 3 }), new Linear({ input: 2, output: 3 })];
 * const bytes = encodeSafetensors(parameterArrays(saved), { format: "pt" });
 * loadParameters(loaded, decodeSafetensors(bytes).tensors);
 * assertEquals(loaded.weight.toArray(), saved.weight.toArray());
 * ```
 */
export function parameterArrays(module: Module): ParameterArray[] {
  return [...module.namedParameters()].map(([name, parameter]) => ({
    name,
    shape: parameter.shape,
    data: parameter.toArray(),
  }));
}

/**
 * Sets a module's parameters from arrays by name, as PyTorch's strict `load_state_dict` does. Throws `RangeError`, and
 * changes nothing, if one is missing, has the wrong shape or type, holds a number that is not finite, or has the name
 * of no parameter. `source` names the file in messages. Default: "parameters".
 *
 * @example
 * ```ts
 * import { Linear, loadParameters } from "@elman/elman/nn";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const layer = new Linear({ input: 2, output: 1, bias: false });
 * loadParameters(layer, new Map([["weight", { shape: [1, 2], data: Float32Array.of(3, 4) }]]));
 * assertEquals([...layer.weight.toArray()], [3, 4]);
 *
 * const transposed = new Map([["weight", { shape: [2, 1], data: Float32Array.of(3, 4) }]]);
 * const message = "expected weight to be Float32Array [1, 2], found Float32Array [2, 1]";
 * assertThrows(() => loadParameters(layer, transposed), RangeError, message);
 * ```
 */
export function loadParameters(
  module: Module,
  arrays: ReadonlyMap<string, LoadedArray>,
  source = "parameters",
): void {
  const parameters = module.namedParameters();
  const checked = [...parameters].map(([name, { shape }]) => dataOf(name, arrays.get(name), shape, source));
  const foreign = [...arrays.keys()].find((name) => !parameters.has(name));
  if (foreign !== undefined) {
    const found = foreign.length > 80 ? `${foreign.slice(0, 80)}...` : foreign;
    throw new RangeError(`load ${source}: expected only tensors that the module has, found ${found}`);
  }
  [...parameters.values()].forEach((parameter, i) => parameter.assign(checked[i]));
}

/** Returns the values of an array that must be finite and have the expected shape. */
function dataOf(
  name: string,
  array: LoadedArray | undefined,
  shape: readonly number[],
  source: string,
): Float32Array {
  const expected = formatShape(shape);
  if (!array) throw new RangeError(`load ${source}: expected a tensor ${name} ${expected}, found none`);
  const { data } = array;
  if (formatShape(array.shape) !== expected || !(data instanceof Float32Array)) {
    const found = `${data.constructor.name} ${formatShape(array.shape)}`;
    throw new RangeError(`load ${source}: expected ${name} to be Float32Array ${expected}, found ${found}`);
  }
  const bad = firstNonFinite(data);
  if (bad >= 0) {
    throw new RangeError(`load ${source}: expected finite numbers in ${name}, found ${data[bad]} at ${bad}`);
  }
  return data;
}

/** Returns the index of the first non-finite number, or -1. A plain loop is four times as fast as `findIndex`. */
export function firstNonFinite(values: Float32Array): number {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return i;
  return -1;
}
