import { assertEquals, assertThrows } from "@std/assert";
import { recordsOfCSV } from "../../../tasks/data/tables/csv.ts";

/** The records of a text, each as its line number and its fields. */
function records(content: string): [number, readonly string[]][] {
  return recordsOfCSV(content).map(({ line, fields }) => [line, fields]);
}

Deno.test("a CSV record has the number of its first line, after empty lines and quoted line ends", () => {
  assertEquals(records('a,b\n\n"c\nd",e\r\n\r\n"f\r\ng\n"\nh'), [
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
  assertEquals(records("\r\n\n"), []);
  for (const end of ["", "\n", "\r\n"]) assertEquals(records(`a,b${end}`), [[1, ["a", "b"]]]);
});

Deno.test("misplaced CSV quotes are refused with their line number", () => {
  const refused: [string, number, string][] = [
    ['a\nb"c\n', 2, "a quote within an unquoted field"],
    ['a\n"b\nc"d\n', 3, "a quote that does not end its field"],
    ['a\n"b\nc\n', 2, "a quote that does not end its field"],
    ['a,"b" ', 1, "a quote that does not end its field"],
  ];
  for (const [content, line, found] of refused) {
    const { message } = assertThrows(() => recordsOfCSV(content), SyntaxError);
    assertEquals(message, `expected CSV on line ${line}, found ${found}`);
  }
});

Deno.test("any fields written as RFC 4180 demands are read back unchanged", () => {
  const pieces = ["a", '"', ",", "\n", " ", "é", "word"];
  const write = (field: string): string => `"${field.replaceAll('"', '""')}"`;
  let state = 7;
  const draw = (below: number): number => (state = (state * 1103515245 + 12345) % 2 ** 31, (state >> 8) % below);
  const rows = Array.from(
    { length: 2000 },
    () =>
      Array.from(
        { length: 1 + draw(4) },
        () => Array.from({ length: draw(6) }, () => pieces[draw(pieces.length)]).join(""),
      ),
  );
  const content = rows.map((fields) => fields.map(write).join(",")).join("\r\n");
  assertEquals(recordsOfCSV(content).map(({ fields }) => fields), rows);
});
