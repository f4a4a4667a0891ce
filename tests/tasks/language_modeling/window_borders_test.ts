import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import { WindowBorders } from "../../../tasks/language_modeling/window_borders.ts";

function lengths(borders: WindowBorders, epoch: number): number[] {
  return Array.from({ length: borders.count }, (_, index) => {
    const [first, end] = borders.window(index, epoch);
    return end - first;
  });
}

for (
  const [steps, bptt, deviation] of [[1, 70, 5], [50, 70, 5], [9, 1, 5], [7, 2, 30], [1000, 20, 5], [100_000, 70, 5]]
) {
  Deno.test(`varying windows cover ${steps} steps in every epoch, in the same number: ${bptt} +- ${deviation}`, () => {
    const borders = new WindowBorders(steps, bptt, { deviation, seed: 3 });
    for (const epoch of [0, 1, 2]) {
      let at = 0;
      for (let index = 0; index < borders.count; index++) {
        const [first, end] = borders.window(index, epoch);
        assertEquals(first, at);
        assert(end > first, `${first} to ${end}`);
        at = end;
      }
      assertEquals(at, steps);
    }
  });
}

Deno.test("nineteen of twenty windows vary around bptt, the others around half of it", () => {
  const own = lengths(new WindowBorders(700_000, 70, { deviation: 5, seed: 1 }), 4);
  const short = own.filter((length) => length < 50);
  assertAlmostEquals(short.length / own.length, 0.05, 5 * Math.sqrt(0.0475 / own.length));
  const long = own.filter((length) => length >= 50);
  const mean = long.reduce((sum, length) => sum + length, 0) / long.length;
  const variance = long.reduce((sum, length) => sum + (length - mean) ** 2, 0) / long.length;
  assertAlmostEquals(mean, 70, 1);
  // A normal distribution cut at two standard deviations, rounded.
  assertAlmostEquals(Math.sqrt(variance), 4.7, 0.3);
  assert(Math.max(...own) <= 82, `${Math.max(...own)}`);
});

Deno.test("windows depend on the seed and the epoch only, in whatever order they are asked for", () => {
  const of = (seed: number, epoch: number): number[] =>
    lengths(new WindowBorders(2000, 20, { deviation: 3, seed }), epoch);
  assertEquals(of(1, 2), of(1, 2));
  assertNotEquals(of(1, 2), of(1, 3));
  assertNotEquals(of(1, 2), of(2, 2));
  const borders = new WindowBorders(2000, 20, { deviation: 3, seed: 1 });
  lengths(borders, 3);
  assertEquals(lengths(borders, 2), of(1, 2));
});
