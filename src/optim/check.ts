import { InputRangeError } from "../../errors.ts";
import { describeValue } from "../schema/mod.ts";

/** Throws `RangeError` with the action, what was expected and what was found, unless `isGood`. */
export function check(action: string, isGood: boolean, expected: string, found: unknown): void {
  if (isGood) return;
  const shown = typeof found === "string" ? found : describeValue(found);
  throw new InputRangeError(`${action}: expected ${expected}, found ${shown}`);
}
