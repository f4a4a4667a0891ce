import { assert, assertEquals } from "@std/assert";
import { byCloseness, editDistance, nearest } from "../../src/schema/nearest.ts";

Deno.test("editDistance counts insertions, deletions and replacements", () => {
  const cases: [string, string, number][] = [
    ["", "", 0],
    ["", "abc", 3],
    ["abc", "", 3],
    ["kitten", "sitting", 3],
    ["sunday", "saturday", 3],
    ["batch", "batch", 0],
    ["bacth", "batch", 2],
  ];
  for (const [a, b, distance] of cases) assertEquals([editDistance(a, b), editDistance(b, a)], [distance, distance]);
});

Deno.test("nearest returns a name only if it is similar enough", () => {
  const names = ["hidden", "layers", "lr", "json"];
  assertEquals(nearest("hiden", names), "hidden");
  assertEquals(nearest("layer", names), "layers");
  assertEquals(nearest("l", names), undefined);
  assertEquals(nearest("temperature", names), undefined);
  assertEquals(nearest("hidden", []), undefined);
});

Deno.test("nearest returns the shortest name that begins with a word of two characters or more", () => {
  const names = ["tie", "top-k", "temperature-decay", "temperature", "seed"];
  assertEquals(nearest("temp", names), "temperature");
  assertEquals(nearest("t", names), undefined);
  assertEquals(nearest("", names), undefined);
});

Deno.test("byCloseness puts names that begin with the word first, then the more similar ones", () => {
  assertEquals(byCloseness("my", ["c", "my-long-model", "mi", "my-gru"]), ["my-gru", "my-long-model", "mi", "c"]);
});

Deno.test("a word that is far longer than all names is compared with none", () => {
  const start = performance.now();
  assertEquals(nearest("hidden".repeat(1_000_000), ["hidden", "layers", "temperature"]), undefined);
  assert(performance.now() - start < 1000);
});
