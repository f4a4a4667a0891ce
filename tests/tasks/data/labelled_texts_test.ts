import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { describeTable, type LabelledTexts, readLabelledTexts, type ReadOptions } from "../../../tasks/data/mod.ts";
import { inTempDir } from "../../support/command.ts";

/** Reads a temporary file with a name and content. */
async function read(name: string, content: string | Uint8Array, options?: ReadOptions): Promise<LabelledTexts> {
  let found: LabelledTexts | undefined;
  await inTempDir(async (directory) => {
    const path = `${directory}/${name}`;
    await Deno.writeFile(path, typeof content === "string" ? new TextEncoder().encode(content) : content);
    found = await readLabelledTexts(path, options).catch((error) => {
      error.message = error.message.replace(path, name);
      throw error;
    });
  });
  return found!;
}

/** The rows as pairs. */
function pairs({ texts }: LabelledTexts): string[][] {
  return texts.map(({ text, label }) => [text, label]);
}

async function refuse(
  name: string,
  content: string | Uint8Array,
  message: string,
  options?: ReadOptions,
): Promise<void> {
  const error = await assertRejects(() => read(name, content, options), Error, message) as Error;
  assertEquals(error instanceof RangeError || error instanceof SyntaxError, true);
  assertEquals(error.message.startsWith(`read ${name}: expected `), true, error.message);
}

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

Deno.test("columns are found by their usual names, or by given names or numbers", async () => {
  const table = "id,Sentiment,review,note\n7,good,fine film,x\n8,bad,dull film,y\n";
  assertEquals(pairs(await read("a.csv", table)), [["fine film", "good"], ["dull film", "bad"]]);
  const named = await read("a.csv", table, { textColumn: "note", labelColumn: "id" });
  assertEquals(pairs(named), [["x", "7"], ["y", "8"]]);
  const numbered = await read("a.csv", "7,good,fine\n8,bad,dull\n", { textColumn: "3", labelColumn: "2" });
  assertEquals(pairs(numbered), [["fine", "good"], ["dull", "bad"]]);
});

Deno.test("in a file of two columns, knowing one determines the other", async () => {
  const expected = [["fine film", "glad"], ["dull film", "sad"]];
  assertEquals(pairs(await read("a.csv", "review,mood\nfine film,glad\ndull film,sad\n")), expected);
  assertEquals(pairs(await read("a.csv", "sentiment,words\nglad,fine film\nsad,dull film\n")), expected);
  const table = "words,mood\nfine film,glad\ndull film,sad\n";
  assertEquals(pairs(await read("a.csv", table, { labelColumn: "mood" })), expected);
  assertEquals(pairs(await read("a.csv", table, { textColumn: "words" })), expected);
});

Deno.test("of two columns without a header, the one with fewer distinct values holds the labels", async () => {
  const expected = [["good, very", "1"], ["bad film", "0"], ["fair", "1"]];
  assertEquals(pairs(await read("a.csv", '"good, very",1\nbad film,0\nfair,1\n')), expected);
  assertEquals(pairs(await read("a.tsv", "1\tgood, very\n0\tbad film\n1\tfair\n")), expected);
});

Deno.test("TSV keeps quotes within a field and removes those around a whole field", async () => {
  const found = await read("a", 'sentence\tlabel\nshe said "no"\t1\n"no" he said\t0\n"a ""b"" c"\t1\n"\t0\n');
  assertEquals(found.format, "tsv");
  assertEquals(pairs(found), [['she said "no"', "1"], ['"no" he said', "0"], ['a "b" c', "1"], ['"', "0"]]);
});

Deno.test("JSON Lines may have strings, numbers and booleans as labels", async () => {
  const found = await read(
    "a",
    '{"text":"a\\nb","label":1,"x":{}}\n\n{"label":true,"text":"c"}\n{"text":"d","label":" e "}',
  );
  assertEquals(found.format, "jsonl");
  assertEquals(pairs(found), [["a\nb", "1"], ["c", "true"], ["d", "e"]]);
  const other = await read("a.jsonl", '{"body":"a","kind":"x"}\n', { labelColumn: "kind" });
  assertEquals(pairs(other), [["a", "x"]]);
});

Deno.test("lines of a label and a text are not mistaken for CSV if they have commas", async () => {
  const found = await read("stsa.train", '1 a stirring , funny film\n0 "dull , dull" , he said\n1 text , label\n');
  assertEquals([found.format, found.empty], ["lines", 0]);
  assertEquals(pairs(found)[1], ['"dull , dull" , he said', "0"]);
});

