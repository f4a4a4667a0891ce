import { InputRangeError, InputTypeError } from "../../errors.ts";
import type { NamedArray } from "../formats/elements.ts";
import { describeValue } from "../schema/mod.ts";
import { formatShape, Parameter } from "../tensor/mod.ts";
import type { Module } from "./module.ts";
import { valuesOf } from "./parameters.ts";

/** Options of `loadStateDict`. */
export interface LoadStateDictOptions {
  /**
   * The module's name for a tensor's name: an object of those that differ, or a function, which returns undefined for a
   * tensor to leave out. Names are renamed after `prefix` is removed. Default: the names are the module's.
   */
  readonly rename?: Readonly<Record<string, string>> | ((name: string) => string | undefined);
  /** Reads only tensors whose names begin so, and removes it from them, such as `encoder.`. Default: all tensors. */
  readonly prefix?: string;
  /** Whether to throw if a parameter is missing or a tensor is not used. Default: true. */
  readonly strict?: boolean;
  /** Name of the file in messages. Default: "a state dict". */
  readonly source?: string;
}

/** The parameters that `loadStateDict` did not find, and the tensors that it did not use. */
export interface LoadedStateDict {
  /** The module's parameters for which there is no tensor; they keep their values. */
  readonly missing: readonly string[];
  /** The tensors that are no parameters of the module, by their names after renaming. */
  readonly unexpected: readonly string[];
}

/** Most names that a message lists of each kind. */
const MOST_NAMED = 6;

/**
 * Sets a module's parameters from tensors that may have other names, such as a checkpoint of PyTorch. Other dtypes are
 * converted to float32. A parameter that several layers share may have a tensor under each of its names, if they are
 * equal.
 *
 * @param module The module.
 * @param tensors The tensors by name, as `readCheckpoint` returns them.
 * @param options Renaming, a prefix, and whether every tensor must be used.
 * @returns The names of parameters without a tensor and of tensors without a parameter: none if `strict`.
 * @throws {RangeError} And changes nothing, if shapes differ (the message has both), if parameters are missing or
 * tensors are not used (it lists them; not if `strict` is false), if two tensors become one parameter but differ, or if
 * a number is not finite or cannot be represented exactly by float32.
 * @throws {TypeError} If `rename` gives a name that is no text.
 *
 * @example
 * ```ts
 * import { Linear, loadStateDict } from "@elman/elman/nn";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const kernel = { name: "fc.kernel", shape: [1, 2], data: Float32Array.of(3, 4) };
 * const tensors = new Map([["fc.kernel", kernel]]);
 * const layer = new Linear({ input: 2, output: 1, bias: false });
 * loadStateDict(layer, tensors, { prefix: "fc.", rename: { kernel: "weight" } });
 * assertEquals([...layer.weight.toArray()], [3, 4]);
 *
 * const other = new Linear({ input: 3, output: 1 });
 * const load = () => loadStateDict(other, tensors, { prefix: "fc.", rename: { kernel: "weight" } });
 * assertThrows(load, RangeError, "weight to be [1, 3], found [1, 2]; a tensor for bias [1], found none");
 * ```
 */
export function loadStateDict(
  module: Module,
  tensors: ReadonlyMap<string, NamedArray>,
  options: LoadStateDictOptions = {},
): LoadedStateDict {
  const { strict = true, source = "a state dict" } = options;
  const action = `load ${source}`;
  const named = parametersByAllNames(module);
  const arrays = renamed(tensors, options, action);
  const found = new Map<Parameter, NamedArray[]>();
  for (const [name, array] of arrays) {
    const parameter = named.get(name);
    if (parameter) found.set(parameter, [...found.get(parameter) ?? [], { ...array, name }]);
  }
  const primary = module.namedParameters();
  const missing = [...primary].filter(([, parameter]) => !found.has(parameter)).map(([name]) => name);
  const unexpected = [...arrays.keys()].filter((name) => !named.has(name));
  const faults = [
    ...wrongShapes(found),
    ...strict
      ? [
        ...list(missing.map((name) => `a tensor for ${name} ${formatShape(primary.get(name)!.shape)}, found none`)),
        ...list(unexpected.map((name) => `no tensor ${describeValue(name)} ${formatShape(arrays.get(name)!.shape)}`)),
      ]
      : [],
  ];
  if (faults.length > 0) throw new InputRangeError(`${action}: expected ${faults.join("; ")}`);
  const values = [...found].map(([, [first, ...others]]) => {
    const own = valuesOf(action, first);
    for (const other of others) refuseDifferent(action, [first, own], [other, valuesOf(action, other)]);
    return own;
  });
  [...found.keys()].forEach((parameter, i) => parameter.assign(values[i]));
  return { missing, unexpected };
}

/** Returns every parameter under all of its names. */
function parametersByAllNames(module: Module): Map<string, Parameter> {
  const named = new Map<string, Parameter>();
  // A child may refer to a module of which it is a part.
  const collect = (module: Module, prefix: string, within: readonly Module[]): void => {
    for (const [name, child] of module.children()) {
      if (child instanceof Parameter) named.set(prefix + name, child);
      else if (!within.includes(child)) collect(child, `${prefix}${name}.`, [...within, child]);
    }
  };
  collect(module, "", [module]);
  return named;
}

function renamed(
  tensors: ReadonlyMap<string, NamedArray>,
  { prefix = "", rename = {} }: LoadStateDictOptions,
  action: string,
): Map<string, NamedArray> {
  const nameOf = typeof rename === "function"
    ? rename
    : (name: string) => Object.hasOwn(rename, name) ? rename[name] : name;
  const result = new Map<string, NamedArray>();
  for (const [full, array] of tensors) {
    if (!full.startsWith(prefix)) continue;
    const name: unknown = nameOf(full.slice(prefix.length));
    if (name === undefined) continue;
    if (typeof name !== "string") {
      throw new InputTypeError(`${action}: expected a name for ${full}, found ${describeValue(name)}`);
    }
    if (result.has(name)) {
      throw new InputRangeError(`${action}: expected one tensor for ${name}, found ${result.get(name)!.name}, ${full}`);
    }
    result.set(name, { ...array, name: full });
  }
  return result;
}

function wrongShapes(found: ReadonlyMap<Parameter, readonly NamedArray[]>): string[] {
  return list(
    [...found].flatMap(([{ shape }, arrays]) =>
      arrays.filter((array) => formatShape(array.shape) !== formatShape(shape))
        .map((array) => `${array.name} to be ${formatShape(shape)}, found ${formatShape(array.shape)}`)
    ),
  );
}

/** Shortens a list of faults. */
function list(faults: readonly string[]): string[] {
  const more = faults.length - MOST_NAMED;
  return more > 0 ? [...faults.slice(0, MOST_NAMED), `(and ${more} more of these)`] : [...faults];
}

function refuseDifferent(
  action: string,
  [one, own]: readonly [NamedArray, Float32Array],
  [other, values]: readonly [NamedArray, Float32Array],
): void {
  if (own.every((value, i) => value === values[i])) return;
  throw new InputRangeError(
    `${action}: expected ${other.name} to equal ${one.name}, which shares its parameter, found other numbers`,
  );
}
