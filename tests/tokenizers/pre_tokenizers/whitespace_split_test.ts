import { assertEquals } from "@std/assert";
import { WhitespaceSplit } from "../../../tokenizers/pre_tokenizers/whitespace_split.ts";
import { cut, preTokenizerContract } from "./contract.ts";

preTokenizerContract("WhitespaceSplit", new WhitespaceSplit());

Deno.test("WhitespaceSplit: U+0085 is white space, the byte order mark is not", () => {
  assertEquals(cut(new WhitespaceSplit(), " a\u0085b\u00a0c\u3000d\ufeffe\u200bf\u180eg\t"), [
    "a",
    "b",
    "c",
    "d\ufeffe\u200bf\u180eg",
  ]);
});