Deno.test("a table without a header is recognized under any name by its quotes or its labels", async () => {
  const row = (i: number): [text: string, label: string] => [`${"abc"[i % 3]} film, ${i}`, String(i % 2)];
  const rows = Array.from({ length: 12 }, (_, i) => row(i));
  const writers: ((row: [string, string]) => string)[] = [
    ([text, label]) => `"${label}","${text}"\n`,
    ([text, label]) => `${label},"${text}"\n`,
    ([text, label]) => `"${text}";"${label}"\n`,
    ([text, label]) => `"${text}\ton two\nlines"\t${label}\n`,
    ([text, label]) => `${text.replace(",", "")},${label}\n`,
    ([text, label]) => `${label}, ${text.replace(",", "")}\n`,
  ];
  for (const write of writers) {
    const [content, other] = [rows.map(write).join(""), rows.slice(0, 2).map(write).join("")];
    const found = await read("a.txt", content);
    assertEquals(
      [found.texts.length, found.texts.map(({ label }) => label)],
      [12, rows.map(([, label]) => label)],
      content,
    );
    assertEquals((await read("a", content)).texts[1].text.includes("film"), true);
    assertEquals((await read("a", other)).format === "lines", content.startsWith("a film 0,"));
  }
});

Deno.test("lines of a label and a text are no table, even if they have as many commas", async () => {
  for (const content of ["1 a fine, film\n0 a dull, film\n1 a, b\n0 c, d\n", '1 "a fine", film\n0 "a dull", film\n']) {
    assertEquals((await read("a.txt", content)).format, "lines");
  }
  assertEquals(pairs(await read("a.txt", '1 a\n"quoted" words\n0 b\n'))[1], ["words", '"quoted"']);
});

Deno.test("an option for tables makes any file a table, or an error", async () => {
  const content = "good a, fine film\nbad a, dull film\ngood so, so\nbad x, y\n";
  assertEquals((await read("a.txt", content)).format, "lines");
  const numbered = await read("a.txt", content, { textColumn: "2", labelColumn: "1" });
  assertEquals([numbered.format, pairs(numbered)[0]], ["csv", [" fine film", "good a"]]);
  assertEquals((await read("a.txt", content, { header: false })).format, "csv");
  for (
    const [option, options] of [
      ["--text-column", { textColumn: "text" }],
      ["--label-column", { labelColumn: "1" }],
      ["--header", { header: true }],
      ["--no-header", { header: false }],
    ] as const
  ) {
    const message = `expected a table for ${option}, found lines without commas, semicolons, tabs and pipes; leave out`;
    await refuse("a.txt", "good a film\nbad a film\n", message, options);
    await refuse("a.txt", "__label__good a film\n__label__bad a film\n", message, options);
  }
  const pipes = await read("a", "id|mood|words\n1|x|a b\n2|y|c d\n", { labelColumn: "mood", textColumn: "words" });
  assertEquals([pipes.delimiter, pairs(pipes)], ["|", [["a b", "x"], ["c d", "y"]]]);
});

Deno.test("labels that end at a mark are refused with the options that settle it", async () => {
  for (
    const [content, label, mark, format] of [
      ["pos: a fine film\nneg: a dull, film\n", "pos:", ":", "lines"],
      ["pos, a fine film\nneg, a dull, slow film\n", "pos,", ",", "lines"],
      ["pos;a fine film\nneg;a dull; slow film\n", "pos;a", ";", "lines"],
      ["__label__pos, a fine film\n__label__neg, a dull, slow film\n", "pos,", ",", "fasttext"],
    ] as const
  ) {
    const message = `expected a label, a space and a text on line 1, found "${label}" before the space; set ` +
      `--format csv --delimiter "${mark}" if "${mark}" separates columns, or --format ${format} if it belongs`;
    await refuse("a.txt", content, message);
    assertEquals((await read("a.txt", content, { format })).texts[0].label, label);
  }
  assertEquals((await read("a", "DESC:manner How ?\nENTY:cremat What ?\n")).texts[0].label, "DESC:manner");
});

Deno.test("a given format overrides detection", async () => {
  const found = await read("a.csv", "1 a,b\n0 c,d\n", { format: "lines" });
  assertEquals(pairs(found), [["a,b", "1"], ["c,d", "0"]]);
});

