import { assertEquals, assertRejects } from "@std/assert";
import { readSeries } from "../../../../tasks/data/mod.ts";

/** A table of three times and values, as `hyparquet-writer` writes it. */
const TABLE =
  "UEFSMRUGFTQVOFwVBhUAFQYVABUEFQAAAAMHGFwA9FHCjAEAAABQeMeMAQAAAAjF0YwBAAAVBhU0FTBcFQYVABUGFQAVBBUAAAADBxgA" +
  "AAUBBPg/BQcoAARAAAAAAAAAEkAVBBk8SARyb290FQQAFQQlAhgCZHMlEgAVCiUCGAF5ABYGGRwZLCYIHBUEGRUAGRgCZHMVAhYGFl4WYiYIPDYAKAgA" +
  "CMXRjAEAABgIAPRRwowBAAAAGRwVBhUAFQIAAAAmahwVChkVABkYAXkVAhYGFl4WWiZqPDYAKAgAAAAAAAASQBgIAAAAAAAA+D82AAAZHBUGFQAVAgAA" +
  "ABa8ARYGNrwBACgJaHlwYXJxdWV0GSwcAAAcAAAAuAAAAFBBUjE=";

Deno.test("a Parquet file is a table of series", async () => {
  const path = await Deno.makeTempFile({ suffix: ".parquet" });
  try {
    const bytes = Uint8Array.fromBase64(TABLE);
    await Deno.writeFile(path, bytes);
    const { set: { series: [{ id, values, start }], frequency } } = await readSeries(path);
    assertEquals([id, start, frequency], ["y", Date.parse("2024-01-01"), { unit: "day", count: 1 }]);
    assertEquals([...values], [1.5, 2.5, NaN, 4.5]);
    const options = { delimiter: ";" };
    await assertRejects(() => readSeries(path, options), RangeError, "--delimiter: expected fields with delimiters");
    await Deno.writeFile(path, bytes.subarray(0, 200));
    await assertRejects(() => readSeries(path), RangeError, "expected a Parquet file, found a damaged one");
  } finally {
    await Deno.remove(path);
  }
});
