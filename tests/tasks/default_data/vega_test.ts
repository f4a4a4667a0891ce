import { assertEquals } from "@std/assert";
import { readSeriesSample } from "../../../tasks/default_data/mod.ts";

Deno.test("the samples are the weather of 1461 days and the index on business days", async () => {
  const { set: weather } = await readSeriesSample("weather");
  assertEquals(weather.series.map(({ id, values }) => [id, values.length, values[0]]), [["temp_max", 1461, 12.8]]);
  assertEquals(weather.observedNames, ["precipitation", "temp_min", "wind"]);
  const { set: stocks } = await readSeriesSample("stocks");
  assertEquals([stocks.frequency?.unit, stocks.series.length, stocks.series[0].start], [
    "businessday",
    1,
    Date.parse("2000-01-03"),
  ]);
});
