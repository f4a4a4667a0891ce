import { assertEquals, assertThrows } from "@std/assert";
import { CharDelimiterSplit } from "../../../tokenizers/pre_tokenizers/char_delimiter_split.ts";
import { cut, pieces, preTokenizerContract, read } from "./contract.ts";

preTokenizerContract("CharDelimiterSplit at spaces", new CharDelimiterSplit({ delimiter: " " }));
preTokenizerContract("CharDelimiterSplit at full stops", new CharDelimiterSplit({ delimiter: "." }));

Deno.test("CharDelimiterSplit: delimiters are removed", () => {
  assertEquals(pieces(new CharDelimiterSplit({ delimiter: " " }), "a  b"), [["a", 0, 1], ["b", 3, 4]]);
  assertEquals(cut(new CharDelimiterSplit({ delimiter: "😀" }), "😀a😀b"), ["a", "b"]);
});

Deno.test("CharDelimiterSplit: the delimiter must be one character", () => {
  for (const delimiter of ["", "ab"]) {
    assertThrows(
      () => new CharDelimiterSplit({ delimiter }),
      RangeError,
      `expected one character, found "${delimiter}"`,
    );
    assertThrows(
      () => read({ type: "CharDelimiterSplit", delimiter }),
      RangeError,
      "pre_tokenizer.delimiter: expected one character",
    );
  }
});
