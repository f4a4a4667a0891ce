import { assertEquals, assertThrows } from "@std/assert";
import {
  isDocument,
  pathsOf,
  recordsOfDocument,
  recordsOfJSONLines,
  valueAt,
} from "../../../../tasks/data/tables/json.ts";

Deno.test("records of an array are numbered, those of JSON Lines have their lines", () => {
  assertEquals(recordsOfDocument('[\n {"a": 1},\n\n {"a": 2}\n]').records.map(({ number }) => number), [1, 2]);
  assertEquals(recordsOfJSONLines('{"a": 1}\n\n{"a": 2}\n'), [{ value: { a: 1 }, number: 1 }, {
    value: { a: 2 },
    number: 3,
  }]);
});

Deno.test("what is not a record is refused with its place, in a message of one short line", () => {
  const long = "x".repeat(10_000);
  const refused: [() => unknown, string][] = [
    [() => recordsOfDocument('[{"a": 1}, 2]'), "expected a JSON object in record 2, found 2"],
    [() => recordsOfDocument(`[["${long}"]]`), 'expected a JSON object in record 1, found ["xxx'],
    [() => recordsOfDocument(`[{"a": "${long}]`), "expected an array of JSON objects, found "],
    [() => recordsOfJSONLines(`{}\n"${long}"`), 'expected a JSON object on line 2, found "xxx'],
    [() => recordsOfJSONLines(`{}\n\n${long}`), "expected JSON on line 3, found "],
  ];
  for (const [read, message] of refused) {
    const error = assertThrows(read, SyntaxError, message);
    assertEquals(error.message.length < 200 && !error.message.includes("\n"), true, error.message);
  }
});

Deno.test("the first place that is not JSON is named with its line, and how to mend it", () => {
  const array = "expected an array of JSON objects, found ";
  const trailing = "instead of a value; remove the comma before it";
  const cases: [content: string, message: string][] = [
    ['[\n{"a": 1},\n{"a": 2},\n]\n', `${array}"]" on line 4 ${trailing}`],
    ['[\n{"a": 1,\n}]', `${array}"}" on line 3 instead of a key in double quotes; remove the comma before it`],
    ['[{"a": [1, ]}]', `${array}"]" on line 1 ${trailing}`],
    ['[\n{"a": 1}\n{"a": 2}]', `${array}"{" on line 3 instead of a comma or "]"`],
    ["[\n{'a': 1}]", `${array}"'" on line 2 instead of a key in double quotes`],
    ['[{"a": NaN}]', `${array}"NaN" on line 1 instead of a value`],
    ['[{"a" 01}]', `${array}"01" on line 1 instead of a colon`],
    ['[{"a": 1}\n', `${array}its end on line 2 instead of a comma or "]"`],
    ['[{"a": "b\nc"}]', `${array}a string without a closing quote on line 1 instead of a value`],
    ['[{"a": 1}]\n]', `${array}"]" on line 2 after the JSON value; remove it`],
  ];
  for (const [content, message] of cases) {
    assertEquals(assertThrows(() => recordsOfDocument(content), SyntaxError).message, message);
  }
  const line = assertThrows(() => recordsOfJSONLines('{"a": 1}\n{"a": 2},\n'), SyntaxError);
  assertEquals(line.message, 'expected JSON on line 2, found "," after the JSON value; remove it');
});

Deno.test("the records may be a single array within an object, and several arrays are refused", () => {
  const { records, path } = recordsOfDocument('{"n": [1], "all": {"data": [{"a": 1}, {"a": 2}]}}');
  assertEquals([records.map(({ value }) => value.a), path], [[1, 2], "all.data"]);
  assertThrows(
    () => recordsOfDocument('{"train": [{"a": 1}], "test": [{"a": 2}]}'),
    SyntaxError,
    "expected one array of JSON objects, found 2 (train, test); write each to a file of its own",
  );
  assertThrows(() => recordsOfDocument('{"data": [{"a": 1}, 2]}'), SyntaxError, "in record 2 of data, found 2");
  assertThrows(() => recordsOfDocument('{"a": 1}'), SyntaxError, 'expected an array of JSON objects, found {"a":1}');
});

Deno.test("a text is JSON Lines unless it is one value with an array of records", () => {
  const documents = [
    '[{"a": 1}]',
    " [\n{}]",
    '{\n"a": [{}]}',
    '{"a": [\n{"b": 1}]}',
    '{"v": 1,\n"a": [{}]}',
    '{"a": [{}]}',
    '{"a": [{"b": 1},\n{"b": 2}]}',
    '{"v": 1, "a": [{"b": "]}"},\n  {"b": 2}\n]}',
    '{"v": 1\n, "a": [{}]}',
  ];
  const lines = [
    '{"a": 1}',
    '{"a": [{}]}\n{"a": [{}]}',
    '{"a": [1]}',
    '{"a": 1},\n{"a": 2},',
    '{"a": "[{},\n{"a": 2}',
    "a",
    "",
  ];
  assertEquals([...documents, ...lines].map(isDocument), [...documents.map(() => true), ...lines.map(() => false)]);
});

Deno.test("a path leads through nested objects and arrays, and a key with dots comes first", () => {
  const value = { a: { b: { c: 1 }, "b.c": 2, list: [{ d: 3 }] }, "a.x": 4, e: { "f.g": { h: 5 } } };
  assertEquals(["a.b.c", "a.x", "a.list.0.d", "e.f.g.h"].map((path) => valueAt(value, path)), [2, 4, 3, 5]);
  assertEquals(["b", "a.b.d", "a.toString", "a.x.y"].map((path) => valueAt(value, path)), Array(4).fill(undefined));
  assertEquals(pathsOf({ id: 1, translation: { en: "a", de: "b" }, tags: ["x"], none: null }), [
    "id",
    "translation.en",
    "translation.de",
    "tags",
    "none",
  ]);
});

Deno.test("a key of more than 100 characters, or more than 8 parts, leads to no other value", () => {
  const [short, long] = ["k".repeat(100), "k".repeat(101)];
  const [few, many] = ["a.".repeat(8).slice(0, -1), "a.".repeat(9).slice(0, -1)];
  const value = { [short]: { x: 1 }, [few]: { x: 2 }, [long]: { x: 3 }, [many]: { x: 4 }, [`${long}.y`]: 5 };
  assertEquals(pathsOf(value), [`${short}.x`, `${few}.x`, long, many, `${long}.y`]);
  assertEquals(pathsOf(value).map((path) => valueAt(value, path)), [1, 2, { x: 3 }, { x: 4 }, 5]);
  assertEquals([long, many].map((key) => valueAt(value, `${key}.x`)), [undefined, undefined]);
});
