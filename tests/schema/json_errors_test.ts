import { assertEquals, assertThrows } from "@std/assert";
import { parseJSON } from "../../src/schema/mod.ts";

Deno.test("JSON may be nested 256 deep, whatever its strings have in them", () => {
  const nested = (depth: number): string => `${'[{"[\\"{":'.repeat(depth / 2)}1${"}]".repeat(depth / 2)}`;
  assertEquals(parseJSON(nested(256), "expected JSON"), JSON.parse(nested(256)));
  assertThrows(
    () => parseJSON(nested(258), "read a.json: expected JSON"),
    SyntaxError,
    "read a.json: expected JSON, found lists or objects more than 256 deep",
  );
  const beside = `[${"[],".repeat(1000)}{}]`;
  assertEquals(parseJSON(beside, "expected JSON"), JSON.parse(beside));
});
