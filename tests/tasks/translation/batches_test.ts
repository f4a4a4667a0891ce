import { assertAlmostEquals, assertEquals } from "@std/assert";
import { Random } from "../../../src/nn/mod.ts";
import { bucketPairs, paddedPairShare, padPairs } from "../../../tasks/translation/batches.ts";
import type { EncodedPairs } from "../../../tasks/translation/pairs.ts";
import { randomIntegers } from "../../support/floats.ts";

function pairsOf(sources: readonly number[], targets: readonly number[]): EncodedPairs {
  const make = (length: number, i: number): Int32Array => new Int32Array(length).fill(i);
  return { sources: sources.map(make), targets: targets.map(make), kept: [], empty: 0, long: 0 };
}

const MANY = pairsOf([...randomIntegers(1, 500, 1, 30)], [...randomIntegers(2, 500, 1, 30)]);

Deno.test("every pair is in one batch, and no batch exceeds the limit of symbols on a side", () => {
  for (const tokens of [1, 30, 100, 2000]) {
    const buckets = bucketPairs(MANY, tokens, new Random(3));
    assertEquals(buckets.flatMap((bucket) => [...bucket]).sort((a, b) => a - b), [...MANY.sources.keys()]);
    for (const bucket of buckets) {
      const longest = Math.max(...[...bucket].map((i) => Math.max(MANY.sources[i].length, MANY.targets[i].length + 1)));
      assertEquals(bucket.length === 1 || longest * bucket.length <= tokens, true);
    }
  }
});

Deno.test("shuffling only swaps pairs of equal lengths, so batches keep their number and lengths", () => {
  const lengths = (random?: Random): string[] =>
    bucketPairs(MANY, 200, random).map((bucket) =>
      [...bucket].map((i) => `${MANY.sources[i].length} ${MANY.targets[i].length}`).join(", ")
    );
  const expected = lengths();
  for (const seed of [1, 2, 3]) assertEquals(lengths(new Random(seed)), expected);
  const same = pairsOf(new Array(50).fill(4), new Array(50).fill(4));
  assertEquals(
    bucketPairs(same, 50, new Random(1))[0].join() === bucketPairs(same, 50, new Random(2))[0].join(),
    false,
  );
});

Deno.test("the decoder's input starts with the boundary, and the expected output ends with it", () => {
  const pairs = { ...pairsOf([1, 2], []), targets: [Int32Array.of(5, 6), Int32Array.of(7)] };
  const { source, input, expected, steps } = padPairs(pairs, Int32Array.of(0, 1), 9);
  assertEquals([...source.ids], [0, 1, 0, 1]);
  assertEquals([...source.lengths], [1, 2]);
  assertEquals([...input.ids], [9, 9, 5, 7, 6, 0]);
  assertEquals([...input.lengths], [3, 2]);
  assertEquals([...expected], [5, 6, 9, 7, 9]);
  assertEquals([...steps], [0, 2, 4, 1, 3]);
});

Deno.test("the share of padding covers both sides", () => {
  // Sources have 2 and 4 symbols of 8; targets, with the end, 3 and 3 of 6.
  assertAlmostEquals(paddedPairShare(pairsOf([2, 4], [2, 2]), [Int32Array.of(0, 1)]), 1 - 12 / 14);
  assertEquals(paddedPairShare(pairsOf([], []), []), 0);
});
