import { assertEquals, assertThrows } from "@std/assert";
import { count, describeValue, expectKind, withArticle } from "../../src/schema/mod.ts";

Deno.test("a noun is in the singular after 1, and in the plural after any other number", () => {
  const counts = [0, 1, 2, 1000].map((n) => count(n, "document"));
  assertEquals(counts, ["0 documents", "1 document", "2 documents", "1,000 documents"]);
});

Deno.test("the article fits the sound with which a noun begins", () => {
  const vowels = ["object", "Int32Array", "Error", "encoder", "unknown symbol"];
  assertEquals(vowels.map(withArticle), vowels.map((noun) => `an ${noun}`));
  const others = ["list", "Map", "Uint8Array", "URL", "unigram", "language model"];
  assertEquals(others.map(withArticle), others.map((noun) => `a ${noun}`));
  assertEquals([new Map(), new Int32Array(), new Uint8Array()].map(describeValue), [
    "a Map",
    "an Int32Array",
    "a Uint8Array",
  ]);
  assertEquals(describeValue({ samples: new Float32Array(9), rate: 8 }), '{"samples":"a Float32Array","rate":8}');
  assertThrows(() => expectKind("fit", "path", [], "string"), TypeError, "to be a string, found []");
});
