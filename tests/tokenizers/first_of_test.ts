import { assertEquals } from "@std/assert";
import { firstOf } from "../../tokenizers/first_of.ts";
import { seededRandom } from "../support/random.ts";

Deno.test("firstOf returns the start of the sorted items, of equal items those given first", () => {
  const random = seededRandom(1);
  const items = Array.from({ length: 20_000 }, (_, index) => ({ key: Math.floor(random() ** 4 * 500), index }));
  const byKey = (a: { key: number }, b: { key: number }): number => b.key - a.key;
  const sorted = items.toSorted(byKey);
  for (const limit of [0, 1, 10, 1000, 15_000, 20_000, 30_000, Infinity]) {
    assertEquals(firstOf(items, limit, byKey), sorted.slice(0, limit), `limit ${limit}`);
  }
});
