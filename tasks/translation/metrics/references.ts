/** What a translation is compared with: one reference or several. */
export type References = string | readonly string[];

/** How many references each sentence has; `var` where not all have the same number. */
export type ReferenceCount = number | "var";

/** The references as an array. Throws a RangeError where there are none; `what` begins its message. */
export function referencesOf(references: References, what: string): readonly string[] {
  const all = typeof references === "string" ? [references] : references;
  if (all.length === 0) throw new RangeError(`${what}: expected at least one reference of each sentence, found none`);
  return all;
}

/** What `f` says of each hypothesis and its references. Throws a RangeError where there are none, or not as many of both. */
export function mapSentences<T>(
  hypotheses: readonly string[],
  references: readonly References[],
  what: string,
  f: (hypothesis: string, references: readonly string[]) => T,
): T[] {
  const [count, others] = [hypotheses.length, references.length];
  if (count !== others) {
    throw new RangeError(
      `${what}: expected as many references as hypotheses, found ${count} hypotheses and ${others} references`,
    );
  }
  if (count === 0) throw new RangeError(`${what}: expected at least one hypothesis, found none`);
  return hypotheses.map((hypothesis, i) => f(hypothesis, referencesOf(references[i], what)));
}

/** The number of references that several sentences have. */
export function commonCount(counts: readonly ReferenceCount[]): ReferenceCount {
  return counts.every((count) => count === counts[0]) ? counts[0] : "var";
}

/** The sum of rows, place by place. */
export function sumRows(rows: readonly (readonly number[])[]): number[] {
  const sum = rows[0].map(() => 0);
  for (const row of rows) row.forEach((value, i) => sum[i] += value);
  return sum;
}
