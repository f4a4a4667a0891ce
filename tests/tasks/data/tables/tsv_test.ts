import { assertEquals } from "@std/assert";
import { recordsOfTSV } from "../../../../tasks/data/tables/tsv.ts";
import { randomRows, writeRows } from "./random_rows.ts";

/** The fields of the records of a text. */
function rows(content: string): (readonly string[])[] {
  return recordsOfTSV(content).map(({ fields }) => fields);
}

Deno.test("a quoted TSV field may contain tabs, line ends and doubled quotes", () => {
  const content = 'text\tlabel\n"a ""b""\nc"\tx\n\nd\t"y"\n"e\tf"\tz\n';
  assertEquals(recordsOfTSV(content).map(({ line, fields }) => [line, fields]), [
    [1, ["text", "label"]],
    [2, ['a "b"\nc', "x"]],
    [5, ["d", "y"]],
    [6, ["e\tf", "z"]],
  ]);
});

Deno.test("a quoted field may span lines in any column, even in the first record", () => {
  assertEquals(rows('x\t"a\nb"\ny\tc\nz\td\n'), [["x", "a\nb"], ["y", "c"], ["z", "d"]]);
  assertEquals(rows('label\ttext\nx\t"a\n\nb"\n'), [["label", "text"], ["x", "a\n\nb"]]);
  assertEquals(rows('1\t"a\nb"\tx\n2\tc\ty\n'), [["1", "a\nb", "x"], ["2", "c", "y"]]);
  assertEquals(rows('"a\nb"\t"x"\n'), [["a\nb", "x"]]);
});

Deno.test("stray quotes in TSV are ordinary characters, and join no lines that are records alone", () => {
  const content = [
    "sentence\tlabel",
    'she said "no"\t1',
    '"no" he said\t0',
    '"\t0',
    '"it began well\t1',
    'and ended badly"\t0',
    '5" or 6"\t1',
  ];
  assertEquals(rows(content.join("\n")), content.map((line) => line.split("\t")));
});

Deno.test("lines that could be records are those of a field if a program quoted all fields that need it", () => {
  const header = ["text", "label"];
  const texts = Array.from({ length: 40 }, (_, i) => [`one "${i}"\tx\ntwo ${i}`, String(i % 2)]);
  const mixed = texts.map(([text, label], i) => [i % 3 ? text : `plain ${i}`, label]);
  for (const written of [texts, mixed]) {
    for (const quoting of ["minimal", "all"] as const) {
      assertEquals(rows(writeRows([header, ...written], "\t", quoting)), [header, ...written]);
      assertEquals(rows(writeRows(written, "\t", quoting)), written);
    }
    const unquoted = "text\tlabel\n" + writeRows(written, "\t", "all");
    assertEquals(rows(unquoted), [header, ...written]);
  }
});

Deno.test("in a file that is quoted throughout, one field is enough to show that its lines are no records", () => {
  const written = Array.from({ length: 40 }, (_, i) => [i === 7 ? "one\tx\ntwo" : `plain ${i}`, String(i % 2)]);
  const [header, content] = [["text", "label"], writeRows(written, "\t", "all")];
  assertEquals(rows(content), written);
  assertEquals(rows('"text"\t"label"\n' + content), [header, ...written]);
  assertEquals(rows("text\tlabel\n" + content), [header, ...written]);
  assertEquals(rows(content + "plain\t1\n").length, 42);
});

Deno.test("lines that could be records are records if another quote of the file encloses no whole field", () => {
  const lines = ['"it began well\t1', 'and ended badly"\t0', '"it went on\t1', 'for long"\t0'];
  assertEquals(rows(["a\tb", ...lines].join("\n")).length, 3);
  for (const stray of ['he said "no"\t1', '"no" he said\t1', '"no"\t1', '"\t1']) {
    assertEquals(rows(["a\tb", ...lines, stray, "plain\t1"].join("\n")).length, 7, stray);
  }
  assertEquals(rows(["a\tb", ...lines.slice(0, 2), "plain\t1"].join("\n")).length, 4);
});

Deno.test("any TSV without quotes around fields is read as it stands", () => {
  const pieces = ["a", '"b', "c", '"', " ", "word", '""'];
  const fields = randomRows(pieces, { seed: 3, rows: 3000, width: 3 })
    .filter((row) => row.every((field) => !/^"(?:[^"]|"")*"$/.test(field)) && row.join("").trim() !== "");
  const content = fields.map((row) => row.join("\t") + "\n").join("");
  assertEquals(rows("id\ttext\tlabel\n" + content).slice(1), fields);
});

Deno.test("any fields written with quotes are read back unless each line of a field could be a record", () => {
  const pieces = ["a", '"', "\t", "\n", " ", "é", "word"];
  for (const quoting of ["minimal", "all"] as const) {
    for (const width of [2, 3, 5]) {
      const header = Array.from({ length: width }, (_, i) => `c${i}`);
      const written = randomRows(pieces, { seed: 5 + width, rows: 3000, width }).filter((row) => {
        const text = writeRows([row], "\t", quoting).slice(0, -1);
        const lines = text.split("\n").filter((line) => line !== "");
        const isAmbiguous = text.includes("\n") && lines.every((line) => line.split("\t").length === width);
        return !isAmbiguous && text.trim() !== "";
      });
      assertEquals(rows(writeRows([header, ...written], "\t", quoting)).slice(1), written);
    }
  }
});

Deno.test("many unclosed quotes in a TSV file are ordinary characters", () => {
  const line = '"a ""b\t1';
  assertEquals(rows("text\tlabel\n" + `${line}\n`.repeat(20_000)).at(-1), line.split("\t"));
  assertEquals(rows("text\tlabel\n" + `"a\n`.repeat(20_000)).length, 20_001);
});
