import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { complete } from "../../../src/schema/mod.ts";
import { type Frequency, readSeriesText, type SeriesSet } from "../../../tasks/data/series/mod.ts";
import { continueSeries } from "../../../tasks/forecasting/continued_series.ts";
import { readSeriesData, readSeriesTextFor, SERIES_PLAN } from "../../../tasks/forecasting/series_plan.ts";
import { SeriesProcessor } from "../../../tasks/forecasting/series_processor.ts";
import { inTempDir } from "../../support/command.ts";
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

Deno.test("the horizon is the length of a test that is one forecast, if no other is given", async () => {
  await inTempDir(async (directory) => {
    const write = async (name: string, rows: readonly number[]): Promise<string> => {
      const values = (n: number): string =>
        Array.from({ length: Math.max(...rows) }, (_, t) => t < n ? (t * 7) % 11 : "").join(",");
      await Deno.writeTextFile(`${directory}/${name}`, rows.map((n, i) => `s${i},${values(n)}\n`).join(""));
      return `${directory}/${name}`;
    };
    const data = await write("train.csv", [90, 80]);
    const horizonOf = async (rows: readonly number[], horizon: number | null = null): Promise<number> => {
      const test = await write("test.csv", rows);
      const plan = complete(SERIES_PLAN, { data, test, horizon, header: false }, "read series");
      return (await readSeriesData(plan)).data.horizon;
    };
    assertEquals(await horizonOf([13, 13]), 13);
    assertEquals(await horizonOf([13, 13], 5), 5);
    assertEquals(await horizonOf([13, 12]), 8); // The usual one.
    assertEquals(await horizonOf([70, 70]), 8); // Too many for one forecast.
  });
});

Deno.test("a test is read at the distance of the training values, and has those of a forecast at least", async () => {
  await inTempDir(async (directory) => {
    const rows = (from: string, days: readonly number[]): string =>
      days.map((day) => `${new Date(Date.parse(from) + day * DAY).toISOString().slice(0, 10)},${day}\n`).join("");
    // Business days from a Monday on, and a test from Thursday to Wednesday.
    const weeks = Array.from({ length: 20 }, (_, week) => [0, 1, 2, 3, 4].map((day) => 7 * week + day)).flat();
    const write = async (name: string, days: readonly number[]): Promise<string> => {
      await Deno.writeTextFile(`${directory}/${name}`, `date,value\n${rows("2024-01-01", days)}`);
      return `${directory}/${name}`;
    };
    const data = await write("train.csv", weeks.slice(0, 93));
    const test = await write("test.csv", weeks.slice(93, 98));
    const read = (horizon: number) => readSeriesData(complete(SERIES_PLAN, { data, test, horizon }, "test"));
    const { whole } = (await read(5)).data;
    assertEquals([...whole.series[0].values], weeks.slice(0, 98));
    await assertRejects(() => read(6), RangeError, "expected at least 6 values of a series, the horizon, found 5; set");
  });
});

Deno.test("records with lists are read by the columns that training was given", () => {
  const text = [7, 9].map((shop) => JSON.stringify({ date: `2024-01-0${shop}`, shop_no: shop, target: [1, 2] })).join(
    "\n",
  );
  const hour = { unit: "hour", count: 1 } as const;
  const { set } = readSeriesText("a.jsonl", text, { time: "date", series: ["2"], frequency: hour });
  const processor = SeriesProcessor.of(set);
  const { set: again } = readSeriesTextFor("b.jsonl", text, processor.config, {});
  assertEquals(again.series.map(({ id, start }) => [id, start]), [
    ["7", Date.UTC(2024, 0, 7)],
    ["9", Date.UTC(2024, 0, 9)],
  ]);
});

Deno.test('a column of training named "value" is read again, whatever other columns a file has', () => {
  const { config } = SeriesProcessor.of(readSeriesText("a.csv", "date,value\n2024-01-01,1\n2024-01-02,2\n").set);
  const { set } = readSeriesTextFor("b.csv", "date,y,value\n2024-01-03,7,3\n2024-01-04,8,4\n", config, {});
  assertEquals([...set.series[0].values], [3, 4]);
  for (
    const [name, text] of [
      ["c.csv", "date,y\n2024-01-03,7\n2024-01-04,8\n"],
      ["d.csv", "2024-01-03,7\n2024-01-04,8\n"],
      ["e.jsonl", '{"start": "2024-01-03", "target": [7, 8]}\n'],
      ["e.json", '[{"start": "2024-01-03", "target": [3, 4], "value": [7, 8]}]'],
      ["f.csv", "id,2024-01-03,2024-01-04\nx,7,8\n"],
    ]
  ) {
    assertEquals([...readSeriesTextFor(name, text, config, {}).set.series[0].values], [7, 8], name);
  }
});

