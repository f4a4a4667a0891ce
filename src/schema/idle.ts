import { InputRangeError } from "../../errors.ts";
import type { Given } from "./schema.ts";

/** Options that have no effect on data of some kind. */
export interface IdleOptions {
  /** The kind of the data, for messages: "skeletons". */
  readonly found: string;
  /** For each option without effect, the data on which it has one: "pictures". */
  readonly needs: Readonly<Record<string, string>>;
}

/** Throws `RangeError` if an option is given that has no effect on the data. */
export function refuseIdle(
  given: Given,
  { found, needs }: IdleOptions,
  describe: (name: string) => string = (name) => `--${name}`,
): void {
  const name = Object.keys(needs).find((name) => given[name] !== undefined);
  if (name === undefined) return;
  throw new InputRangeError(`${describe(name)}: expected ${needs[name]} with it, found ${found}`);
}
