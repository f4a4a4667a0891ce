import { InputRangeError } from "../errors.ts";
import { MAX_PARTS } from "./limits.ts";

/**
 * Counts the parts of a sequence, those of inner sequences included.
 *
 * @param what The name of the parts.
 * @param inner The number of parts in a member; 0 if it is not a sequence.
 * @throws {RangeError} If there are too many.
 */
export function countParts<T>(what: string, members: readonly T[], inner: (member: T) => number): number {
  const count = members.reduce((sum, member) => sum + 1 + inner(member), 0);
  if (count <= MAX_PARTS) return count;
  throw new InputRangeError(`make a sequence: expected at most ${MAX_PARTS} ${what} in all, found ${count}`);
}
