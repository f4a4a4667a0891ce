import { InputRangeError } from "../../errors.ts";
import { count } from "../../src/schema/mod.ts";

/** Number of variants of a text that are made and classified together. */
const VARIANTS = 1024;

/** The largest number of words or letters that are left out or replaced one by one: each costs a whole text. */
const MOST_PARTS = 10_000;

/** Throws `RangeError` if a text has too many parts to be explained by a variant for each. */
export function refuseMany(action: string, parts: number, noun: string): void {
  if (parts <= MOST_PARTS) return;
  throw new InputRangeError(
    `${action}: expected at most ${count(MOST_PARTS, noun)}, found ${parts.toLocaleString("en")}`,
  );
}

/** Judges variants block by block, so that only those of one block are in memory, and returns the judgements. */
export async function judgeInBlocks<T>(
  variants: readonly T[],
  judge: (block: readonly T[]) => Promise<readonly number[]>,
): Promise<number[]> {
  const found: number[] = [];
  for (let start = 0; start < variants.length; start += VARIANTS) {
    found.push(...await judge(variants.slice(start, start + VARIANTS)));
  }
  return found;
}
