import { assertEquals, assertThrows } from "@std/assert";
import { continueSeries } from "../../../tasks/forecasting/series_plan.ts";
import { setOf } from "./series.ts";

const DAY = 86_400_000;
const frequency = { unit: "day", count: 1 } as const;

Deno.test("the values of a test follow those of training, with missing ones between", () => {
  const one = (start: number, ...values: number[]) =>
    setOf([{ id: "x", values: Float64Array.from(values), start }], { frequency });
  const test = (start: number, ...values: number[]) => ({ name: "test.csv", set: one(start, ...values), notes: [] });
  const joined = (start: number) => [...continueSeries(one(0, 1, 2), test(start, 4, 5)).series[0].values];
  assertEquals(joined(2 * DAY), [1, 2, 4, 5]);
  assertEquals(joined(3 * DAY), [1, 2, NaN, 4, 5]);
  assertThrows(() => joined(DAY), RangeError, 'values of the series "x" from 1970-01-03 on, found 1970-01-02');
});