Deno.test("empty texts are skipped and counted", async () => {
  assertEquals((await read("a", "1 a\n0\n0 \n\n0 b\n")).empty, 2);
  const table = await read("a.csv", 'text,label\n"  ",1\nx,0\n,1\n');
  assertEquals([pairs(table), table.empty], [[["x", "0"]], 2]);
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
  const usualTexts = "text, sentence, review, content, comment, tweet, body, message or phrase";
  await refuse(
    "a.csv",
    "a,b,c\n1,2,3\n",
    `expected --text-column or a column ${usualTexts}, found the columns 1, 2, 3`,
  );
  const usualLabels = "label, sentiment, class, category, target, polarity, rating or stars";
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

Deno.test("messages stay short whatever the data are", async () => {
  const long = "word ".repeat(5000);
  const files: [string, string, ReadOptions?][] = [
    ["a.csv", `${long},${long},c\nx,y,z\n`],
    ["a.csv", `text,${"x,".repeat(3000)}y\n`],
    ["a.jsonl", `{"text": {"a": "${long}"}, "label": 1}\n`, { textColumn: "text" }],
    ["a.jsonl", `{"text": "a", "label": ["${long}"]}\n`],
    ["a.jsonl", `{"${long}": 1, "b": 2, "c": 3}\n`],
    ["a.csv", "text,label\na,b\n", { textColumn: long }],
    ["a", `__label__${"x".repeat(5000)} __label__y a\n`],
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

Deno.test("a JSON file may be an array of records or JSON Lines", async () => {
  const records = [{ text: "a\nb", label: 1 }, { text: "c", label: "x" }];
  const expected = [["a\nb", "1"], ["c", "x"]];
  for (const name of ["a.json", "a.jsonl", "a"]) {
    const array = await read(name, JSON.stringify(records, null, 1));
    assertEquals([pairs(array), array.format], [expected, "json"]);
    const lines = await read(name, records.map((record) => JSON.stringify(record) + "\n").join(""));
    assertEquals([pairs(lines), lines.format], [expected, "jsonl"]);
  }
  await refuse(
    "a.json",
    '[{"text": "a", "label": 1}, {"text": "b"}]',
    'expected a field "label" with a text on record 2',
  );
});

Deno.test("the columns of JSON are those of all first records, so that a label missing in the first is an error", async () => {
  const content = '{"text": "a", "lang": "en"}\n{"text": "b", "lang": "en", "label": "x"}\n';
  await refuse("a.jsonl", content, 'expected a field "label" with a text on line 1, found none');
  const records = Array.from({ length: 2000 }, (_, i) => ({ text: "a", lang: "en", ...i > 1500 && { mood: "x" } }));
  const message = 'expected a field "mood" with a text on record 1, found none';
  await refuse("a.json", JSON.stringify(records), message, { labelColumn: "mood" });
});

Deno.test("the records of a JSON object are read, and reported with their path", async () => {
  const records = [{ text: "a", label: "x" }, { text: "b", label: "y" }];
  for (const name of ["a.json", "a.txt", "a.csv"]) {
    const found = await read(name, JSON.stringify({ version: 1, set: { data: records } }, null, 1));
    assertEquals([pairs(found), found.recordsPath], [[["a", "x"], ["b", "y"]], "set.data"]);
    assertEquals(describeTable(found), "json, records in set.data");
  }
  const broken = { data: [...records, { text: "c" }] };
  await refuse(
    "a.json",
    JSON.stringify(broken),
    'expected a field "label" with a text on record 3 of data, found none',
  );
});

Deno.test("JSON is never read as rows of fields", async () => {
  const content = '{"text": "a", "label": "x"}\n{"text": "b", "label": "y"}\n';
  assertEquals(pairs(await read("a.csv", content)), [["a", "x"], ["b", "y"]]);
  const message = "expected fields separated by commas, found JSON; leave out --delimiter";
  for (const name of ["a.jsonl", "a.txt"]) await refuse(name, content, message, { delimiter: "," });
  await refuse("a.txt", content, "expected CSV, found JSON; leave out --format", { format: "csv" });
  await refuse("a.txt", content.replace('"a",', '"a"'), "expected JSON on line 1, found ");
  for (const [header, option] of [[true, "--header"], [false, "--no-header"]] as const) {
    await refuse("a.jsonl", content, `expected CSV or TSV for ${option}, found JSON; leave it out`, { header });
  }
  const cells = await read("a.tsv", '{"a": 1}\tx\n{"b": 2}\ty\n{"c": 3}\tx\n');
  assertEquals([cells.format, pairs(cells)[0]], ["tsv", ['{"a": 1}', "x"]]);
});

Deno.test("a path names a nested JSON value, which may be found by its last part", async () => {
  const content = '{"id": 7, "data": {"body": "a", "note": "n"}, "tags": {"main": "x"}}\n';
  assertEquals(pairs(await read("a.jsonl", content, { labelColumn: "tags.main" })), [["a", "x"]]);
  const both = await read("a.jsonl", content, { textColumn: "data.note", labelColumn: "id" });
  assertEquals([pairs(both), both.textColumn], [[["n", "7"]], "data.note"]);
});

Deno.test("the first row without usual names is data, a header if its label alone never recurs, or as asked", async () => {
  const rows = '"3","Title","Body, 1"\n"1","Other","Body 2"\n"3","Title","Body 3"\n"1","x","Body 4"\n';
  const columns = { textColumn: "3", labelColumn: "1" };
  const data = await read("a.csv", rows, columns);
  assertEquals([data.texts.length, data.firstRow], [4, { isHeader: false, by: "values" }]);
  const named = await read("a.csv", `kind,head,words\n${rows}`, columns);
  assertEquals([named.texts.length, named.firstRow], [4, { isHeader: true, by: "values" }]);
  assertEquals(pairs(named)[0], ["Body, 1", "3"]);
  const pair = await read("a.csv", "words,mood\na,glad\nb,sad\nc,glad\nd,sad\n");
  assertEquals([pair.texts.length, pair.textColumn, pair.firstRow?.isHeader], [4, "words", true]);
  const asked = await read("a.csv", rows, { textColumn: "Body, 1", labelColumn: "3", header: true });
  assertEquals([asked.texts.length, asked.firstRow], [3, { isHeader: true, by: "option" }]);
  const denied = await read("a.csv", "text,label\na,b\n", { header: false, textColumn: "1" });
  assertEquals([pairs(denied), denied.firstRow?.by], [[["text", "label"], ["a", "b"]], "option"]);
});

Deno.test("a first row whose label is a usual name of a column is data if the name occurs again, or names no texts", async () => {
  const rows = ["review,this is fine", "comment,this is not", "review,so be it", "comment,or not"];
  for (const lines of [rows, rows.map((row) => row.split(",").reverse().join(","))]) {
    const found = await read("a.csv", lines.join("\n"));
    assertEquals([pairs(found)[0], found.texts.length], [["this is fine", "review"], 4]);
    assertStringIncludes(describeTable(found), "first row read as data; --header if it is one");
  }
  const wide = await read("a.csv", rows.map((row, i) => `${i},${row}`).join("\n"), {
    textColumn: "3",
    labelColumn: "2",
  });
  assertEquals([wide.texts.length, wide.firstRow], [4, { isHeader: false, by: "values" }]);
  const odd = await read("a.csv", "comment,this is fine\nnews,a\nreview,b\nreview,c\nnews,d\n");
  assertEquals(pairs(odd)[0], ["a", "news"]);
  assertStringIncludes(describeTable(odd), "first row read as a header; --no-header if it is data");
  const asked = await read("a.csv", "label,this is fine\nnews,a\nlabel,c\nnews,d\n", { labelColumn: "1" });
  assertEquals(asked.texts.length, 4);
});

Deno.test("a header read by its names is reported with the option for the opposite, unless an option settled it", async () => {
  const table = "text,label\na,1\nb,2\n";
  const named = await read("a.csv", table);
  assertEquals([named.firstRow, describeTable(named)], [
    { isHeader: true, by: "names" },
    "csv, first row read as a header; --no-header if it is data",
  ]);
  for (const options of [{ header: true }, { textColumn: "text" }]) {
    assertEquals(describeTable(await read("a.csv", table, options)), "csv, first row read as a header");
  }
});

Deno.test("a title above the header is refused with the line to remove", async () => {
  const message = "expected the names of the columns on line 1, found them on line 3; remove the lines above them, " +
    "or pass --no-header if they are data";
  for (const title of ["My films", "My films,", '"My films, 2024",', "My,films"]) {
    await refuse("a.csv", `${title}\n\ntext,label\na,x\nb,y\n`, message);
  }
  await refuse("a.tsv", "My films\n\ntext\tlabel\na\tx\nb\ty\n", message);
  const widths = "expected 3 fields on line 1, as on all later lines, found 1; remove this line if it is a title";
  for (const title of ["My films", "My films,"]) {
    await refuse(
      "a.csv",
      `${title}\nwords,mood,id\na,x,1\nb,y,2\n`,
      widths.replace("1;", `${title.split(",").length};`),
    );
  }
});

Deno.test("a first row with a number as label is data even if the number never recurs", async () => {
  const found = await read("a.csv", "5,a\n1,b\n2,c\n1,d\n2,e\n");
  assertEquals([found.texts.length, found.firstRow?.isHeader], [5, false]);
});

Deno.test("column numbers count the columns of a table with a header too", async () => {
  const found = await read("a.csv", "id,text,label,note\n1,a,x,n\n2,b,y,m\n", { textColumn: "4", labelColumn: "1" });
  assertEquals([pairs(found), found.textColumn], [[["n", "1"], ["m", "2"]], "note"]);
});

Deno.test("labels of fastText lose their prefix, wherever they stand", async () => {
  const content = "__label__good a fine film\n__label__bad\ta dull , __label__bad film\n\n__label__good\n";
  for (const name of ["a.txt", "a.csv", "a"]) {
    const found = await read(name, content);
    assertEquals([found.format, found.empty], ["fasttext", 1]);
    assertEquals(pairs(found), [["a fine film", "good"], ["a dull , film", "bad"]]);
  }
});

Deno.test("labels of fastText may end every line, or stand in the middle", async () => {
  for (const name of ["a.txt", "a.csv"]) {
    const found = await read(name, "a fine film __label__good\na dull, __label__bad film\nlong, too __label__bad\n");
    assertEquals([found.format, pairs(found)], [
      "fasttext",
      [["a fine film", "good"], ["a dull, film", "bad"], ["long, too", "bad"]],
    ]);
  }
});

Deno.test("labels of fastText in a table lose their prefix, and several in a field are refused", async () => {
  const expected = [["a fine film", "good"], ["a dull film", "bad"]];
  for (
    const [name, content] of [
      ["a.csv", "text,label\na fine film,__label__good\na dull film,__label__bad\n"],
      ["a.csv", "__label__good,a fine film\n__label__bad,a dull film\n"],
      ["a.txt", "__label__good,a fine film\n__label__bad,a dull film\n"],
      ["a.txt", "label\ttext\n__label__good\ta fine film\n__label__bad\ta dull film\n"],
      ["a.jsonl", '{"text":"a fine film","label":"__label__good"}\n{"text":"a dull film","label":"__label__bad"}\n'],
    ]
  ) assertEquals(pairs(await read(name, content)), expected, content);
  for (const labels of ["__label__bad __label__long", '"__label__bad,__label__long"', "__label__bad__label__long"]) {
    const message = "expected one label on line 2, found 2 (bad, long)";
    await refuse("a.csv", `text,label\na film,${labels}\nfilm b,__label__x __label__y\n`, message);
    await refuse("a.csv", `a film,__label__x\nfilm b,${labels}\nfilm c,${labels}\n`, message);
  }
});

Deno.test("a text with several labels of fastText is refused with its line and labels", async () => {
  await refuse(
    "a.txt",
    "__label__good a film\n__label__bad __label__long a film\n",
    "expected one label on line 2, found 2 (bad, long); training needs one label for each text",
  );
  for (const divider of [",", ", ", ";", "|", " and "]) {
    const content = `__label__bad${divider}__label__long a film\n`.repeat(3);
    await refuse("a.txt", content, "expected one label on line 1, found 2 (bad, long)");
    await refuse("a.csv", content, "expected one label on line 1, found 2 (bad, long)");
  }
  await refuse("a.txt", "__label__good a film\n__label__bad b\nfilm\n", "expected a label on line 3, found none");
});

Deno.test("a missing file and a directory are refused", async () => {
  await inTempDir(async (directory) => {
    await assertRejects(() => readLabelledTexts(`${directory}/x`), RangeError, "expected a file, found none");
    await assertRejects(() => readLabelledTexts(directory), RangeError, "expected a file, found a directory");
  });
});
