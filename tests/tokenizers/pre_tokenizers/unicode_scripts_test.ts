import { assertEquals } from "@std/assert";
import { UnicodeScripts } from "../../../tokenizers/pre_tokenizers/unicode_scripts.ts";
import { pieces, preTokenizerContract } from "./contract.ts";

preTokenizerContract("UnicodeScripts", new UnicodeScripts());

Deno.test("UnicodeScripts: Japanese is one script, marks and signs are scripts of their own", () => {
  assertEquals(pieces(new UnicodeScripts(), "どこで生れスター。Yes"), [["どこで生れスター", 0, 8], ["。", 8, 9], [
    "Yes",
    9,
    12,
  ]]);
  assertEquals(pieces(new UnicodeScripts(), "ae\u0301.1"), [["ae", 0, 2], ["\u0301", 2, 3], [".1", 3, 5]]);
});

Deno.test("UnicodeScripts: a space goes with what stands before it; leading ones are left out", () => {
  assertEquals(pieces(new UnicodeScripts(), " 京a 京"), [["京", 1, 2], ["a ", 2, 4], ["京", 4, 5]]);
  assertEquals(pieces(new UnicodeScripts(), "  "), []);
});
