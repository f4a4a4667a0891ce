import { assertEquals, assertStringIncludes } from "@std/assert";
import { describeSeries } from "../../../tasks/data/series/mod.ts";
import { detectPeriod } from "../../../tasks/forecasting/detect_period.ts";
import { seededRandom } from "../../support/random.ts";
import { setOf } from "./series.ts";

function periodOf(length: number, value: (t: number) => number): number {
  return detectPeriod({ series: [{ id: "x", values: Float64Array.from({ length }, (_, t) => value(t)) }] });
}

Deno.test("a period is found in spite of noise, a trend and missing values, not its multiples", () => {
  const random = seededRandom(1);
  const season = (t: number): number => 5 * Math.sin(2 * Math.PI * t / 12) + random() + t / 5;
  assertEquals(periodOf(150, season), 12);
  assertEquals(periodOf(150, (t) => t % 9 === 0 ? NaN : season(t)), 12);
  assertEquals(periodOf(60, (t) => t % 2), 2);
});

Deno.test("there may be more series than a call takes arguments", () => {
  const short = Float64Array.of(1);
  const many = Array.from({ length: 200_000 }, (_, i) => ({ id: `${i}`, values: short }));
  const set = setOf([{ id: "long", values: Float64Array.from({ length: 60 }, (_, t) => t % 2) }, ...many]);
  assertEquals(detectPeriod(set), 2);
  assertStringIncludes(describeSeries(set), "200,001 series of 1 to 60 values");
});

Deno.test("noise, random walks, trends, constants and short series have no period", () => {
  for (let seed = 1; seed <= 20; seed++) {
    const random = seededRandom(seed);
    let walk = 0;
    assertEquals(periodOf(60, random), 1, `noise ${seed}`);
    assertEquals(periodOf(300, () => walk += random() - 0.5), 1, `walk ${seed}`);
  }
  assertEquals([periodOf(50, (t) => t), periodOf(50, () => 3), periodOf(3, (t) => t % 2)], [1, 1, 1]);
});
