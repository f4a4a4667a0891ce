import { assertEquals } from "@std/assert";
import { countNetworks, firstEnd, laterEnd, MOST_NETWORKS } from "../../../cli/tuning/search_time.ts";
import type { Trial } from "../../../tasks/tuning/mod.ts";

function trial(candidate: number, epochs: number, seconds: number, share = 1): Trial {
  return { candidate, epochs, share, seed: 0, figures: { objective: 1, loss: 1 }, seconds };
}

Deno.test("a search leaves twice the time of a full training with its choice, estimated from the longest", () => {
  const trials = [trial(0, 10, 90), trial(1, 1, 3, 0.5), trial(1, 10, 20), trial(1, 10, 25), trial(2, 10, 80)];
  assertEquals(laterEnd(600, trials, { candidate: 1, epochs: 10, threads: 2 }), 600 - 2 * 25);
  assertEquals(laterEnd(600, trials, { candidate: 1, epochs: 30, threads: 2 }), 600 - 2 * 75);
  assertEquals(laterEnd(600, trials.slice(0, 2), { candidate: 1, epochs: 10, threads: 2 }), 600 - 2 * 60);
});

Deno.test("a search leaves the time of several networks, and as many are trained as there is time for", () => {
  const [trials, choice] = [[trial(0, 10, 20), trial(1, 10, 25)], { candidate: 1, epochs: 10, threads: 2 }];
  assertEquals(laterEnd(600, trials, choice, 5), 600 - 2.5 * 25);
  assertEquals([10, 24, 25, 63, 1000].map((seconds) => countNetworks(seconds, trials, choice)), [1, 1, 2, 5, 5]);
  assertEquals([MOST_NETWORKS, countNetworks(1000, [], choice)], [5, 1]);
  // In the search, too, each had one thread.
  assertEquals(laterEnd(600, trials, { ...choice, threads: 1 }, 5), 600 - 5 * 25);
  assertEquals([25, 49, 50].map((seconds) => countNetworks(seconds, trials, { ...choice, threads: 1 })), [1, 1, 2]);
});

Deno.test("a search without a training of its choice takes two thirds of the time", () => {
  const failed = { ...trial(1, 10, 20), figures: null };
  for (const trials of [[], [trial(0, 10, 20)], [failed]]) {
    assertEquals(laterEnd(600, trials, { candidate: 1, epochs: 10, threads: 2 }), 400);
  }
  assertEquals(firstEnd(600), 400);
});
