import { InputRangeError } from "../../../errors.ts";

/** The reference translations of a sentence: one or several. */
export type References = string | readonly string[];

/** Number of references of each sentence; `var` if it varies. */
export type ReferenceCount = number | "var";

/** Returns the references as an array. Throws `RangeError` if there are none; `what` begins the message. */
export function referencesOf(references: References, what: string): readonly string[] {
  const all = typeof references === "string" ? [references] : references;
  if (all.length === 0) {
    throw new InputRangeError(`${what}: expected at least one reference for each sentence, found none`);
  }
  return all;
}

/** Maps each hypothesis with its references. Throws `RangeError` if there are none or if their numbers differ. */
export function mapSentences<T>(
  hypotheses: readonly string[],
  references: readonly References[],
  what: string,
  f: (hypothesis: string, references: readonly string[]) => T,
): T[] {
  const [count, others] = [hypotheses.length, references.length];
  if (count !== others) {
    throw new InputRangeError(
      `${what}: expected as many references as hypotheses, found ${count} hypotheses and ${others} references`,
    );
  }
  if (count === 0) throw new InputRangeError(`${what}: expected at least one hypothesis, found none`);
  return hypotheses.map((hypothesis, i) => f(hypothesis, referencesOf(references[i], what)));
}

/** Returns the number of references that all sentences have, or `var` if it varies. */
export function commonCount(counts: readonly ReferenceCount[]): ReferenceCount {
  return counts.every((count) => count === counts[0]) ? counts[0] : "var";
}

/** Sums rows elementwise. */
export function sumRows(rows: readonly (readonly number[])[]): number[] {
  const sum = rows[0].map(() => 0);
  for (const row of rows) row.forEach((value, i) => sum[i] += value);
  return sum;
}
