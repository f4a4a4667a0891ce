import { assertEquals } from "@std/assert";
import { readTimes } from "../../../../tasks/data/series/times.ts";

/** The time of a text in ISO 8601, or undefined if it has none. */
function iso(...texts: string[]): string | undefined {
  const read = readTimes(texts);
  return read && read.wrong < 0 ? new Date(read.times[0]).toISOString().slice(0, 16) : undefined;
}

Deno.test("times are read as people write them", () => {
  const cases: Record<string, string> = {
    "2016-07-01 13:00:00": "2016-07-01T13:00",
    "2016-07-01T13:00:00.000+02:00": "2016-07-01T11:00",
    "2016/07/01": "2016-07-01T00:00",
    "20160701": "2016-07-01T00:00",
    "2016-07": "2016-07-01T00:00",
    "2016M07": "2016-07-01T00:00",
    "2016Q3": "2016-07-01T00:00",
    "Q3 2016": "2016-07-01T00:00",
    "2004-W53-6": "2005-01-01T00:00",
    "Jul 1 2016": "2016-07-01T00:00",
    "July 1, 2016": "2016-07-01T00:00",
    "1 September 2016": "2016-09-01T00:00",
    "Sept 2016": "2016-09-01T00:00",
    "01.07.2016 13:30": "2016-07-01T13:30",
    "7/1/2016 1:00 PM": "2016-07-01T13:00",
    "7/13/16": "2016-07-13T00:00",
    "31.12.24": "2024-12-31T00:00",
    "1.7.16 13:30": "2016-07-01T13:30",
    "01-Jan-24": "2024-01-01T00:00",
    "1 Jul 16": "2016-07-01T00:00",
    "Jan-24": "2024-01-01T00:00",
    "202001": "2020-01-01T00:00",
    "1467331200": "2016-07-01T00:00",
    "1467331200000": "2016-07-01T00:00",
    "2013010105": "2013-01-01T05:00",
    "201301010530": "2013-01-01T05:30",
    "1984": "1984-01-01T00:00",
  };
  for (const [text, time] of Object.entries(cases)) assertEquals(iso(text), time, text);
});

Deno.test("what is no time is not read", () => {
  for (const text of ["2016-02-30", "2016-13-01", "12", "hello", "Abc 2016", "202013", "2016-07-01 25:00", "", "1.5"]) {
    assertEquals(iso(text), undefined, text);
  }
});

Deno.test("six digits are months unless they count on beyond a year", () => {
  assertEquals(iso("202011", "202012", "202101"), "2020-11-01T00:00");
  assertEquals(iso("202011", "202012", "202013"), undefined);
});

Deno.test("ten digits are seconds since 1970 unless all are dates with an hour", () => {
  assertEquals(iso("2000010100", "2000010199"), "2033-05-18T06:21");
  assertEquals(iso("2000010100", "2000010101"), "2000-01-01T00:00");
});

Deno.test("all times decide the order of day and month", () => {
  assertEquals(iso("1/2/2016", "13/2/2016"), "2016-02-01T00:00");
  assertEquals(iso("1/2/2016", "2/13/2016"), "2016-01-02T00:00");
  assertEquals(readTimes(["1/2/2016"])?.other?.times[0], Date.UTC(2016, 1, 1));
  assertEquals(readTimes(["1/13/2016"])?.other, undefined);
});

Deno.test("times that do not exist are none", () => {
  assertEquals(["0001-01-01", "2021-W53", "2016-07-01 24:30", "2016-07-01 25:00"].map((text) => iso(text)), [
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  assertEquals(iso("2016-07-01 24:00"), "2016-07-02T00:00");
  assertEquals(iso("2020-W53"), "2020-12-28T00:00");
});
