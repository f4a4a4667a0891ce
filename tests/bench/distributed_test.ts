// Tests the cost model of the benchmark of training on several processes, not the measurements.

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { bestShare, costOf, errorOf, fitLink, mostUseful, networksOf, speedup } from "../../bench/distributed/model.ts";

const LINK = { latency: 1e-4, bandwidth: 1e8 };

Deno.test("an all-reduce takes the time of a ring if it is large, of a tree if it is small, and none alone", () => {
  assertEquals(costOf({ bytes: 1e9, nodes: 1 }, LINK), 0);
  assertAlmostEquals(costOf({ bytes: 1e9, nodes: 4 }, LINK), 6 * (1e-4 + 2.5));
  assertAlmostEquals(costOf({ bytes: 8, nodes: 64 }, LINK), 12 * (1e-4 + 8e-8));
});

Deno.test("a link is recovered from the times that the model has for it", () => {
  const timings = [2, 4].flatMap((nodes) =>
    [1024, 2 ** 16, 2 ** 20, 2 ** 24, 2 ** 26].map((bytes) => ({
      bytes,
      nodes,
      seconds: costOf({ bytes, nodes }, LINK),
    }))
  );
  const found = fitLink(timings);
  assert(Math.abs(found.latency / LINK.latency - 1) < 0.12);
  assert(Math.abs(found.bandwidth / LINK.bandwidth - 1) < 0.01);
  assert(errorOf(timings, found) < 0.06);
});

Deno.test("faster networks have the fitted latency and share of their rate, up to what processes manage", () => {
  const networks = networksOf({ gigabit: LINK, most: 5e9 });
  assertEquals(Object.values(networks).map(({ latency }) => latency), [1e-4, 1e-4, 1e-4]);
  assertEquals(Object.values(networks).map(({ bandwidth }) => bandwidth), [1e8, 1e9, 5e9]);
});

Deno.test("more nodes stop helping where the exchange takes as long as the step", () => {
  const model = { bytes: 4e6, seconds: 0.09 };
  assertAlmostEquals(speedup(model, 2, LINK), 2 * 0.09 / (0.09 + 2 * (1e-4 + 0.02)));
  const most = mostUseful(model, LINK);
  assertEquals(most, 32);
  assert(costOf({ bytes: model.bytes, nodes: most }, LINK) <= model.seconds);
  assert(costOf({ bytes: model.bytes, nodes: 2 * most }, LINK) > model.seconds);
  const { nodes, speedup: best } = bestShare(model, LINK);
  assertEquals(nodes, 8);
  assertAlmostEquals(best, 0.09 / (0.09 / 8 + 14 * (1e-4 + 5e-3)));
  assertEquals(bestShare({ bytes: 4e8, seconds: 0.09 }, LINK), { nodes: 1, speedup: 1 });
});
