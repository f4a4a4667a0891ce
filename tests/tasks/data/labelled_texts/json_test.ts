import { assertEquals } from "@std/assert";
import { describeTable } from "../../../../tasks/data/mod.ts";
import { pairs, read, refuse } from "./read_file.ts";

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

Deno.test("a usual name after the first 1,000 records is a column too, so that no other one replaces it", async () => {
  const first = '{"text": "a", "lang": "en"}\n'.repeat(1500);
  const late = '{"text": "b", "lang": "en", "label": "x"}\n';
  await refuse("a.jsonl", first + late, 'expected a field "label" with a text on line 1, found none');
  const found = await read("a.jsonl", first + late.replace("label", "note"));
  assertEquals([found.texts.length, found.labelColumn], [1501, "lang"]);
  const asked = await read("a.jsonl", first + late, { labelColumn: "lang" });
  assertEquals([asked.texts.length, asked.labelColumn], [1501, "lang"]);
});

Deno.test("JSON with one field is refused with its name and what is missing", async () => {
  const label =
    "expected --label-column or a column label, sentiment, class, category, target, polarity, rating, stars, " +
    "labels, sentiments, classes, categories or targets";
  await refuse("a.jsonl", '{"text": "a"}\n', `${label}, found the column text`);
  const text = "expected --text-column or a column text, sentence, ";
  for (const content of ['{"label": "a"}\n', '[{"label": "a"}]']) await refuse("a.json", content, text);
  await refuse("a.jsonl", '{"label": "a"}\n', "or sequence, found the column label");
  await refuse("a.jsonl", "{}\n", "expected at least 2 columns, found 0");
});

Deno.test("the line ends of a JSON file do not matter", async () => {
  const [a, b] = ['{"text":"a","label":"x"}', '{"text":"b","label":"y"}'];
  for (
    const content of [
      `{"data": [${a},\n${b}]}`,
      `{"version":1,"rows":[${a},\n  ${b}\n]}\n`,
      `{"version":1\n,"rows":[${a}\n,${b}]}`,
      `{"rows"\n:[${a},${b}]}`,
      `[${a},${b}\n]`,
    ]
  ) {
    for (const name of ["a.json", "a"]) {
      const found = await read(name, content);
      assertEquals([pairs(found), found.format], [[["a", "x"], ["b", "y"]], "json"], content);
    }
  }
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
