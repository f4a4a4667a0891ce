import { assertEquals } from "@std/assert";
import { Whitespace } from "../../../tokenizers/pre_tokenizers/whitespace.ts";
import { pieces, preTokenizerContract } from "./contract.ts";

preTokenizerContract("Whitespace", new Whitespace());

Deno.test("Whitespace: words consist of letters, marks, decimal digits, connectors and joiners", () => {
  assertEquals(pieces(new Whitespace(), "a\u200db c\u0301 _x९² 😀!"), [
    ["a\u200db", 0, 3],
    ["c\u0301", 4, 6],
    ["_x९", 7, 10],
    ["²", 10, 11],
    ["😀!", 12, 15],
  ]);
});
