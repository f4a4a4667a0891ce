import { assertEquals } from "@std/assert";
import { detectPeriod } from "../../../tasks/forecasting/detect_period.ts";
import { seededRandom } from "../../support/random.ts";

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

Deno.test("noise, random walks, trends, constants and short series have no period", () => {
  for (let seed = 1; seed <= 20; seed++) {
    const random = seededRandom(seed);
    let walk = 0;
    assertEquals(periodOf(60, random), 1, `noise ${seed}`);
    assertEquals(periodOf(300, () => walk += random() - 0.5), 1, `walk ${seed}`);
  }
  assertEquals([periodOf(50, (t) => t), periodOf(50, () => 3), periodOf(3, (t) => t % 2)], [1, 1, 1]);
});
