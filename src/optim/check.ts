import { InputRangeError } from "../../errors.ts";

/** Throws `RangeError` with the action, what was expected and what was found, unless `isGood`. */
export function check(action: string, isGood: boolean, expected: string, found: unknown): void {
  if (!isGood) throw new InputRangeError(`${action}: expected ${expected}, found ${found}`);
}
