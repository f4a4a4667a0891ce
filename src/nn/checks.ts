import { InputRangeError } from "../../errors.ts";
import { Engine } from "../engine/mod.ts";
import { describeValue, expectKinds, type OptionKind, type OptionKinds } from "../schema/mod.ts";
import { Random } from "../tensor/mod.ts";
import type { ModuleOptions } from "./module.ts";

/** Throws `RangeError` if a size is not a whole number of at least 1. */
export function checkSize(action: string, name: string, size: number): void {
  if (!Number.isInteger(size) || size < 1) {
    throw new InputRangeError(`${action}: expected ${name} of at least 1, found ${size}`);
  }
}

/** Maximum number of stacked layers. Building more would take minutes before the memory check could refuse them. */
export const MOST_LAYERS = 1000;

/** Throws `RangeError` if a number of layers is not from 1 to `MOST_LAYERS`. */
export function checkLayers(action: string, layers: number): void {
  if (Number.isInteger(layers) && layers >= 1 && layers <= MOST_LAYERS) return;
  throw new InputRangeError(`${action}: expected from 1 to ${MOST_LAYERS} layers, found ${layers}`);
}

/**
 * Throws `RangeError` if so many parameters cannot fit in an engine's memory, which would otherwise be filled first. An
 * engine of shapes has room for any number.
 */
export function checkRoom({ memory }: Engine, parameters: number): void {
  const bytes = parameters * Float32Array.BYTES_PER_ELEMENT;
  if (bytes > 2 ** 32) memory.release(memory.allocate(bytes));
}

/** Throws `RangeError` if a dropout rate is not at least 0 and below 1. */
export function checkRate(action: string, rate: number): void {
  if (!(rate >= 0 && rate < 1)) {
    throw new InputRangeError(`${action}: expected a dropout rate from 0 to below 1, found ${describeValue(rate)}`);
  }
}

const MODULE_KINDS: OptionKinds<ModuleOptions> = { random: Random, engine: Engine };

/** Checks a module's options against `kinds` and `ModuleOptions`, and returns them. Throws as `expectKinds` does. */
export function checkOptions<Options extends ModuleOptions>(
  action: string,
  options: Options,
  kinds: Readonly<Record<Exclude<keyof Options, keyof ModuleOptions> & string, OptionKind>>,
): Options {
  return expectKinds<Options>(action, options, { ...kinds, ...MODULE_KINDS } as OptionKinds<Options>);
}