/** Reads a table of values at these times for a forecaster whose training values are a distance apart. */
function readAt(unit: Frequency["unit"], times: readonly string[], name = "new.csv"): SeriesSet {
  const { config } = SeriesProcessor.of(setOf([{ id: "value", values: Float64Array.of(1) }], {
    frequency: { unit, count: 1 },
    targetName: "value",
  }));
  const rows = times.map((time, i) => `${time},${i}\n`).join("");
  return readSeriesTextFor(name, `date,value\n${rows}`, config, {}).set;
}

Deno.test("values at another distance than those of training are refused, and gaps are not", () => {
  const days = (...days: number[]): string[] => days.map((day) => `2024-01-${String(day).padStart(2, "0")}`);
  const lengthOf = (unit: Frequency["unit"], times: readonly string[]) => readAt(unit, times).series[0].values.length;
  const refused = (unit: Frequency["unit"], times: readonly string[], part: string) =>
    assertThrows(() => readAt(unit, times), RangeError, `read new.csv: expected values ${part}`);

  refused("hour", days(1, 2, 3), "one hour apart, as in training, found one day apart");
  refused("day", days(1, 8, 15), "one day apart, as in training, found one week apart");
  refused("month", days(1, 2, 3), "one month apart, as in training, found one day apart");
  refused("hour", ["2024-01-01 00:00", "2024-01-01 00:15"], "one hour apart, as in training, found 15 minutes apart");
  assertEquals(lengthOf("hour", days(1)), 1);
  assertEquals(lengthOf("hour", days(1, 2)), 25);
  assertEquals(lengthOf("hour", [...days(1, 2), "2024-01-02 01:00"]), 26);
  assertEquals(lengthOf("day", days(1, 2, 4, 8)), 8);
  assertEquals(lengthOf("businessday", days(1, 2, 3, 4, 5)), 5);
  assertEquals(lengthOf("day", days(1, 2, 3, 4, 5, 8, 9, 10, 11, 12)), 12);
});

Deno.test("records and headers at another distance than in training are refused too", () => {
  const frequency = { unit: "hour", count: 1 } as const;
  const { config } = SeriesProcessor.of(setOf([{ id: "value", values: Float64Array.of(1) }], {
    frequency,
    targetName: "value",
  }));
  const read = (name: string, text: string) => readSeriesTextFor(name, text, config, {}).set;
  const record = (freq: string, id = "a") => `{"item_id": "${id}", "freq": "${freq}", "value": [1, 2]}\n`;
  const expected = "expected values one hour apart, as in training, found one day apart";
  assertThrows(() => read("a.jsonl", record("D")), RangeError, expected);
  assertEquals(read("a.jsonl", record("60min")).series[0].values.length, 2);
  assertThrows(() => read("a.tsf", "@frequency daily\n@data\n1,2\n"), RangeError, expected);
  assertThrows(() => read("a.csv", "id,2024-01-01,2024-01-02,2024-01-03\nx,1,2,3\n"), RangeError, expected);
  assertThrows(
    () => readSeriesText("a.jsonl", record("D") + record("H", "b")),
    RangeError,
    'expected one "freq" of all series, found "D" on line 1 and "H" on line 2',
  );
});

Deno.test("dates whose day and month could be swapped are read at the distance of training", () => {
  const dates = Array.from({ length: 12 }, (_, i) => `${String(i + 1).padStart(2, "0")}/02/2024`);
  const starts = (unit: Frequency["unit"]) => {
    const { series: [{ start, values }] } = readAt(unit, dates);
    return [new Date(start!).toISOString().slice(0, 10), values.length];
  };
  assertEquals(starts("day"), ["2024-02-01", 12]);
  assertEquals(starts("month"), ["2024-01-02", 12]);
  const header = `id,${dates.slice(0, 4).join(",")}\na,1,2,3,4\n`;
  const { set } = readSeriesText("a.csv", header, { like: { frequency } });
  assertEquals([set.frequency, set.series[0].start], [frequency, Date.UTC(2024, 1, 1)]);
});
