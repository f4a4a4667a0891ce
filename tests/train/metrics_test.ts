import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { bitsPerCharacter, perplexity, Throughput } from "../../src/train/mod.ts";

Deno.test("the perplexity of a uniform guess is the number of choices", () => {
  for (const choices of [1, 2, 65, 10_000]) assertAlmostEquals(perplexity(Math.log(choices)), choices, 1e-11 * choices);
  assertEquals(perplexity(0), 1);
  assertEquals(perplexity(Infinity), Infinity);
});

Deno.test("bits per character spreads a token's bits over its characters", () => {
  assertAlmostEquals(bitsPerCharacter(Math.log(2), 10, 10), 1, 1e-15);
  assertAlmostEquals(bitsPerCharacter(Math.log(256), 100, 100), 8, 1e-14);
  assertAlmostEquals(bitsPerCharacter(Math.log(1024), 50, 250), 2, 1e-14);
});

Deno.test("throughput starts at the first value and moves a tenth of the way to each new one", () => {
  const throughput = new Throughput();
  assertEquals(throughput.add(500, 250), 2000);
  assertAlmostEquals(throughput.add(500, 500), 1900, 1e-9);
  assertAlmostEquals(throughput.add(1900, 1000), 1900, 1e-9);
  for (let i = 0; i < 200; i++) throughput.add(100, 1000);
  assertAlmostEquals(throughput.add(100, 1000), 100, 1e-3);
});

Deno.test("throughput stays finite if no time has passed", () => {
  const throughput = new Throughput();
  const figures = [throughput.add(10, 0), throughput.add(10, 1000)];
  assert(figures.every(Number.isFinite));
});
