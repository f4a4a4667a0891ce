import { assertEquals } from "@std/assert";
import { BERT } from "../../../tokenizers/pre_tokenizers/bert.ts";
import { cut, pieces, preTokenizerContract } from "./contract.ts";

preTokenizerContract("BERT", new BERT());

Deno.test("BERT: each punctuation mark is a separate piece", () => {
  assertEquals(pieces(new BERT(), "Hey friend!  How are you?!?"), [
    ["Hey", 0, 3],
    ["friend", 4, 10],
    ["!", 10, 11],
    ["How", 13, 16],
    ["are", 17, 20],
    ["you", 21, 24],
    ["?", 24, 25],
    ["!", 25, 26],
    ["?", 26, 27],
  ]);
});

Deno.test("BERT: ASCII symbols count as punctuation, other Unicode symbols do not", () => {
  assertEquals(cut(new BERT(), "a$b+c`d£e—f＄g"), ["a", "$", "b", "+", "c", "`", "d£e", "—", "f＄g"]);
});
