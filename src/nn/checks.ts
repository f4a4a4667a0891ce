import { Engine } from "../engine/mod.ts";
import { expectKinds, type OptionKind, type OptionKinds } from "../schema/mod.ts";
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

/** What `ModuleOptions` has. */
const MODULE_KINDS: OptionKinds<ModuleOptions> = { random: Random, engine: Engine };

/** Checks the options of a module, whose own are named in `kinds`, and returns them. Throws as `expectKinds`. */
export function checkOptions<Options extends ModuleOptions>(
  action: string,
  options: Options,
  kinds: Readonly<Record<Exclude<keyof Options, keyof ModuleOptions> & string, OptionKind>>,
): Options {
  return expectKinds<Options>(action, options, { ...kinds, ...MODULE_KINDS } as OptionKinds<Options>);
}
