import { assert, assertEquals, assertRejects } from "@std/assert";
import { readSeries, type SeriesFile, type SeriesOptions } from "../../../../tasks/data/mod.ts";

async function read(content: string, options: SeriesOptions & { name?: string } = {}): Promise<SeriesFile> {
  const { name = "a.csv", ...rest } = options;
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/${name}`, content);
    return await readSeries(`${folder}/${name}`, rest);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function refused(content: string, part: string, options: SeriesOptions & { name?: string } = {}): Promise<void> {
  await assertRejects(() => read(content, options), Error, part);
}

const day = (text: string): number => Date.parse(text);

/** The values of each series, by its name. */
function valuesOf({ set }: SeriesFile): Record<string, number[]> {
  return Object.fromEntries(set.series.map(({ id, values }) => [id, [...values]]));
}

Deno.test("a table of times and values is a series, with the times that lack a row", async () => {
  const file = await read("date,sales\n2024-01-01,5\n2024-01-02,\n2024-01-03,7\n2024-01-06,6\n");
  assertEquals(valuesOf(file), { sales: [5, NaN, 7, NaN, NaN, 6] });
  assertEquals([file.set.frequency, file.set.period], [{ unit: "day", count: 1 }, 7]);
  assertEquals(file.set.series[0].start, day("2024-01-01"));
  assertEquals(file.notes[1], "2 times without a row inserted, with missing values.");
});

Deno.test("the parts of dates in columns of their own are joined", async () => {
  const starts = async (content: string, options: SeriesOptions = {}): Promise<unknown[]> => {
    const { set: { series, frequency } } = await read(content, options);
    return [series.map(({ id }) => id).join(), series[0].start, frequency?.unit];
  };
  const quarters = "year,quarter,gdp\n1959,1,5\n1959,2,6\n1959,3,7\n1959,4,5\n1960,1,8\n";
  assertEquals(await starts(quarters), ["gdp", day("1959-01-01"), "quarter"]);
  assertEquals(await starts("Year,Month,y\n2010,11,5\n2010,12,6\n2011,1,7\n"), ["y", day("2010-11-01"), "month"]);
  const hours = "No,year,month,day,hour,pm\n1,2010,1,31,22,5\n2,2010,1,31,23,6\n3,2010,2,1,0,NA\n4,2010,2,1,1,4\n";
  assertEquals(await starts(hours, { target: ["pm"] }), ["pm", day("2010-01-31T22:00Z"), "hour"]);
  const shops = "shop,year,month,y\na,2010,1,5\nb,2010,1,6\na,2010,2,7\nb,2010,2,8\n";
  assertEquals(await starts(shops), ["a,b", day("2010-01-01"), "month"]);
  assertEquals(await starts("date,year,month\n2020-01-01,2020,1\n2020-01-02,2020,1\n"), [
    "year,month",
    day("2020-01-01"),
    "day",
  ]);
  await refused(
    "year,month,y\n2010,1,5\n2010,13,6\n2010,3,6\n",
    'line 3, written as the others are (year-month), found "2010-13"',
  );
});

Deno.test("dates are joined with times of day or hours in a column of their own", async () => {
  const hourly = async (content: string): Promise<unknown[]> => {
    const { set: { series: [{ id, start, values }], frequency } } = await read(content);
    return [id, new Date(start!).toISOString().slice(0, 16), frequency?.unit, values.length];
  };
  const cases = [
    "Date,Time,CO\n2004-03-10,18:00:00,5\n2004-03-10,19:00:00,6\n2004-03-11,00:00:00,7\n",
    "Date;Time;CO\n10/03/2004;18.00.00;2,6\n10/03/2004;19.00.00;2\n11/03/2004;00.00.00;2,2\n13/03/2004;00.00.00;NA\n",
    "date,hour,CO\n2004-03-10 00:00:00,18,5\n2004-03-10 00:00:00,19,6\n2004-03-10 00:00:00,24,7\n",
    "dteday,hr,CO\n20040310,18.0,5\n20040310,19.0,6\n20040311,0.0,7\n",
    "date,time,CO\n3/10/2004,6:00 PM,5\n3/10/2004,7:00 PM,6\n3/11/2004,12:00 AM,7\n",
  ];
  for (const content of cases) assertEquals(await hourly(content), ["CO", "2004-03-10T18:00", "hour", 7], content);
  const daily = await read("date,hour,CO\n2004-03-10,8,5\n2004-03-11,9,6\n");
  assertEquals(Object.keys(valuesOf(daily)), ["hour", "CO"]);
  await refused("when,slot,y\n2004-03-10,18:00,5\n2004-03-10,19:00,6\n", "expected different times");
});

Deno.test("months of six digits are times, and a note names a column of times that cannot be read", async () => {
  const months = await read("month,y\n202011,1\n202012,2\n202101,3\n");
  assertEquals([months.set.frequency, months.set.series[0].start], [{ unit: "month", count: 1 }, day("2020-11-01")]);
  assertEquals(valuesOf(await read("shop,202011,202012,202101\na,1,2,3\n")), { a: [1, 2, 3] });
  const days = await read("date,y\nfirst,1\nsecond,2\n");
  assertEquals(days.notes[1], 'No times found in the column "date", which has "first" on line 2: rows count as steps.');
  assertEquals((await read("t,y\n0.5,1\n0.25,2\n")).notes.length, 1);
});

Deno.test("a column that numbers the rows is no series", async () => {
  for (const name of ["", "No", "rownames", "Unnamed: 0"]) {
    const file = await read(`${name},date,y1\n1,2024-01-01,5\n2,2024-01-02,6\n3,2024-01-03,7\n`);
    assertEquals(Object.keys(valuesOf(file)), ["y1"], name);
  }
  const counted = await read("No,date,y1\n1,2024-01-01,5\n2,2024-01-02,6\n5,2024-01-03,7\n");
  assertEquals(Object.keys(valuesOf(counted)), ["No", "y1"]);
});

Deno.test("rows in any order are sorted, and a note says so", async () => {
  const file = await read("when;y\n2024-03-01;3\n2024-01-01;1\n2024-02-01;2\n", { time: "when" });
  assertEquals(valuesOf(file), { y: [1, 2, 3] });
  assertEquals(file.set.frequency, { unit: "month", count: 1 });
  assertEquals(file.notes.includes("Rows sorted by time."), true);
});

Deno.test("a long table has a series for each name, of different lengths", async () => {
  const rows = [
    "date,shop,y,promo,region",
    "2024-01-01,a,1,0,north",
    "2024-01-02,a,2,1,north",
    "2024-01-02,b,3,0,south",
  ];
  const file = await read(`${rows.join("\n")}\n2024-01-03,a,,1,north\n`, {
    series: ["shop"],
    known: ["promo"],
    static: ["region"],
  });
  assertEquals(valuesOf(file), { a: [1, 2], b: [3] });
  const [a, b] = file.set.series;
  assertEquals([...a.known![0]], [0, 1, 1], "what is known ahead reaches beyond the values");
  assertEquals([a.statics, b.statics, b.start], [["north"], ["south"], day("2024-01-02")]);
});

Deno.test("the column that tells series apart is found if times repeat", async () => {
  const text = "symbol,date,price\nA,Jan 1 2000,1\nB,Jan 1 2000,2\nA,Feb 1 2000,3\nB,Feb 1 2000,4\n";
  assertEquals(valuesOf(await read(text)), { A: [1, 3], B: [2, 4] });
  const sites = "date,place,kind,x\n2020-01-01,p,k,1\n2020-01-01,q,k,2\n2020-01-02,p,k,3\n2020-01-02,q,k,4\n";
  assertEquals(Object.keys(valuesOf(await read(sites))), ["p", "q"]);
});

Deno.test("numeric columns of a table with times are a series each", async () => {
  const file = await read("date,a,b,note\n2016-07-01 00:00:00,1,5,x\n2016-07-01 01:00:00,2,6,y\n");
  assertEquals(valuesOf(file), { a: [1, 2], b: [5, 6] });
  assertEquals([file.set.frequency, file.set.period], [{ unit: "hour", count: 1 }, 24]);
});

Deno.test("a table without a header or times is one series a column", async () => {
  assertEquals(valuesOf(await read("0.5,1\n0.25,2\n", { name: "a.txt" })), { 1: [0.5, 0.25], 2: [1, 2] });
  assertEquals(valuesOf(await read("3\n4\n5\n", { name: "a.txt" })), { 1: [3, 4, 5] });
});

Deno.test("a table with a row for each series may have shorter rows, and times in its header", async () => {
  assertEquals(valuesOf(await read('"V1","V2","V3","V4"\n"H1",1,2,3\n"H2",4,5,\n')), { H1: [1, 2, 3], H2: [4, 5] });
  const dated = await read("Page,2015-07-01,2015-07-02,2015-07-03\nx,,2,3\ny,4,5,6\n");
  assertEquals(valuesOf(dated), { x: [2, 3], y: [4, 5, 6] });
  assertEquals(dated.set.series.map(({ start }) => start), [day("2015-07-02"), day("2015-07-01")]);
});

Deno.test("the times of a header may have gaps and stand in any order", async () => {
  const gap = await read("store,2024-01-01,2024-01-02,2024-01-04,2024-01-05\na,1,2,4,5\nb,,2,,5\n");
  assertEquals(valuesOf(gap), { a: [1, 2, NaN, 4, 5], b: [2, NaN, NaN, 5] });
  assertEquals(gap.set.series.map(({ start }) => start), [day("2024-01-01"), day("2024-01-02")]);
  assertEquals(gap.notes.slice(1), ["1 time without a column inserted, with missing values."]);
  const newest = await read("store,2024-03,2024-02,2024-01\na,3,2,1\n");
  assertEquals([valuesOf(newest), newest.set.frequency?.unit], [{ a: [1, 2, 3] }, "month"]);
  assertEquals(newest.set.series[0].start, day("2024-01-01"));
  assertEquals(newest.notes.slice(1), ["Columns sorted by time."]);
  const order = await read("store,1/2/2024,2/2/2024,3/2/2024\na,1,2,3\n");
  assertEquals(order.notes[1].startsWith("Dates such as 1/2/2024 read as month/day/year;"), true, order.notes[1]);
  const between = "store,2024-01-01 00:00,2024-01-01 01:00,2024-01-01 02:00,2024-01-01 03:30\na,1,2,3,4\n";
  await refused(
    between,
    "one hour or several, found 2024-01-01 03:30 on column 5 of the header after 2024-01-01 02:00",
  );
  const twice = "store,2024-01-01,2024-1-1,2024-01-03\na,1,2,3\n";
  const error = await assertRejects(() => read(twice), Error, "found 2024-01-01 on column 2 of the header");
  assert(error.message.endsWith("and on column 3 of the header"), error.message);
  const few = "store,2024-01-01,2024-01-09,2024-01-10\na,1,9,10\n";
  await refused(few, "at most 9 values, found 10 values with the times that lack a column", { mostValues: 9 });
});

Deno.test("bare years in the header of a table with a row for each series are times", async () => {
  const file = await read("country,2010,2011,2012\nFrance,1,2,3\nPeru,,5,6\n");
  assertEquals(valuesOf(file), { France: [1, 2, 3], Peru: [5, 6] });
  assertEquals(file.set.frequency, { unit: "year", count: 1 });
  assertEquals(file.set.series.map(({ start }) => start), [day("2010-01-01"), day("2011-01-01")]);
  const numbered = await read("country,7,8,9\nFrance,1,2,3\n");
  assertEquals([numbered.set.frequency, numbered.set.series[0].start], [undefined, undefined]);
});

Deno.test("times in the first column name no series, however the header numbers the columns", async () => {
  const meters = '"";"MT_001";"MT_002"\n"2011-01-01 00:15:00";3,5;4\n"2011-01-01 00:30:00";5;6\n';
  assertEquals(valuesOf(await read(meters, { name: "a.txt" })), { MT_001: [3.5, 5], MT_002: [4, 6] });
  for (const first of ["", "observed_at"]) {
    const frame = await read(`${first},0,1,2\n2011-01-01,1,2,3\n2011-01-02,4,5,6\n`);
    assertEquals(valuesOf(frame), { 0: [1, 4], 1: [2, 5], 2: [3, 6] });
    const sensors = await read(`${first},sensor_1,sensor_2\n2011-01-01,1,2\n2011-01-02,3,4\n`);
    assertEquals([valuesOf(sensors), sensors.set.frequency?.unit], [{ sensor_1: [1, 3], sensor_2: [2, 4] }, "day"]);
  }
  assertEquals(valuesOf(await read("id,V2,V3\n2011,1,2\n2012,3,4\n")), { 2011: [1, 2], 2012: [3, 4] });
});

Deno.test("decimal commas and thousands are told apart", async () => {
  assertEquals(valuesOf(await read("date;y\n01.02.2024;1,5\n02.02.2024;1.234,5\n")), { y: [1.5, 1234.5] });
  assertEquals(valuesOf(await read('date,y\n2024-01-01,"1,234"\n2024-01-02,"2,000.5"\n')), { y: [1234, 2000.5] });
  assertEquals(valuesOf(await read("date;y\n2024-01-01;1,234\n2024-01-02;2,000.5\n")), { y: [1234, 2000.5] });
  assertEquals(valuesOf(await read('date,y\n2024-01-01,"1,234"\n2024-01-02,"0,500"\n')), { y: [1.234, 0.5] });
});

Deno.test("a comma that may do both does what it does in the series that these continue", async () => {
  const numbers = async (divider: string, likelyComma?: "decimals" | "thousands"): Promise<number[]> => {
    const table = `date${divider}y\n2024-01-01${divider}"1,234"\n2024-01-02${divider}"2,500"\n`;
    const file = await read(table, { like: { likelyComma } });
    assertEquals(file.set.comma, valuesOf(file).y[0] > 1000 ? "thousands" : "decimals");
    return valuesOf(file).y;
  };
  assertEquals(await numbers(","), [1234, 2500]);
  assertEquals(await numbers(",", "decimals"), [1.234, 2.5]);
  assertEquals(await numbers(";"), [1.234, 2.5]);
  assertEquals(await numbers(";", "thousands"), [1234, 2500]);
  const others = await read('date,size,y\n2024-01-01,XL,"1,234"\n2024-01-02,"0,5","2,500"\n');
  assertEquals(valuesOf(others), { y: [1234, 2500] });
  const both = await read("date;code;y\n2024-01-01;1,234,567;3,5\n2024-01-02;2,345,678;4,25\n");
  assertEquals(valuesOf(both), { y: [3.5, 4.25] });
  const sure = await read("date;y\n2024-01-01;1,234\n2024-01-02;2,5\n", { like: { likelyComma: "thousands" } });
  assertEquals(valuesOf(sure), { y: [1.234, 2.5] });
});

Deno.test("JSON Lines hold a row or a whole series each", async () => {
  const rows = '{"ds": 1, "y": 5}\n{"ds": 2, "y": null}\n{"ds": 3, "y": 7}\n';
  assertEquals(valuesOf(await read(rows, { name: "a.jsonl" })), { y: [5, NaN, 7] });
  const lists = '{"item_id": "a", "start": "2020-01-01", "freq": "D", "target": [1, "NaN", 3]}\n' +
    '{"item_id": "b", "start": "2020-01-05", "freq": "D", "target": [4]}\n';
  const file = await read(lists, { name: "a.jsonl" });
  assertEquals(valuesOf(file), { a: [1, NaN, 3], b: [4] });
  assertEquals([file.set.series[1].start, file.set.period], [day("2020-01-05"), 7]);
});

Deno.test("the days of times with a zone are those on its clock, and shorter distances are in UTC", async () => {
  const zoned = async (...times: string[]): Promise<unknown[]> => {
    const { set: { series: [{ start, values }], frequency } } = await read(
      `date,y\n${times.map((time, i) => `${time},${i}\n`).join("")}`,
    );
    return [frequency?.unit, new Date(start!).toISOString().slice(0, 16), values.length];
  };
  const midnights = (zone: string, dates: readonly string[]): string[] =>
    dates.map((date) => `${date}T00:00:00${zone}`);
  const winter = midnights("+01:00", ["2024-03-29", "2024-03-30", "2024-03-31"]);
  const days = await zoned(...winter, ...midnights("+02:00", ["2024-04-01", "2024-04-02"]));
  assertEquals(days, ["day", "2024-03-29T00:00", 5]);
  const months = await zoned(...midnights("+01:00", ["2024-02-01", "2024-03-01"]), "2024-04-01T00:00:00+02:00");
  assertEquals(months, ["month", "2024-02-01T00:00", 3]);
  const weekdays = [1, 2, 3, 4, 5, 8, 9, 10, 11, 12, 15, 16].map((day) => `2024-01-${String(day).padStart(2, "0")}`);
  assertEquals(await zoned(...midnights("+05:30", weekdays)), ["businessday", "2024-01-01T00:00", 12]);
  const hours = ["2024-03-31T00:00+01:00", "2024-03-31T01:00+01:00", "2024-03-31T03:00+02:00"];
  assertEquals(await zoned(...hours), ["hour", "2024-03-30T23:00", 3]);
  // The days of UTC, written in another zone.
  const instants = ["2024-03-30T01:00+01:00", "2024-03-31T02:00+02:00", "2024-04-01T02:00+02:00"];
  assertEquals(await zoned(...instants), ["day", "2024-03-30T00:00", 3]);
  const noons = ["2024-03-30T13:00+01:00", "2024-03-31T14:00+02:00", "2024-04-01T14:00+02:00"];
  assertEquals(await zoned(...noons), ["day", "2024-03-30T12:00", 3]);
});

Deno.test("a .tsf file has attributes, a frequency and a horizon", async () => {
  const text = "# comment\n@relation x\n@attribute series_name string\n@attribute state string\n" +
    "@attribute start_timestamp date\n@frequency half_hourly\n@horizon 4\n@missing true\n@data\n" +
    "T1:NSW:2002-01-01 00-30-00:1,?,3\nT2:VIC:2002-01-02 00-00-00:4,5\n";
  const file = await read(text, { name: "a.tsf" });
  assertEquals(valuesOf(file), { T1: [1, NaN, 3], T2: [4, 5] });
  assertEquals([file.horizon, file.set.frequency, file.set.period], [4, { unit: "minute", count: 30 }, 48]);
  assertEquals([file.set.staticNames, file.set.series[1].statics], [["state"], ["VIC"]]);
  assertEquals(file.set.series[0].start, Date.parse("2002-01-01T00:30:00Z"));
});

Deno.test("what is wrong with a table is said with its line", async () => {
  await refused("date,y\n2024-01-01,1\n2024-01-01,2\n", "found 2024-01-01 on line 2 and on line 3");
  await refused("date,y,s\n2024-01-01,1,a\n2024-01-01,2,a\n", 'of the series "a"', { series: ["s"] });
  const items = "date,store,item,y\n2024-01-01,1,7,5\n2024-01-01,1,8,6\n2024-01-02,1,7,5\n2024-01-02,1,8,6\n";
  await refused(items, 'of the series "1", found 2024-01-01 on line 2 and on line 3; --series takes several columns');
  assertEquals(Object.keys(valuesOf(await read(items, { series: ["store", "item"], target: ["y"] }))), ["1/7", "1/8"]);
  await refused("date,a,b,a \n2024-01-01,1,2,3\n", 'names of series, found "a" for the columns 2 and 4');
  await refused("date,y\n2024-01-01,1\n2024-01-02,2x\n", 'a number in the column "y" on line 3, found "2x"');
  await refused("date,y\n2024-01-01,1\nsoon,2\n2024-01-03,2\n", "on line 3, written as the others are");
  await refused("date,y\n2024-01-01,1\n", 'a column "sales", found the columns date, y', { target: ["sales"] });
  await refused("date,y\n2024-01-01,1\n", "one role for each column", { target: ["y"], known: ["y"] });
  await refused("date,y\n2024-01-01,\n2024-01-02,\n", "expected");
  await refused("", "empty file");
  await refused("[{}, {}]", "found records without fields", { name: "a.json" });
  await refused("date,a\n2024-01-01,x\n", "no numeric column among a");
  await refused(
    "date,y\n2024-01-01 00:00,1\n2024-01-01 01:00,2\n2024-01-01 02:00,2\n2024-01-01 02:10,2\n",
    "on line 5",
  );
  const lists = '{"a": [1, 2], "b": [3, 4]}\n';
  await refused(lists, "one --target with a list in each record, found a, b", { name: "a.jsonl", target: ["a", "b"] });
  await refused("id,V2,V3\na,1,2\na,3,4\n", "on line 2 and on line 3");
  const regions = "date,s,y,z\n2024-01-01,a,1,north\n2024-01-02,a,2,south\n";
  await refused(regions, 'found "north" on line 2 and "south" on line 3', {
    series: ["s"],
    target: ["y"],
    static: ["z"],
  });
  await refused("@attribute series_name string\n@data\nT1:1,2\nT2:1:2\n", "on line 4", { name: "a.tsf" });
  await refused("@attribute series_name string\n@data\nT1:1,two\n", "value 2 on line 3", { name: "a.tsf" });
});

Deno.test("series without values are left out, and a note says so", async () => {
  const { set: { series }, notes } = await read("date,id,y\n2024-01-01,a,1\n2024-01-02,a,2\n2024-01-01,b,\n");
  assertEquals(series.map(({ id }) => id), ["a"]);
  assertEquals(notes[1], "1 of 2 series left out, which have no values, such as b.");
});

Deno.test("a text that would become more values than are asked for is refused", async () => {
  const records = '[{"y": 1, "z": 2}, {}, {}]';
  await refused(records, "expected at most 5 values, found 3 rows of 2 columns", { name: "a.json", mostValues: 5 });
  const days = "date,y\n2024-01-01,1\n2024-01-09,2\n";
  const frequency = { unit: "day", count: 1 } as const;
  await refused(days, "expected at most 8 values, found 9 values with the times that lack a row", {
    frequency,
    mostValues: 8,
  });
  assertEquals((await read(days, { frequency, mostValues: 9 })).set.series[0].values.length, 9);
});

Deno.test("series with far more missing values than the file has characters are read", async () => {
  const ids = Array.from({ length: 18_000 }, (_, id) => `2024-01-01,${id},1\n2026-09-01,${id},2\n`);
  const { set: { series } } = await read(`date,id,y\n${ids.join("")}`, { frequency: { unit: "day", count: 1 } });
  assertEquals([series.length, series[0].values.length], [18_000, 975]);
});

Deno.test("commas and points are looked for in all rows, and points separate thousands where a column has decimal commas", async () => {
  const days = Array.from({ length: 1100 }, (_, i) => new Date(Date.UTC(2020, 0, 1 + i)).toISOString().slice(0, 10));
  const rows = days.map((date, i) => `${date},"${(i + 1).toLocaleString("en")}"`);
  assertEquals(valuesOf(await read(`date,y\n${rows.join("\n")}\n`)).y.at(-1), 1100);
  const mixed = "date;a;b\n2024-01-01;987,5;0.123\n2024-01-02;1.234;1.234\n2024-01-03;1.234,5;2.5\n";
  assertEquals(valuesOf(await read(mixed)), { a: [987.5, 1234, 1234.5], b: [0.123, 1.234, 2.5] });
});
