import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { histogramOf } from "../../../src/formats/tensorboard/mod.ts";
import golden from "../../goldens/event_file.json" with { type: "json" };
import { randomFloats } from "../../support/floats.ts";

/** Numbers of very different sizes, most of them small. */
function spread(seed: number, count: number): Float32Array {
  const sizes = randomFloats(seed, count, -15, 3);
  return randomFloats(seed + 1, count).map((value, i) => value * 10 ** sizes[i]);
}

Deno.test("the buckets of a histogram are those that numpy counts", () => {
  const { limits, counts } = histogramOf(Float32Array.from(golden.values))!;
  assertEquals({ limits, counts }, golden.histogram);
});

Deno.test("each bucket counts the numbers from the limit before up to its own, and a limit is a tenth above the last", () => {
  for (const [seed, count] of [[1, 1], [2, 7], [3, 501]]) {
    const values = spread(seed, count);
    const { limits, counts } = histogramOf(values)!;
    const expected = limits.map((limit, i) => {
      const before = limits[i - 1] ?? -Infinity;
      return values.filter((value) => value >= before && value < limit).length;
    });
    assertEquals(counts, expected);
    assertEquals(counts.reduce((sum, count) => sum + count), count);
    for (const [i, limit] of limits.entries()) {
      assert(counts[i] === 0 || i > 0, "the first limit is the lower one of the first filled bucket");
      const before = limits[i - 1];
      if (counts[i] === 0 || Math.abs(limit) <= 1e-12 || Math.abs(before) <= 1e-12) continue;
      assertAlmostEquals(Math.max(limit / before, before / limit), 1.1, 1e-9);
    }
  }
});

Deno.test("the figures of a histogram are those of its finite numbers", () => {
  const values = Float32Array.of(0.5, NaN, -2, Infinity, 3, 0, -Infinity);
  const { min, max, count, sum, sumOfSquares } = histogramOf(values)!;
  assertEquals({ min, max, count, sum, sumOfSquares }, { min: -2, max: 3, count: 4, sum: 1.5, sumOfSquares: 13.25 });
  assertEquals(histogramOf(Float32Array.of(NaN)), undefined);
  assertEquals(histogramOf(new Float32Array()), undefined);
});
