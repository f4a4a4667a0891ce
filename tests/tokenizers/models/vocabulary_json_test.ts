import { assertEquals, assertThrows } from "@std/assert";
import { JSONFields } from "../../../tokenizers/json_fields.ts";
import { vocabularyFromJSON } from "../../../tokenizers/models/vocabulary_json.ts";

function read(json: string): Map<string, number> {
  return vocabularyFromJSON(new JSONFields(JSON.parse(json), "model"));
}

Deno.test("tokens keep their ids, which may have gaps, and any string is a valid token", () => {
  const vocabulary = read('{"vocab": {"b": 7, "a": 0, "": 2, "__proto__": 3, "constructor": 1, "1": 4}}');
  assertEquals(
    [...vocabulary].sort(([, a], [, b]) => a - b),
    [["a", 0], ["constructor", 1], ["", 2], ["__proto__", 3], ["1", 4], ["b", 7]],
  );
  assertEquals(read('{"vocab": {}}').size, 0);
});

Deno.test("an invalid id is rejected with its token", () => {
  const place = "read a tokenizer: model.vocab: the id of";
  for (const id of ['"0"', "null", "true", "[0]"]) {
    assertThrows(() => read(`{"vocab": {"x": ${id}}}`), SyntaxError, `${place} "x": expected a number, found ${id}`);
  }
  for (const [id, found] of [["-1", "-1"], ["0.5", "0.5"], ["1e300", "1e+300"]]) {
    assertThrows(
      () => read(`{"vocab": {"x": ${id}}}`),
      RangeError,
      `${place} "x": expected a whole number of at least 0, found ${found}`,
    );
  }
  assertThrows(
    () => read('{"vocab": {"a": 1, "__proto__": 1}}'),
    RangeError,
    `${place} "__proto__": expected a unique id, found 1, also the id of "a"`,
  );
});

Deno.test("a vocabulary that is not an object is rejected", () => {
  assertThrows(() => read('{"vocab": ["a"]}'), SyntaxError, "read a tokenizer: model.vocab: expected an object");
  assertThrows(() => read("{}"), SyntaxError, "read a tokenizer: model.vocab: the field is missing");
});
