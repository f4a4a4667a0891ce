import { assertEquals, assertThrows } from "@std/assert";
import { Digits } from "../../../tokenizers/pre_tokenizers/digits.ts";
import { pieces, preTokenizerContract, read } from "./contract.ts";

preTokenizerContract("Digits", new Digits());
preTokenizerContract("Digits, each alone", new Digits({ individualDigits: true }));

Deno.test("Digits: splits off all numeric characters, in runs or individually", () => {
  const text = "x½٣ 𝟙2.";
  assertEquals(pieces(new Digits(), text), [["x", 0, 1], ["½٣", 1, 3], [" ", 3, 4], ["𝟙2", 4, 7], [".", 7, 8]]);
  assertEquals(pieces(new Digits({ individualDigits: true }), text), [
    ["x", 0, 1],
    ["½", 1, 2],
    ["٣", 2, 3],
    [" ", 3, 4],
    ["𝟙", 4, 6],
    ["2", 6, 7],
    [".", 7, 8],
  ]);
});

Deno.test("Digits: a file must have individual_digits", () => {
  assertThrows(() => read({ type: "Digits" }), SyntaxError, "pre_tokenizer.individual_digits: the field is missing");
});
