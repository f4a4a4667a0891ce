import { assertEquals, assertThrows } from "@std/assert";
import { Punctuation } from "../../../tokenizers/pre_tokenizers/punctuation.ts";
import { SPLIT_BEHAVIORS } from "../../../tokenizers/pre_tokenizers/split_text.ts";
import { cut, preTokenizerContract, read } from "./contract.ts";

for (const behavior of SPLIT_BEHAVIORS) preTokenizerContract(`Punctuation ${behavior}`, new Punctuation({ behavior }));

Deno.test("Punctuation: handles the marks according to the behavior", () => {
  const text = "so... well, «no»!";
  const cutWith = (behavior: Punctuation["behavior"]): string => cut(new Punctuation({ behavior }), text).join("|");
  assertEquals(cutWith("Removed"), "so| well| |no");
  assertEquals(cutWith("Isolated"), "so|.|.|.| well|,| |«|no|»|!");
  assertEquals(cutWith("MergedWithPrevious"), "so.|.|.| well,| «|no»|!");
  assertEquals(cutWith("MergedWithNext"), "so|.|.|. well|, |«no|»|!");
  assertEquals(cutWith("Contiguous"), "so|...| well|,| |«|no|»!");
});

Deno.test("Punctuation: the behavior in a file defaults to Isolated and must be one of five", () => {
  assertEquals(read({ type: "Punctuation" }).toJSON(), { type: "Punctuation", behavior: "Isolated" });
  assertThrows(
    () => read({ type: "Punctuation", behavior: "removed" }),
    SyntaxError,
    'pre_tokenizer.behavior: expected one of "Removed"',
  );
});
