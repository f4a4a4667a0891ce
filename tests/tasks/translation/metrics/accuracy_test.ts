import { assertEquals, assertThrows } from "@std/assert";
import { exactMatch, tokenMatch } from "../../../../tasks/translation/metrics/mod.ts";

Deno.test("exactMatch returns the share of hypotheses that equal a reference", () => {
  assertEquals(exactMatch(["a b", "c", "d", ""], ["a b", "C", ["e", "d"], ""]), 3 / 4);
  assertEquals(exactMatch(["a  b"], ["a b"]), 0);
});

Deno.test("tokenMatch matches values computed by hand", () => {
  // Two of three, none of two since all are shifted by one, and one of four.
  assertEquals(tokenMatch(["a b c", "b c", "x y"], ["a b d", "a b", "x"]), (2 + 0 + 1) / (3 + 2 + 2));
  assertEquals(tokenMatch(["a b"], ["a  b\t"]), 1);
  assertEquals(tokenMatch(["a b c d"], [["a", "a b x"]]), 2 / 4);
  assertEquals(tokenMatch(["", "a"], ["", ""]), 0);
  assertEquals(tokenMatch([""], [""]), 1);
});

Deno.test("accuracies throw an error for different counts, no sentences and no references", () => {
  for (const measure of [exactMatch, tokenMatch]) {
    assertThrows(() => measure(["a"], []), RangeError, "found 1 hypotheses and 0 references");
    assertThrows(() => measure([], []), RangeError, "expected at least one hypothesis, found none");
    assertThrows(() => measure(["a"], [[]]), RangeError, "expected at least one reference");
  }
});
