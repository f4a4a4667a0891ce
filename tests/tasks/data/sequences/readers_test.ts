import { assertEquals, assertThrows } from "@std/assert";
import { FastaReader, FastqReader, type RecordReader } from "../../../../tasks/data/sequences/mod.ts";

/** Returns the header, letters and line of each sequence that a line completes, and then of those of the end. */
function readBy(reader: RecordReader, content: string): string[] {
  const parts = [...content.split("\n").map((line) => reader.push([line])), reader.end()];
  return parts.map((records) => records.map(({ header, letters, line }) => `${header} ${letters} ${line}`).join());
}

Deno.test("a sequence of FASTA is complete with the next header, or at the end", () => {
  const content = "; a comment\n>x one\nAC\n\nGT\r\n>y\n>z\nTT";
  assertEquals(readBy(new FastaReader(), content), ["", "", "", "", "", "x one ACGT 2", "y  6", "", "z TT 7"]);
  assertEquals(readBy(new FastaReader(), ";\n"), ["", "", ""]);
  const headerless = 'expected a header, which begins with ">", on line 2, found "ACGT"';
  assertThrows(() => readBy(new FastaReader(), "\nACGT \n>x"), SyntaxError, headerless);
});

Deno.test("a sequence of FASTQ is complete with its last quality", () => {
  const content = "\n@x one\nAC\nGT\n+x\nI+\n@@\n\n@y\nA\r\n+\r\nI\r\n@z\n+";
  const expected = ["", "", "", "", "", "", "x one ACGT 2", "", "", "", "", "y A 9", "", "", "z  13"];
  assertEquals(readBy(new FastqReader(), content), expected);
  const cases: [string, string][] = [
    ["@x\nA\n+\nI\nACGT\n", 'expected a header, which begins with "@", on line 5, found "ACGT"'],
    ["\n@x\nACGT\nIIII", 'expected a line that begins with "+" on line 3, found "ACGT"'],
    ["@x", 'expected a line that begins with "+" on line 2, found ""'],
    ["@x\nA\n+\nI\n@y\nAC1\n+", 'expected the letters of a sequence on line 6, found "1"'],
    ["@x\nA\n+\nI\n@y\nAC\n+\nI", "expected a quality for each of the 2 letters on line 8, found 1"],
    ["@x\nAC\n+\nIII\n@y", "expected a quality for each of the 2 letters on line 4, found 3"],
  ];
  for (const [content, message] of cases) {
    assertThrows(() => readBy(new FastqReader(), content), SyntaxError, message);
  }
});
