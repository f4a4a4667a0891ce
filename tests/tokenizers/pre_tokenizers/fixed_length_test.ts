import { assertEquals, assertThrows } from "@std/assert";
import { FixedLength } from "../../../tokenizers/pre_tokenizers/fixed_length.ts";
import { pieces, preTokenizerContract, read } from "./contract.ts";

preTokenizerContract("FixedLength", new FixedLength());

Deno.test("FixedLength: counts characters, not code units", () => {
  assertEquals(pieces(new FixedLength({ length: 2 }), "😀bcéd"), [["😀b", 0, 3], ["cé", 3, 5], ["d", 5, 6]]);
});

Deno.test("FixedLength: the length in a file defaults to 5 and must be at least 1", () => {
  assertEquals(read({ type: "FixedLength" }).toJSON(), { type: "FixedLength", length: 5 });
  for (const length of [0, -1, 1.5]) {
    assertThrows(() => new FixedLength({ length }), RangeError, `at least 1, found ${length}`);
    assertThrows(
      () => read({ type: "FixedLength", length }),
      RangeError,
      `pre_tokenizer.length: expected a whole number of at least 1`,
    );
  }
});
