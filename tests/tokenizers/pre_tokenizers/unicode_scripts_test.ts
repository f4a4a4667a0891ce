import { assertEquals } from "@std/assert";
import { UnicodeScripts } from "../../../tokenizers/pre_tokenizers/unicode_scripts.ts";
import { pieces, preTokenizerContract } from "./contract.ts";

preTokenizerContract("UnicodeScripts", new UnicodeScripts());

Deno.test("UnicodeScripts: Japanese is one script; marks and symbols are separate", () => {
  assertEquals(pieces(new UnicodeScripts(), "どこで生れスター。Yes"), [["どこで生れスター", 0, 8], ["。", 8, 9], [
    "Yes",
    9,
    12,
  ]]);
  assertEquals(pieces(new UnicodeScripts(), "ae\u0301.1"), [["ae", 0, 2], ["\u0301", 2, 3], [".1", 3, 5]]);
});

Deno.test("UnicodeScripts: a space joins the text before it; leading spaces are removed", () => {
  assertEquals(pieces(new UnicodeScripts(), " 京a 京"), [["京", 1, 2], ["a ", 2, 4], ["京", 4, 5]]);
  assertEquals(pieces(new UnicodeScripts(), "  "), []);
});
