import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { bootstrapIntervals, wilsonInterval } from "../../../tasks/labels/intervals.ts";

Deno.test("Wilson's intervals are those that Newcombe (1998) lists", () => {
  const published: [hits: number, texts: number, low: number, high: number][] = [
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ];
  for (const [hits, texts, low, high] of published) {
    const found = wilsonInterval(hits, texts);
    assertAlmostEquals(found[0], low, 5e-5);
    assertAlmostEquals(found[1], high, 5e-5);
  }
});

Deno.test("an interval contains the share, stays within 0 and 1, and mirrors that of the other texts", () => {
  for (const texts of [1, 2, 7, 1000]) {
    for (let hits = 0; hits <= texts; hits++) {
      const [low, high] = wilsonInterval(hits, texts);
      assert(0 <= low && low <= hits / texts && hits / texts <= high && high <= 1, `${hits} of ${texts}`);
      const [otherLow, otherHigh] = wilsonInterval(texts - hits, texts);
      assertAlmostEquals(low, 1 - otherHigh, 1e-12);
      assertAlmostEquals(high, 1 - otherLow, 1e-12);
    }
    assertEquals([wilsonInterval(0, texts)[0], wilsonInterval(texts, texts)[1]], [0, 1]);
  }
});

Deno.test("the bootstrap's interval of a share is near Wilson's, and the same every time", async () => {
  const share = (sample: Int32Array): number => sample.reduce((hits, i) => hits + (i < 70 ? 1 : 0), 0) / sample.length;
  const find = () => bootstrapIntervals(200, (sample) => [share(sample), 1]);
  const [found, constant] = await find();
  wilsonInterval(70, 200).forEach((end, i) => assertAlmostEquals(found[i], end, 0.015));
  assertEquals(constant, [1, 1]);
  assertEquals(await find(), [found, constant]);
});

Deno.test("a signal stops the bootstrap between two samples", async () => {
  const stop = new AbortController();
  let samples = 0;
  const figuresOf = (): number[] => (++samples === 3 && stop.abort(), [1]);
  await assertRejects(() => bootstrapIntervals(2, figuresOf, { signal: stop.signal }), DOMException);
  assertEquals(samples, 3);
});
