import { assertEquals, assertRejects } from "@std/assert";
import { readLabelledTexts, type ReadOptions } from "../../../../tasks/data/mod.ts";
import { inTempDir } from "../../../support/command.ts";
import { pairs, read, refuse } from "./read_file.ts";

Deno.test("CSV may have quoted fields, doubled quotes, quoted line ends, CRLF and a byte-order mark", async () => {
  const found = await read("a.csv", '\ufefftext,label\r\n"a ""b"", c\nd",1\r\n\r\nx , 2 \r\n');
  assertEquals(pairs(found), [['a "b", c\nd', "1"], ["x ", "2"]]);
  const { format, textColumn, labelColumn, empty } = found;
  assertEquals({ format, textColumn, labelColumn, empty }, {
    format: "csv",
    textColumn: "text",
    labelColumn: "label",
    empty: 0,
  });
});

Deno.test("TSV keeps quotes within a field and removes those around a whole field", async () => {
  const found = await read("a", 'sentence\tlabel\nshe said "no"\t1\n"no" he said\t0\n"a ""b"" c"\t1\n"\t0\n');
  assertEquals(found.format, "tsv");
  assertEquals(pairs(found), [['she said "no"', "1"], ['"no" he said', "0"], ['a "b" c', "1"], ['"', "0"]]);
});

Deno.test("empty texts are skipped and counted", async () => {
  assertEquals((await read("a", "1 a\n0\n0 \n\n0 b\n")).empty, 2);
  const table = await read("a.csv", 'text,label\n"  ",1\nx,0\n,1\n');
  assertEquals([pairs(table), table.empty], [[["x", "0"]], 2]);
});

Deno.test("rows whose fields are all empty are skipped as empty lines are", async () => {
  const expected = [["a", "x"], ["b", "y"]];
  for (const [name, delimiter] of [["a.csv", ","], ["a.csv", ";"], ["a.tsv", "\t"]]) {
    for (const empty of [delimiter, `  ${delimiter} `, delimiter.repeat(4), `""${delimiter}""`]) {
      const lines = [empty, "text,label", "a,x", empty, "b,y", empty, empty];
      const found = await read(name, lines.map((line) => line.replace(",", delimiter)).join("\n") + "\n");
      assertEquals([pairs(found), found.empty, found.place(1)], [expected, 0, "line 5"]);
    }
  }
  await refuse("a.csv", "text,label\n,\na,\n", "expected a label on line 3, found none");
  await refuse("a.csv", "text,label\na,x\n,,b\n", "expected 2 fields on line 3, found 3");
});

Deno.test("errors name the file, and the line if there is one", async () => {
  await refuse("a.csv", "", "expected some text, found an empty file");
  await refuse("a.csv", "text,label\n", "expected at least 1 row, found only a header");
  await refuse("a.csv", "text,label\n,1\n", "expected some text, found only empty texts");
  await refuse("a.csv", 'text,label\n\n"a\nb",1\nc,\n', "expected a label on line 5, found none");
  await refuse(
    "a",
    "  It was\n",
    "expected a label on line 1, found none; the file was read as lines of a label, a space and a text; use --format",
  );
  await refuse("a.csv", "text,label\na,1\nb,c,1\n", "expected 2 fields on line 3, found 3");
  await refuse("a.csv", "text,label\na,1\n\nb\n", "expected 2 fields on line 4, found 1");
  await refuse("a.csv", 'text,label\na,0\n"b,1\n', "expected a closing quote after the one on line 3, found none");
  await refuse("a.tsv", "text\tlabel\na\t1\nb\n", "expected 2 fields on line 3, found 1");
  await refuse("a.csv", "text,label\na,1\n", 'expected a column "x", found the columns text, label', {
    textColumn: "x",
  });
  await refuse("a.csv", "text,label\na,1\n", 'expected a column "9", found the columns', { labelColumn: "9" });
  for (const place of ["0", "-1", "01"]) {
    const message = `expected a name or a number from 1 for --text-column, found "${place}"`;
    await refuse("a.csv", "text,label\na,1\n", message, { textColumn: place });
  }
  assertEquals(pairs(await read("a.csv", "0,label\na,1\n", { textColumn: "0" })), [["a", "1"]]);
  const usualTexts = "text, sentence, review, content, comment, tweet, body, message, phrase or sequence";
  await refuse(
    "a.csv",
    "a,b,c\n1,2,3\n",
    `expected --text-column or a column ${usualTexts}, found the columns 1, 2, 3`,
  );
  const usualLabels = "label, sentiment, class, category, target, polarity, rating, stars, labels, " +
    "sentiments, classes, categories or targets";
  await refuse(
    "a.csv",
    "text,b,c\nx,3,4\n",
    `expected --label-column or a column ${usualLabels}, found the columns text, b, c`,
  );
  await refuse("a.csv", "text,label\na,1\n", "expected different columns for texts and labels", {
    labelColumn: "text",
  });
  await refuse(
    "a.jsonl",
    '{"text":"a","label":1}\n{"text":"b"}\n',
    'expected a field "label" with a text on line 2, found none',
  );
  await refuse(
    "a.jsonl",
    '{"text":"a","label":1}\n{"text":2,"label":1}\n',
    'expected a field "text" with a text on line 2, found 2',
  );
  await refuse("a.jsonl", '{"text":"a","label":1}\nnot\n', "expected JSON on line 2");
  await refuse("a.jsonl", "[1]\n", "expected a JSON object in record 1, found 1");
  await refuse("a.csv", Uint8Array.of(0x74, 0xff), "expected UTF-8 text, found 0xff at byte 1 on line 1");
});

