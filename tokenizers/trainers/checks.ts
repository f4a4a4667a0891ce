import { InputRangeError } from "../../errors.ts";
import { checkKind } from "../options.ts";
import { COUNTS, refuseNoCounts, WordCounts } from "../word_counts.ts";

/** @throws {RangeError} If a number is not an integer of at least `least`. */
export function checkInteger(action: string, name: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new InputRangeError(`${action}: ${name}: expected an integer of at least ${least}, found ${value}`);
}

/** @throws {RangeError} If a special token is empty. */
export function checkSpecialTokens(action: string, tokens: readonly string[]): void {
  if (tokens.includes("")) throw new InputRangeError(`${action}: specialTokens: expected nonempty tokens, found ""`);
}

/** @throws {RangeError} If there are no counts, or a count is not a positive integer. */
export function checkCounts(action: string, counts: ReadonlyMap<string, number>): void {
  checkKind(action, "the counts", counts, COUNTS);
  refuseNoCounts(action, counts);
  if (counts instanceof WordCounts) return;
  for (const [piece, count] of counts) {
    if (!(Number.isSafeInteger(count) && count > 0)) {
      checkInteger(action, `the count of ${JSON.stringify(piece)}`, count, 1);
    }
  }
}

/** How large a vocabulary may be. */
export interface SizeLimits {
  /** The size that was asked for. */
  readonly vocabSize: number | undefined;
  /** The size of one that was not. */
  readonly usualSize: number;
}

/** @throws {RangeError} If a size is not an integer of at least 1. */
export function checkSizes(action: string, { vocabSize, usualSize }: SizeLimits): void {
  if (vocabSize !== undefined) checkInteger(action, "vocabSize", vocabSize, 1);
  checkInteger(action, "usualSize", usualSize, 1);
}

/** Returns how many tokens a vocabulary may have. A size that was not asked for leaves room beside those required. */
export function mostTokens({ vocabSize, usualSize }: SizeLimits, required: number): number {
  return vocabSize ?? Math.max(usualSize, required + Math.floor(usualSize / 2));
}
