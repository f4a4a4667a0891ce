import { assertEquals, assertThrows } from "@std/assert";
import { Kmer } from "../../../tokenizers/pre_tokenizers/kmer.ts";
import { cut, pieces, preTokenizerContract, read } from "./contract.ts";

preTokenizerContract("Kmer", new Kmer());
preTokenizerContract("Kmer of 6 in steps of 2", new Kmer({ k: 6, stride: 2 }));

Deno.test("Kmer: pieces overlap, in steps of the stride, and count characters", () => {
  assertEquals(pieces(new Kmer({ k: 3 }), "ATGG"), [["ATG", 0, 3], ["TGG", 1, 4]]);
  assertEquals(cut(new Kmer({ k: 3, stride: 2 }), "ATGGCA"), ["ATG", "GGC"]);
  assertEquals(cut(new Kmer({ k: 1 }), "ATG"), ["A", "T", "G"]);
  assertEquals(pieces(new Kmer({ k: 2 }), "a😀b"), [["a😀", 0, 3], ["😀b", 1, 4]]);
});

Deno.test("Kmer: pieces cross no white space, and a stretch shorter than k has none", () => {
  assertEquals(cut(new Kmer({ k: 2 }), "AT\nG ATG\r\n"), ["AT", "AT", "TG"]);
  assertEquals(cut(new Kmer({ k: 4 }), "ATG"), []);
});

Deno.test("Kmer: k must be from 1 to 12, the stride at least 1, in a file too", () => {
  for (const k of [0, 13, 1.5]) {
    assertThrows(() => new Kmer({ k }), RangeError, `expected k from 1 to 12, found ${k}`);
    assertThrows(() => read({ type: "Kmer", k, stride: 1 }), RangeError, "pre_tokenizer.k: expected a whole number");
  }
  assertThrows(() => new Kmer({ stride: 0 }), RangeError, "expected a stride of at least 1, found 0");
  assertThrows(() => read({ type: "Kmer", k: 3, stride: 0 }), RangeError, "pre_tokenizer.stride: expected a whole");
  assertThrows(() => read({ type: "Kmer", k: 3 }), SyntaxError, "pre_tokenizer.stride: the field is missing");
});
