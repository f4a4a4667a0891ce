import { assertEquals, assertRejects } from "@std/assert";
import { type LabelledTexts, readLabelledTexts, type ReadOptions } from "../../../tasks/data/mod.ts";
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
  await refuse("a.csv", 'text,label\na"b,1\n', "expected CSV on line 2, found a quote within an unquoted field");
  await refuse("a.csv", 'text,label\nc,0\n"a" b,1\n', "expected CSV on line 3, found a quote that does not end");
  await refuse("a.csv", 'text,label\na,0\n"b,1\n', "expected CSV on line 3");
  await refuse("a.tsv", "text\tlabel\na\t1\nb\n", "expected 2 fields on line 3, found 1");
  await refuse("a.csv", "text,label\na,1\n", 'expected a column "x", found the columns text, label', {
    textColumn: "x",
  });
  await refuse("a.csv", "text,label\na,1\n", 'expected a column "9", found the columns', { labelColumn: "9" });
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
  await refuse("a.jsonl", "[1]\n", "expected a JSON object on line 1, found [1]");
  await refuse("a.csv", Uint8Array.of(0x74, 0xff), "expected UTF-8 text, found 0xff at byte 1 on line 1");
});

Deno.test("a missing file and a directory are refused", async () => {
  await inTempDir(async (directory) => {
    await assertRejects(() => readLabelledTexts(`${directory}/x`), RangeError, "expected a file, found none");
    await assertRejects(() => readLabelledTexts(directory), RangeError, "expected a file, found a directory");
  });
});
