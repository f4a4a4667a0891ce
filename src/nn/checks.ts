import { Engine } from "../engine/mod.ts";
import { describeValue, expectOptions } from "../schema/mod.ts";
import { Random } from "../tensor/mod.ts";
import type { ModuleOptions } from "./module.ts";

/** Checks that a size is a whole number of at least 1. Throws a RangeError where it is not. */
export function checkSize(action: string, name: string, size: number): void {
  if (!Number.isInteger(size) || size < 1) {
    throw new RangeError(`${action}: expected ${name} of at least 1, found ${size}`);
  }
}

/** Checks that a rate of dropout is at least 0 and below 1. Throws a RangeError where it is not. */
export function checkRate(action: string, rate: number): void {
  if (!(rate >= 0 && rate < 1)) {
    throw new RangeError(`${action}: expected a dropout rate from 0 to below 1, found ${rate}`);
  }
}

/** What an option must be: a number, true or false, one of some words, or an instance of a class. */
export type OptionKind =
  | "number"
  | "boolean"
  | readonly string[]
  // deno-lint-ignore no-explicit-any
  | (new (...parameters: any[]) => unknown);

/** What `ModuleOptions` has. */
const MODULE_KINDS: Readonly<Record<string, OptionKind>> = { random: Random, engine: Engine };

/**
 * Checks the options of a module, whose own are named in `kinds`, and returns them. Throws a TypeError for an unknown name or a wrong type,
 * and a RangeError for a word that is none of those that are known. Options may be left out.
 */
export function checkOptions<Options extends ModuleOptions>(
  action: string,
  options: Options,
  kinds: Readonly<Record<Exclude<keyof Options, keyof ModuleOptions> & string, OptionKind>>,
): Options {
  const all: Readonly<Record<string, OptionKind>> = { ...kinds, ...MODULE_KINDS };
  expectOptions(action, options, Object.keys(all));
  for (const [name, value] of Object.entries(options)) {
    if (value !== undefined) checkOption(`${action}: expected ${name} to be`, value, all[name]);
  }
  return options;
}

function checkOption(expected: string, value: unknown, kind: OptionKind): void {
  const type: string = typeof value;
  if (typeof kind === "string") {
    if (type === kind) return;
    throw new TypeError(`${expected} a ${kind}, found ${describeValue(value)}`);
  }
  if (typeof kind === "function") {
    if (value instanceof kind) return;
    throw new TypeError(`${expected} of the class ${kind.name}, found ${describeValue(value)}`);
  }
  if (typeof value === "string" && kind.includes(value)) return;
  throw new RangeError(`${expected} one of ${kind.join(", ")}, found ${describeValue(value)}`);
}
