import { assert, assertEquals, assertRejects } from "@std/assert";
import { gzipSync } from "node:zlib";
import { type DocumentOptions, openDocuments } from "../../../tasks/data/mod.ts";
import { babble, inTempDir } from "../../support/command.ts";

/** The documents of a file with these contents. */
async function documentsIn(name: string, contents: string, options?: DocumentOptions): Promise<string[]> {
  let texts: string[] = [];
  await inTempDir(async (directory) => {
    await Deno.writeTextFile(`${directory}/${name}`, contents);
    const { documents, characters } = await openDocuments(`${directory}/${name}`, options);
    texts = await Promise.all(Array.from(documents.lengths, (_, i) => documents.read(i)));
    assertEquals(Array.from(documents.lengths), texts.map(({ length }) => length));
    assertEquals(characters, [...texts.join("")].length);
  });
  return texts;
}

const TEXTS = ["To be.", 'or "not"\nto {be}', "[😀] \\ }", "é\t"];
const RECORDS = TEXTS.map((text, id) => ({ id, deep: { list: [{ a: "}" }] }, text }));

Deno.test("each record of JSON Lines, of an array or of objects in any layout is a document", async () => {
  const lines = RECORDS.map((record) => JSON.stringify(record));
  assertEquals(await documentsIn("a.jsonl", lines.join("\n")), TEXTS);
  assertEquals(await documentsIn("a.ndjson", `\n${lines.join("\r\n\r\n")}\n`), TEXTS);
  assertEquals(await documentsIn("a.json", JSON.stringify(RECORDS)), TEXTS);
  assertEquals(await documentsIn("a.json", JSON.stringify(RECORDS, null, 2)), TEXTS);
  assertEquals(await documentsIn("a.JSONL", lines.join("")), TEXTS);
});

Deno.test("the line end of a file is not part of its last document if line ends divide documents", async () => {
  const separator = "\n\n";
  for (const end of ["\n", "\r\n", "\r"]) {
    const contents = ["one", "two\nlines", "three"].join(separator) + "\n";
    const texts = await documentsIn("a.txt", contents.replaceAll("\n", end), { separator });
    assertEquals(texts, ["one", "two\nlines", "three"]);
    const typed = await documentsIn("a.txt", contents.replaceAll("\n", end), { separator: end + end });
    assertEquals(typed, texts);
  }
  assertEquals(await documentsIn("a.txt", "one<|end|>two\n", { separator: "<|end|>" }), ["one", "two\n"]);
});

Deno.test("records longer than what is read at a time are read whole", async () => {
  const texts = [babble(200_000), "short", babble(70_000)];
  assertEquals(await documentsIn("a.jsonl", texts.map((text) => JSON.stringify({ text })).join("\n")), texts);
});

Deno.test("the text of a record is in a field of a usual name, the only string, or the given field or path", async () => {
  const one = (record: object, field?: string) => documentsIn("a.jsonl", JSON.stringify(record), { field });
  assertEquals(await one({ title: "t", body: "b" }), ["b"]);
  assertEquals(await one({ content: "c", text: "t" }), ["t"]);
  assertEquals(await one({ id: 5, poem: "p" }), ["p"]);
  assertEquals(await one({ text: "t", title: "x" }, "title"), ["x"]);
  assertEquals(await one({ a: { b: [{ c: "deep" }] } }, "a.b.0.c"), ["deep"]);
  assertEquals(await one({ "a.b": { c: "deep" } }, "a.b.c"), ["deep"]);
  assertEquals(await one({ "a.b": "flat", a: { b: "deep" } }, "a.b"), ["flat"]);
});

Deno.test("records that cannot be read are refused with file, line and what was found", async () => {
  const refuse = async (contents: string, words: string, field?: string): Promise<void> => {
    const error = await assertRejects(() => documentsIn("a.jsonl", contents, { field }), Error, words) as Error;
    assert(error instanceof RangeError || error instanceof SyntaxError);
    assert(/^read .*a\.jsonl: expected /.test(error.message) && !error.message.includes("\n"), error.message);
    assert(error.message.length < 500, `${error.message.length} characters`);
  };
  const good = '{"text":"a"}\n';
  await refuse(`${good}plain`, 'expected a JSON object on line 2, found "p"');
  await refuse(`${good}${good}{"text":"a\n"}`, "expected a JSON string to end on line 3");
  await refuse(`${good}{"text":"a"`, "expected a whole JSON object on line 2");
  await refuse(`${good}{"text":a}`, "in the record on line 2");
  await refuse(`${good}{"text":null}`, 'expected a text in the field "text", found null, in the record on line 2');
  await refuse(`${good}{"txt":"a"}`, 'expected a text in the field "text", found none, in the record on line 2');
  await refuse(`${good}{"text":["a"]}`, "found a list, in the record on line 2");
  await refuse(`${good}{"text":{"a":1}}`, "found an object, in the record on line 2");
  await refuse(good, 'expected a text in the field "a.b", found none', "a.b");
  await refuse('{"one":"a","two":"b"}', "or --text-column, found one, two");
  await refuse(`{"${"x".repeat(5000)}":1,"${"y".repeat(5000)}":2}`, "or --text-column, found xxx");
});

Deno.test("a separator divides plain texts wherever it stands, and is removed", async () => {
  for (const separator of ["|", "<|endoftext|>", "\n\n\n", "aa"]) {
    const text = ["one", "two", " three", "é😀"].join(separator);
    assertEquals(await documentsIn("a.txt", text, { separator }), ["one", "two", " three", "é😀"]);
    // Blank documents are left out, such as those of a separator at the beginning or the end.
    assertEquals(await documentsIn("a.txt", separator + text + separator, { separator }), [
      "one",
      "two",
      " three",
      "é😀",
    ]);
  }
  assertEquals(await documentsIn("a.txt", "aaabaa", { separator: "aa" }), ["ab"]);
  // Separators across the limits of what is read at a time.
  const separator = "<|endoftext|>";
  for (let shift = 0; shift < separator.length + 2; shift++) {
    const texts = ["x".repeat(2 ** 16 - shift), "y".repeat(2 ** 16), "z".repeat(70_000)];
    assertEquals(await documentsIn("a.txt", texts.join(separator), { separator }), texts);
  }
});

Deno.test("a plain file without a separator is one document, also if it looks like JSON", async () => {
  assertEquals(await documentsIn("a.txt", '{"text":"a"}\n'), ['{"text":"a"}\n']);
});

Deno.test("documents do not extend over files, which may be plain, records or compressed", async () => {
  await inTempDir(async (directory) => {
    await Deno.writeTextFile(`${directory}/a.txt`, "one|two");
    await Deno.writeTextFile(`${directory}/b.txt`, "three|");
    await Deno.writeFile(`${directory}/c.jsonl.gz`, gzipSync('{"text":"four|"}'));
    await Deno.writeTextFile(`${directory}/d.json`, '[{"body":"five"}]');
    const paths = ["a.txt", "b.txt", "c.jsonl.gz", "d.json"].map((name) => `${directory}/${name}`);
    const { files, documents, separators } = await openDocuments(paths, { separator: "|" });
    assertEquals(separators, 2);
    const texts = await Promise.all(Array.from(documents.lengths, (_, i) => documents.read(i)));
    assertEquals([files, texts], [paths, ["one", "two", "three", "four|", "five"]]);
    await Deno.writeTextFile(`${directory}/blank.txt`, " \n ");
    await assertRejects(() => openDocuments(`${directory}/blank.txt`), RangeError, "expected documents with some text");
  });
});
