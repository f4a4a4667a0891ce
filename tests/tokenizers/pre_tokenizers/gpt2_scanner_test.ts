import { assertEquals } from "@std/assert";
import { gpt2PieceEnd } from "../../../tokenizers/pre_tokenizers/gpt2_scanner.ts";
import { caseCount } from "../../support/case_count.ts";
import { BROKEN_TEXTS, HARD_TEXTS } from "../contract.ts";
import { randomTexts } from "./contract.ts";

const WORDS = ["'s|'t|'re|'ve|'m|'ll|'d", " ?\\p{L}+", " ?\\p{N}+", " ?[^\\p{White_Space}\\p{L}\\p{N}]+"];
const SPACES = ["\\p{White_Space}+(?!\\P{White_Space})", "\\p{White_Space}+"];
const PATTERN = new RegExp([...WORDS, ...SPACES].join("|"), "gu");

function scan(text: string): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length;) {
    const end = gpt2PieceEnd(text, at);
    pieces.push(text.slice(at, end));
    at = end;
  }
  return pieces;
}

Deno.test("the GPT-2 scanner equals the regular expression on hard texts and random ones", () => {
  for (const text of [...HARD_TEXTS, ...BROKEN_TEXTS, ...randomTexts(caseCount(5000))]) {
    assertEquals(scan(text), text.match(PATTERN) ?? []);
  }
});

Deno.test("the GPT-2 scanner splits off contractions", () => {
  assertEquals(
    scan("it's, we've, I'm, you'll, he'd, don't, they're, O'Neill's, 'tis, 'S, 'v, 'l"),
    "it|'s|,| we|'ve|,| I|'m|,| you|'ll|,| he|'d|,| don|'t|,| they|'re|,| O|'|Neill|'s|,| '|tis|,| '|S|,| '|v|,| '|l"
      .split("|"),
  );
});
