import { InputRangeError } from "../../errors.ts";
import type { Module, Parameter } from "../../src/nn/mod.ts";
import { definedOnly, describeValue, type Field, type Given } from "../../src/schema/mod.ts";
import { exists } from "../data/mod.ts";

/** The configuration of a model that another one starts from. */
export interface Inheritance {
  /** The fields on which the weights depend: the new model has the same. */
  readonly fixed: Given;
  /** The other fields, which are the defaults of the new model's. */
  readonly open: Given;
}

/** Divides the configuration of a model that another one starts from. */
export function inherit(schema: Readonly<Record<string, Field>>, source: object): Inheritance {
  const take = (isOpen: boolean): Given =>
    Object.fromEntries(Object.entries(source).filter(([name]) => (schema[name].isOpen ?? false) === isOpen));
  return { fixed: take(false), open: take(true) };
}

/**
 * Returns the given fields without those that repeat what the model to start from decides. Throws `RangeError` if one
 * contradicts it; `noun` is the model's.
 */
export function withoutFixed(action: string, noun: string, fixed: Given, given: Given): Given {
  const named = Object.entries(definedOnly(given));
  for (const [name, value] of named) {
    if (!Object.hasOwn(fixed, name) || JSON.stringify(value) === JSON.stringify(fixed[name])) continue;
    const [expected, found] = [fixed[name], value].map((value) => describeValue(value));
    throw new InputRangeError(
      `${action}: expected no other ${name} than that of the ${noun}, ${expected}, found ${found}`,
    );
  }
  return Object.fromEntries(named.filter(([name]) => !Object.hasOwn(fixed, name)));
}

/** Throws `RangeError` if there is no directory of a model to start from. */
export async function expectSource(directory: string): Promise<void> {
  if (await exists(directory)) return;
  throw new InputRangeError(`init from: expected a model's directory, found none at ${directory}`);
}

/** Copies the parameters of a module into one with parameters of the same names. Default of `copy`: all values. */
export function copyParameters(
  to: Module,
  from: Module,
  copy: (from: Parameter, to: Parameter, name: string) => void = (from, to) => to.assign(from.toArray()),
): void {
  const own = to.namedParameters();
  for (const [name, parameter] of from.namedParameters()) copy(parameter, own.get(name)!, name);
}
