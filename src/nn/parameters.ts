import { InputRangeError } from "../../errors.ts";
import { exactFloats } from "../formats/exact_floats.ts";
import type { NamedArray } from "../formats/elements.ts";
import { describeValue } from "../schema/mod.ts";
import { checkShape, formatShape, sizeOf } from "../tensor/mod.ts";
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

/** Options of `loadParameters`. */
export interface LoadParametersOptions {
  /** Name of the file in messages. Default: "parameters". */
  readonly source?: string;
  /** Whether to refuse tensors that the module does not use. Default: true. */
  readonly strict?: boolean;
}

/**
 * Sets a module's parameters from arrays by name, as PyTorch's `load_state_dict` does. Other dtypes are converted to
 * float32.
 *
 * Throws `RangeError`, and changes nothing, if a tensor is missing or has the wrong shape, if a number is not finite or
 * cannot be represented exactly by float32, or if the module does not use one of the tensors.
 *
 * @example
 * ```ts
 * import { Linear, loadParameters } from "@elman/elman/nn";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const layer = new Linear({ input: 2, output: 1, bias: false });
 * loadParameters(layer, new Map([["weight", { name: "weight", shape: [1, 2], data: Float32Array.of(3, 4) }]]));
 * assertEquals([...layer.weight.toArray()], [3, 4]);
 *
 * const transposed = new Map([["weight", { name: "weight", shape: [2, 1], data: Float32Array.of(3, 4) }]]);
 * assertThrows(() => loadParameters(layer, transposed), RangeError, "expected weight to be [1, 2], found [2, 1]");
 * ```
 */
export function loadParameters(
  module: Module,
  arrays: ReadonlyMap<string, NamedArray>,
  { source = "parameters", strict = true }: LoadParametersOptions = {},
): void {
  expectShapes(module, arrays, { source, strict });
  const parameters = [...module.namedParameters()];
  const values = parameters.map(([name]) => valuesOf(`load ${source}`, arrays.get(name)!));
  parameters.forEach(([, parameter], i) => parameter.assign(values[i]));
}

/**
 * Throws `RangeError` if arrays of these shapes are not a module's parameters: if one is missing or has another shape,
 * or if the module does not use it.
 */
export function expectShapes(
  module: Module,
  shapes: ReadonlyMap<string, { readonly shape: readonly number[] }>,
  { source = "parameters", strict = true }: LoadParametersOptions,
): void {
  const action = `load ${source}`;
  const parameters = module.namedParameters();
  for (const [name, { shape }] of parameters) {
    const [expected, found] = [formatShape(shape), shapes.get(name)];
    if (!found) throw new InputRangeError(`${action}: expected a tensor ${name} ${expected}, found none`);
    checkShape(action, found.shape);
    if (formatShape(found.shape) === expected) continue;
    throw new InputRangeError(`${action}: expected ${name} to be ${expected}, found ${formatShape(found.shape)}`);
  }
  const expected = "tensors that the configuration uses";
  if (strict) refuseSurplus(action, expected, [...shapes.keys()], [...parameters.keys()], NOT_STRICT);
}

/** Returns the finite numbers of an array as float32. Throws `RangeError` if one is not, or is not exact. */
export function valuesOf(action: string, array: NamedArray): Float32Array {
  const values = exactFloats(array, action);
  if (values.length !== sizeOf(array.shape)) {
    throw new InputRangeError(
      `${action}: expected ${sizeOf(array.shape)} numbers in ${array.name}, found ${values.length}`,
    );
  }
  const bad = firstNonFinite(values);
  if (bad < 0) return values;
  throw new InputRangeError(`${action}: expected finite numbers in ${array.name}, found ${values[bad]} at ${bad}`);
}

/** The end of a message about a tensor or a key that is not used. */
export const NOT_STRICT = "; in a program, strict: false ignores what is not used";

/**
 * Throws `RangeError`, naming the first, if some of the names found in a file are not known. `what` describes the known
 * ones; `advice` ends the message.
 */
export function refuseSurplus(
  action: string,
  what: string,
  found: readonly string[],
  known: readonly string[],
  advice = "",
): void {
  const surplus = found.filter((name) => !known.includes(name));
  if (surplus.length === 0) return;
  const more = surplus.length === 1 ? "" : ` and ${surplus.length - 1} more`;
  throw new InputRangeError(`${action}: expected only ${what}, found ${describeValue(surplus[0])}${more}${advice}`);
}

/** Returns the index of the first non-finite number, or -1. A plain loop is four times as fast as `findIndex`. */
export function firstNonFinite(values: Float32Array): number {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return i;
  return -1;
}
