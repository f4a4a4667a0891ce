import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { paddedShare, padTexts } from "../../../tasks/batching/mod.ts";
import { bucketByLength } from "../../../tasks/batching/buckets.ts";
import { randomFloats, randomIntegers } from "../../support/floats.ts";

Deno.test("every text is in one batch with texts of similar length", () => {
  const lengths = randomIntegers(1, 1000, 1, 60);
  for (const jitter of [undefined, randomFloats(2, 1000, -2, 2)]) {
    const buckets = bucketByLength(lengths, 32, jitter);
    assertEquals(buckets.flatMap((bucket) => [...bucket]).sort((a, b) => a - b), [...lengths.keys()]);
    assertEquals(buckets.map(({ length }) => length), [...new Array(31).fill(32), 8]);
    assert(paddedShare(lengths, buckets) < (jitter ? 0.1 : 0.05));
  }
});

Deno.test("batches of long texts are smaller, and a very long text forms its own batch", () => {
  const lengths = Int32Array.of(20_000, 5, 8000, 8000, 8000, 3);
  const buckets = bucketByLength(lengths, 4);
  assertEquals(buckets.map((bucket) => [...bucket]), [[5, 1], [2, 3], [4], [0]]);
});

Deno.test("batch sizes do not depend on the jitter", () => {
  const lengths = randomIntegers(3, 300, 1, 3000);
  const sizes = (seed: number): number[] =>
    bucketByLength(lengths, 16, randomFloats(seed, 300, -100, 100)).map(({ length }) => length);
  assertEquals(sizes(4), sizes(5));
});

Deno.test("padTexts pads texts to a time-major batch", () => {
  const texts = [[1, 2, 3], [4], [5, 6]].map((ids) => Int32Array.from(ids));
  const { ids, lengths, places } = padTexts(texts, Int32Array.of(2, 0, 1));
  assertEquals([...lengths], [2, 3, 1]);
  assertEquals([...places], [2, 0, 1]);
  assertEquals([...ids], [5, 1, 4, 6, 2, 0, 0, 3, 0]);
  assertAlmostEquals(paddedShare([3, 1, 2], [Int32Array.of(2, 0, 1)]), 1 / 3, 1e-12);
});
