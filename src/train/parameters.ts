import type { NamedArray } from "../formats/mod.ts";
import type { Module } from "../nn/module.ts";
import { formatShape } from "../tensor/mod.ts";

/** Copies of a module's parameters under their names. */
export function parameterArrays(module: Module): NamedArray[] {
  return [...module.namedParameters()].map(([name, parameter]) => ({
    name,
    shape: parameter.shape,
    data: parameter.toArray(),
  }));
}

/**
 * Fills a module's parameters from arrays. Throws `RangeError`, changing nothing, where one is missing or has another shape or type.
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

/** Where the first number that is not finite stands, or -1. A loop: a callback for each number takes four times as long. */
export function firstNonFinite(values: Float32Array): number {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return i;
  return -1;
}
