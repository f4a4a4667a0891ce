import { InputRangeError } from "../errors.ts";

/** Throws `RangeError` naming the first value that is not an integer from 0 to `most`. */
export function checkCounts(action: string, counts: Readonly<Record<string, number>>, most: number = Infinity): void {
  for (const [name, count] of Object.entries(counts)) {
    if (Number.isSafeInteger(count) && count >= 0 && count <= most) continue;
    const range = most === Infinity ? "of at least 0" : `from 0 to ${most}`;
    throw new InputRangeError(`${action}: ${name}: expected a whole number ${range}, found ${count}`);
  }
}
