import { assertEquals, assertThrows } from "@std/assert";
import { recordsOfCSV } from "../../../../tasks/data/tables/csv.ts";
import { randomRows, writeRows } from "./random_rows.ts";

/** The records of a text, each as its line number and its fields. */
function records(content: string, delimiter?: string): [number, readonly string[]][] {
  return recordsOfCSV(content, delimiter).map(({ line, fields }) => [line, fields]);
}

Deno.test("a CSV record has the number of its first line, after empty lines and quoted line ends", () => {
  assertEquals(records('a,b\n\n"c\nd",e\n  \n"f\ng\n"\nh'), [
    [1, ["a", "b"]],
    [3, ["c\nd", "e"]],
    [6, ["f\ng\n"]],
    [9, ["h"]],
  ]);
});

Deno.test("CSV fields may be empty, even first and last, and may hold commas and doubled quotes", () => {
  assertEquals(records(",\n"), [[1, ["", ""]]]);
  assertEquals(records('"",a,""'), [[1, ["", "a", ""]]]);
  assertEquals(records('"a,""b""",""""\n'), [[1, ['a,"b"', '"']]]);
  assertEquals(records("é,😀\u2028x\n"), [[1, ["é", "😀\u2028x"]]]);
  assertEquals(records(" a , b \n"), [[1, [" a ", " b "]]]);
});

Deno.test("a CSV text may be empty, and may end with or without a line end", () => {
  assertEquals(records(""), []);
  assertEquals(records("\n\n"), []);
  for (const end of ["", "\n"]) assertEquals(records(`a,b${end}`), [[1, ["a", "b"]]]);
});

Deno.test("a quote inside an unquoted field is an ordinary character", () => {
  assertEquals(records('he said "hi",1\n5" disk,"2"\n'), [[1, ['he said "hi"', "1"]], [2, ['5" disk', "2"]]]);
  assertEquals(records(' "a,b\n'), [[1, [' "a', "b"]]]);
});

Deno.test("characters after a closing quote are appended to the field", () => {
  assertEquals(records('"a" b,1\n"a,b"c"d",2\n"e\nf" \n'), [[1, ["a b", "1"]], [2, ['a,bc"d"', "2"]], [3, ["e\nf "]]]);
});

Deno.test("a quoted field of up to three lines may be continued after its quote", () => {
  assertEquals(records('"e\nf"g,1\n"h\n\ni" j,2\n'), [[1, ["e\nfg", "1"]], [3, ["h\n\ni j", "2"]]]);
  const message = "expected a delimiter after the quote on line 4, which closes the field that begins on line 1, ";
  assertThrows(() => recordsOfCSV('"e\n\n\nf"g,1\n'), SyntaxError, message);
});

Deno.test("an unclosed quote is refused with the line on which it opened", () => {
  for (const [content, line] of [['a\n"b\nc\n', 2], ['"a\n",b\nc,"d""\n\n', 3], ['a,"', 1]] as const) {
    const { message } = assertThrows(() => recordsOfCSV(content), SyntaxError);
    assertEquals(message, `expected a closing quote after the one on line ${line}, found none`);
  }
});

Deno.test("a quoted field that another line continues is refused with the line on which it begins", () => {
  const rows = Array.from({ length: 40 }, (_, i) => i === 2 ? '"a,1\n' : i === 32 ? '"b, c",1\n' : "d,2\n").join("");
  const { message } = assertThrows(() => recordsOfCSV(rows), SyntaxError);
  assertEquals(
    message,
    "expected a delimiter after the quote on line 33, which closes the field that begins on line 3, found " +
      '"b"; remove the quote on line 3, or double quotes in the field',
  );
});

for (const delimiter of [",", ";", "\t", "|", ":"]) {
  Deno.test(`any fields written with the delimiter ${JSON.stringify(delimiter)} are read back unchanged`, () => {
    const pieces = ["a", '"', delimiter, "\n", " ", "é", "word"];
    for (const quoting of ["minimal", "all"] as const) {
      const rows = randomRows(pieces, { seed: 7, rows: 2000, width: 3 });
      assertEquals(recordsOfCSV(writeRows(rows, delimiter, quoting), delimiter).map(({ fields }) => fields), rows);
    }
  });
}
