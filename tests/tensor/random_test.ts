import { assert, assertAlmostEquals, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { Engine } from "../../src/engine/mod.ts";
import { Random } from "../../src/tensor/mod.ts";
import { philoxUniform } from "../support/philox.ts";

const COUNT = 100_000;

function moments(values: Float32Array): [mean: number, variance: number] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return [mean, values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length];
}

Deno.test("random numbers depend only on the seed and the number of earlier calls", () => {
  const draw = (random: Random) => [random.uniform(5), random.normal(7), random.uniform(3, -2, 2)];
  assertEquals(draw(new Random(42)), draw(new Random(42)));
  assertEquals(draw(new Random(42)), draw(new Random(42, { engine: new Engine({ build: "plain" }) })));
  assertNotEquals(draw(new Random(42)), draw(new Random(43)));
});

Deno.test("every call draws from a new stream, and a sequence of streams can be resumed", () => {
  const random = new Random(7);
  const draws = [random.uniform(8), random.uniform(8), random.uniform(8)];
  assertEquals(new Set(draws.map(String)).size, 3);
  assertEquals(random.stream, 3);
  const resumed = new Random(7, { stream: 2 });
  assertEquals(resumed.uniform(8), draws[2]);
});

Deno.test("uniform numbers match Philox, with the seed split into two words", () => {
  const seed = 5 * 2 ** 32 + 17;
  const random = new Random(seed, { stream: 9 });
  assertEquals(random.uniform(13), philoxUniform(13, { seedLow: 17, seedHigh: 5, stream: 9, step: 0 }));
});

Deno.test("a longer draw begins with a shorter one", () => {
  assertEquals(new Random(3).uniform(100).slice(0, 7), new Random(3).uniform(7));
});

Deno.test("uniform numbers have the expected mean and variance within 0.01", () => {
  const values = new Random(1).uniform(COUNT, -1, 3);
  assert(values.every((value) => value >= -1 && value <= 3));
  const [mean, variance] = moments(values);
  assertAlmostEquals(mean, 1, 0.01);
  assertAlmostEquals(variance, 16 / 12, 0.01);
  const bins = new Array(20).fill(0);
  for (const value of new Random(2).uniform(COUNT)) bins[Math.floor(value * 20)]++;
  for (const count of bins) assertAlmostEquals(count / COUNT, 0.05, 0.003);
});

Deno.test("normal numbers have the expected mean within 0.02, variance within 0.05 and tails", () => {
  const values = new Random(3).normal(COUNT, -2, 2);
  const [mean, variance] = moments(values);
  assertAlmostEquals(mean, -2, 0.02);
  assertAlmostEquals(variance, 4, 0.05);
  const beyond = (deviations: number) => values.filter((v) => Math.abs(v + 2) > 2 * deviations).length / COUNT;
  assertAlmostEquals(beyond(1), 0.3173, 0.006);
  assertAlmostEquals(beyond(2), 0.0455, 0.003);
  assertAlmostEquals(beyond(3), 0.0027, 0.001);
});

Deno.test("draws can have any length, including 0", () => {
  for (const count of [0, 1, 2, 3, 5]) {
    assertEquals([new Random(1).uniform(count).length, new Random(1).normal(count).length], [count, count]);
  }
});

Deno.test("a seed must be an integer below 2^53", () => {
  for (const seed of [-1, 0.5, 2 ** 53, NaN]) {
    assertThrows(() => new Random(seed), RangeError, `seed: expected a whole number from 0 to 2^53 - 1, found ${seed}`);
  }
});

Deno.test("a stream must be an integer below 2^32", () => {
  for (const stream of [NaN, Infinity, -1, 0.5, 2 ** 32]) {
    assertThrows(
      () => new Random(1, { stream }),
      RangeError,
      "expected stream to be a whole number from 0 to 2^32 - 1",
    );
  }
});
