import { assertAlmostEquals, assertEquals } from "@std/assert";
import {
  calendarFeatures,
  describeFrequency,
  type Frequency,
  period,
  readFrequency,
  stepsBetween,
  timeAfter,
  UNITS,
} from "../../../../tasks/data/series/mod.ts";
import { inferFrequency } from "../../../../tasks/data/series/infer_frequency.ts";

const time = (text: string): number => Date.parse(`${text}Z`);
const date = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** Times from a text, by a frequency. */
function times(start: string, frequency: Frequency, length: number): Float64Array {
  return Float64Array.from({ length }, (_, i) => timeAfter(time(start), frequency, i));
}

Deno.test("a frequency is inferred from its own times, and steps between them are whole", () => {
  for (const unit of UNITS) {
    for (const count of unit === "businessday" ? [1] : [1, 2]) {
      const frequency = { unit, count };
      const made = times("2021-01-01T00:00", frequency, 30);
      assertEquals(inferFrequency([made]), frequency, `${count} ${unit}`);
      assertEquals(
        Array.from(made, (t) => stepsBetween(made[0], frequency, t)),
        [...made.keys()],
      );
    }
  }
});

Deno.test("months end on their last days if the first one does", () => {
  const month: Frequency = { unit: "month", count: 1 };
  assertEquals([1, 2, 3].map((n) => date(timeAfter(time("2024-01-31T00:00"), month, n))), [
    "2024-02-29",
    "2024-03-31",
    "2024-04-30",
  ]);
  assertEquals(date(timeAfter(time("2024-01-30T00:00"), month, 1)), "2024-02-29");
  assertEquals(
    inferFrequency([Float64Array.of(time("2024-01-31T00:00"), time("2024-02-29T00:00"), time("2024-03-31T00:00"))]),
    month,
  );
});

Deno.test("business days skip weekends, which lie between steps", () => {
  const frequency: Frequency = { unit: "businessday", count: 1 };
  assertEquals(date(timeAfter(time("2024-03-08T00:00"), frequency, 1)), "2024-03-11");
  assertEquals(stepsBetween(time("2024-03-08T00:00"), frequency, time("2024-03-15T00:00")), 5);
  assertEquals(Number.isInteger(stepsBetween(time("2024-03-08T00:00"), frequency, time("2024-03-09T00:00"))), false);
});

Deno.test("gaps do not change the inferred frequency, and few times are no business days", () => {
  const day: Frequency = { unit: "day", count: 1 };
  const all = times("2024-01-01T00:00", day, 20);
  assertEquals(inferFrequency([all.filter((_, i) => i !== 3 && i !== 9)]), day);
  assertEquals(inferFrequency([times("2024-01-01T00:00", day, 5)]), day);
  assertEquals(inferFrequency([Float64Array.of(0)]), undefined);
});

Deno.test("names of frequencies are read, and the season follows", () => {
  const cases: [string, string, number][] = [
    ["hour", "hour", 24],
    ["15 minutes", "15 minutes", 96],
    ["15min", "15 minutes", 96],
    ["half_hourly", "30 minutes", 48],
    ["W-SUN", "week", 52],
    ["MS", "month", 12],
    ["B", "business day", 5],
    ["quarterly", "quarter", 4],
    ["yearly", "year", 1],
  ];
  for (const [name, described, steps] of cases) {
    const frequency = readFrequency(name)!;
    assertEquals([describeFrequency(frequency), period(frequency)], [described, steps], name);
  }
  for (const name of ["fortnight", "0 days", ""]) assertEquals(readFrequency(name), undefined, name);
});

Deno.test("features of the calendar repeat with their cycle and lie on a circle", () => {
  const features = calendarFeatures({ unit: "hour", count: 1 });
  const at = (text: string): number[] => features.map(({ at }) => at(time(text)));
  assertEquals(features.map(({ name }) => name).slice(0, 2), ["hour of day, sine", "hour of day, cosine"]);
  assertEquals(at("2024-03-04T06:00").slice(0, 4), at("2024-03-11T06:00").slice(0, 4));
  at("2024-03-04T07:00").forEach((value, i, all) => {
    if (i % 2 === 0) assertAlmostEquals(value ** 2 + all[i + 1] ** 2, 1);
  });
  assertEquals(calendarFeatures({ unit: "year", count: 1 }), []);
});

Deno.test("a business day that begins on a weekend counts as the Monday after it", () => {
  const frequency = { unit: "businessday", count: 1 } as const;
  for (const start of ["2022-01-01T00:00", "2022-01-02T00:00", "2022-01-03T00:00"]) {
    const found = Array.from(times(start, frequency, 6), (time) => new Date(time).toISOString().slice(0, 16));
    const days = ["03", "04", "05", "06", "07", "10"];
    assertEquals(found, days.map((day) => `2022-01-${day}T00:00`), start);
  }
});
