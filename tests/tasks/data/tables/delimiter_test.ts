import { assertEquals } from "@std/assert";
import { recordsOfCSV } from "../../../../tasks/data/tables/csv.ts";
import {
  declaredDelimiter,
  detectDelimiter,
  firstRecords,
  readDelimiter,
} from "../../../../tasks/data/tables/delimiter.ts";
import { randomRows, writeRows } from "./random_rows.ts";

Deno.test("the delimiter is the one that gives the records the same number of fields", () => {
  assertEquals(detectDelimiter("text;label\na, b;x\nc, d, e;y\n"), ";");
  assertEquals(detectDelimiter('text,label\n"a; b; c",x\nd; e,y\n'), ",");
  assertEquals(detectDelimiter('"a\n;b",x\n"c;d\n\n",y\ne,x\n'), ",");
  assertEquals(detectDelimiter("text|label\na, b|x\n"), "|");
  assertEquals(detectDelimiter("text\tlabel\na, b\tx\n"), "\t");
});

Deno.test("decimal commas are not delimiters, and a semicolon in one text is not one", () => {
  assertEquals(detectDelimiter("1,5;2,5;a\n0,5;1,5;b\n2,5;0,5;a\n"), ";");
  assertEquals(detectDelimiter("fine; quiet,good\n"), ",");
  assertEquals(detectDelimiter("one column\nof text\n"), ",");
});

Deno.test("of delimiters that fit equally well, punctuation of texts is not one, and the comma comes first", () => {
  const rows = (row: string): string => `${row}\n`.repeat(5);
  for (const mark of ["; ", ";", " | ", "|"]) assertEquals(detectDelimiter(rows(`fine${mark}quiet,good`)), ",");
  for (const mark of [";", "|", "\t"]) {
    assertEquals(detectDelimiter(rows(`fine, quiet${mark}good`)), mark);
    assertEquals(detectDelimiter(rows(`1,5${mark}good`)), mark);
    assertEquals(detectDelimiter(`fine, quiet${mark}good\n`), mark);
  }
  assertEquals(detectDelimiter(rows("fine; quiet, good")), ",");
  assertEquals(detectDelimiter(rows("1,2,3")), ",");
});

Deno.test("one malformed record does not change the delimiter", () => {
  assertEquals(detectDelimiter("text;label\na, b;x\nc;d, e;y\nf, g;x\n"), ";");
  assertEquals(detectDelimiter('text,label\na,x\n"never closed,y\n'), ",");
});

Deno.test("the delimiter of any file with a header and texts of other delimiters is detected", () => {
  const others = ["a", "word", " ", '"', "é", "\n"];
  for (const delimiter of [",", ";", "|"]) {
    for (const other of [",", ";", "|", "\t"].filter((other) => other !== delimiter)) {
      const rows = randomRows([...others, other, delimiter], { seed: 11, rows: 40, width: 2 });
      const written = writeRows([["text", "label"], ...rows], delimiter, "minimal");
      assertEquals(detectDelimiter(written), delimiter);
      assertEquals(recordsOfCSV(written, delimiter).length, 41);
    }
  }
});

Deno.test("the first records of a large file are whole records", () => {
  const row = `"${"word; ".repeat(20_000)}\n",good\n`;
  const records = firstRecords(row.repeat(20), ",");
  assertEquals(records.length > 5 && records.length < 20, true);
  assertEquals(records, recordsOfCSV(row.repeat(records.length)));
  assertEquals(detectDelimiter(row.repeat(20)), ",");
});

Deno.test("a delimiter is a character, a usual name or an escaped tab", () => {
  assertEquals([",", "semicolon", "tab", "\\t", "pipe", "\t", ":"].map(readDelimiter), [
    ",",
    ";",
    "\t",
    "\t",
    "|",
    "\t",
    ":",
  ]);
  assertEquals(["", "ab", '"', "\n", "colon", "toString"].map(readDelimiter), Array(6).fill(undefined));
});

Deno.test("a first line can declare the delimiter", () => {
  assertEquals(["sep=;\na", "SEP=|\n", "sep=\t\n"].map(declaredDelimiter), [";", "|", "\t"]);
  assertEquals(["sep=ab\n", "separator\n", "a\nsep=;\n"].map(declaredDelimiter), Array(3).fill(undefined));
});
