import { assertEquals, assertThrows } from "@std/assert";
import { pathsOf, recordsOfArray, recordsOfJSONLines, valueAt } from "../../../../tasks/data/tables/json.ts";

Deno.test("records of an array are numbered, those of JSON Lines have their lines", () => {
  assertEquals(recordsOfArray('[\n {"a": 1},\n\n {"a": 2}\n]').map(({ number }) => number), [1, 2]);
  assertEquals(recordsOfJSONLines('{"a": 1}\n\n{"a": 2}\n'), [{ value: { a: 1 }, number: 1 }, {
    value: { a: 2 },
    number: 3,
  }]);
});

Deno.test("what is not a record is refused with its place, in a message of one short line", () => {
  const long = "x".repeat(10_000);
  const refused: [() => unknown, string][] = [
    [() => recordsOfArray('[{"a": 1}, 2]'), "expected a JSON object in record 2, found 2"],
    [() => recordsOfArray(`[["${long}"]]`), 'expected a JSON object in record 1, found ["xxx'],
    [() => recordsOfArray(`[{"a": "${long}]`), "expected an array of JSON objects, found "],
    [() => recordsOfJSONLines(`{}\n"${long}"`), 'expected a JSON object on line 2, found "xxx'],
    [() => recordsOfJSONLines(`{}\n\n${long}`), "expected JSON on line 3, found "],
  ];
  for (const [read, message] of refused) {
    const error = assertThrows(read, SyntaxError, message);
    assertEquals(error.message.length < 200 && !error.message.includes("\n"), true, error.message);
  }
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
