import { assertEquals } from "@std/assert";
import { visible } from "../../../cli/terminal/mod.ts";

Deno.test("visible shows control characters and bidirectional overrides as escapes that JSON can read", () => {
  assertEquals(visible("a\x1b[2Jb\rc\x00\x7f\u009b"), "a\\u001b[2Jb\\u000dc\\u0000\\u007f\\u009b");
  assertEquals(visible("\u202a\u202e\u2066\u2069"), "\\u202a\\u202e\\u2066\\u2069");
  const label = "\x1b]0;t\x07\u202e\u0085";
  assertEquals(JSON.parse(visible(JSON.stringify({ label }))), { label });
});

Deno.test("visible leaves other texts as they are", () => {
  for (const text of ["a\tb\n", "é ß 漢字 \u05d0\u05d1 👩‍👩‍👧", "\u00a0\u00ad\u200e\u200d"]) {
    assertEquals(visible(text), text);
  }
});