Deno.test("a column named sequence holds the texts if none is named text, whatever other columns there are", async () => {
  const found = await read("a.csv", "label,instance_name,sequence\nEI,A-1,ACGT\nIE,A-2,TTGA\n");
  assertEquals(pairs(found), [["ACGT", "EI"], ["TTGA", "IE"]]);
  assertEquals(pairs(await read("a.csv", "sequence,text,label\n1,a,x\n2,b,y\n")), [["a", "x"], ["b", "y"]]);
});

Deno.test("a quoted text may have lines that look like rows of the table", async () => {
  const text = `a table:\n${"film a,x\nfilm b,y\n".repeat(20)}`;
  const found = await read("a.csv", `text,label\nfilm c,y\n"${text}",x\n`);
  assertEquals(pairs(found), [["film c", "y"], [text, "x"]]);
});

Deno.test("a quote that swallows rows is refused with the line on which it opens", async () => {
  const rows = Array.from(
    { length: 40 },
    (_, i) => i === 2 ? '"film,x\n' : i === 32 ? 'film"\n' : `film ${i},${"xy"[i % 2]}\n`,
  );
  await refuse(
    "a.csv",
    `text,label\n${rows.join("")}`,
    "expected 2 fields on line 4, found 1; a quoted field begins on line 4 and ends on line 34: look for a stray quote",
  );
  const poem = await read("a.csv", 'text,label\n"Red,\nblue, x\nand green, you\nand me, she",x\nb,y\n');
  assertEquals(poem.texts.length, 2);
});

Deno.test("messages stay short whatever the data are", async () => {
  const long = "word ".repeat(5000);
  const files: [string, string, ReadOptions?][] = [
    ["a.csv", `${long},${long},c\nx,y,z\n`],
    ["a.csv", `text,${"x,".repeat(3000)}y\n`],
    ["a.jsonl", `{"text": {"a": "${long}"}, "label": 1}\n`, { textColumn: "text" }],
    ["a.jsonl", `{"text": "a", "label": [["${long}"]]}\n`],
    ["a.jsonl", `{"${long}": 1, "b": 2, "c": 3}\n`],
    ["a.csv", "text,label\na,b\n", { textColumn: long }],
    ["a", `__label__${"x".repeat(5000)} __label__y a\n`, { multiLabel: false }],
  ];
  for (const [name, content, options] of files) {
    const { message } = await assertRejects(() => read(name, content, options), Error) as Error;
    assertEquals(message.length < 800, true, message);
  }
});

Deno.test("a CSV file with other delimiters is read as what it holds", async () => {
  const expected = [["a, b", "x"], ["c", "y"]];
  for (const [delimiter, format] of [[";", "csv"], ["|", "csv"], ["\t", "tsv"]]) {
    const content = `text${delimiter}label\na, b${delimiter}x\nc${delimiter}y\n`;
    for (const name of ["a.csv", "a"]) {
      const found = await read(name, content);
      assertEquals([pairs(found), found.delimiter, found.format], [expected, delimiter, format]);
    }
  }
  assertEquals(pairs(await read("a.csv", "text:label\na, b:x\nc:y\n", { delimiter: ":" })), expected);
  await refuse("a.csv", "a\nb\n", "expected at least 2 columns, found 1, separated by commas; set --delimiter");
  await refuse("a.csv", "a,b\n", 'expected a delimiter of one character, found "ab"', { delimiter: "ab" });
});

Deno.test("a first line sep=; settles the delimiter, and the other lines keep their numbers", async () => {
  const found = await read("a.csv", "sep=;\ntext;label\na, b;x\nc;y\n");
  assertEquals([pairs(found), found.delimiter], [[["a, b", "x"], ["c", "y"]], ";"]);
  await refuse("a.csv", "sep=;\ntext;label\na;b;x\n", "expected 2 fields on line 3, found 3");
});

Deno.test("the ending of a compressed file does not hide the format", async () => {
  const content = new Blob(["text;label\na, b;x\nc;y\n"]).stream().pipeThrough(new CompressionStream("gzip"));
  const found = await read("a.csv.gz", new Uint8Array(await new Response(content).arrayBuffer()));
  assertEquals([found.format, found.delimiter, found.texts.length], ["csv", ";", 2]);
});

Deno.test("other encodings are read by their names", async () => {
  const bytes = Uint8Array.from("text,label\ncaf\u00e9,x\n", (character) => character.charCodeAt(0));
  assertEquals(pairs(await read("a.csv", bytes, { encoding: "windows-1252" })), [["café", "x"]]);
  await refuse("a.csv", bytes, "set --encoding windows-1252");
});

Deno.test("a missing file and a directory are refused", async () => {
  await inTempDir(async (directory) => {
    await assertRejects(() => readLabelledTexts(`${directory}/x`), RangeError, "expected a file, found none");
    await assertRejects(() => readLabelledTexts(directory), RangeError, "expected a file, found a directory");
  });
});
