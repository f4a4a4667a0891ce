import { InputRangeError } from "../../errors.ts";
import { expectFractions } from "../task_model/mod.ts";
import type { Documents } from "../data/mod.ts";
import type { SplitTextOptions, TextCorpus } from "./corpus.ts";

/**
 * Splits documents: the last ones are for testing, those before them for validation, and the rest for training. Each
 * part has at least one document, and otherwise about its share of the characters.
 *
 * Throws `RangeError` if there are fewer documents than parts.
 */
export function splitDocuments(
  documents: Documents,
  options: Pick<SplitTextOptions, "validFraction" | "testFraction">,
): TextCorpus<Documents> {
  expectFractions("split documents", options, []);
  const { validFraction = 0, testFraction = 0 } = options;
  const count = documents.lengths.length;
  const parts = 1 + [validFraction, testFraction].filter((fraction) => fraction > 0).length;
  if (count < parts) {
    throw new InputRangeError(
      `split documents: expected at least ${parts} documents, one for each part, found ${count}`,
    );
  }
  const ends = cumulative(documents);
  const start = (fraction: number, rest: number, end: number, least: number): number => {
    if (fraction === 0) return end;
    const place = Math.round(ends[count - 1] * rest);
    const first = ends.findIndex((length) => length > place);
    return Math.min(end - 1, Math.max(least, first < 0 ? count : first));
  };
  const test = start(testFraction, 1 - testFraction, count, parts - 1);
  const valid = start(validFraction, 1 - testFraction - validFraction, test, 1);
  return {
    train: partOf(documents, 0, valid),
    valid: validFraction === 0 ? undefined : partOf(documents, valid, test),
    test: testFraction === 0 ? undefined : partOf(documents, test, count),
  };
}

/** The number of code units up to the end of each document. */
function cumulative(documents: Documents): Float64Array {
  const ends = Float64Array.from(documents.lengths);
  for (let i = 1; i < ends.length; i++) ends[i] += ends[i - 1];
  return ends;
}

function partOf({ lengths, read }: Documents, start: number, end: number): Documents {
  return {
    lengths: Float64Array.from({ length: end - start }, (_, i) => lengths[start + i]),
    read: (index) => read(start + index),
  };
}
