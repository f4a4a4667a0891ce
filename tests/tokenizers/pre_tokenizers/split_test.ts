import { assertEquals, assertThrows } from "@std/assert";
import { AlignedText } from "../../../tokenizers/aligned_text.ts";
import { Split } from "../../../tokenizers/pre_tokenizers/split.ts";
import { SPLIT_BEHAVIORS } from "../../../tokenizers/pre_tokenizers/split_text.ts";
import { literalPattern, regexPattern } from "../../../tokenizers/regex/mod.ts";
import { cut, pieces, preTokenizerContract, read } from "./contract.ts";

for (const behavior of SPLIT_BEHAVIORS) {
  for (const invert of [false, true]) {
    const name = `Split ${behavior}${invert ? ", inverted" : ""}`;
    preTokenizerContract(name, new Split({ pattern: regexPattern("\\s+"), behavior, invert }));
    preTokenizerContract(`${name}, at spaces`, new Split({ pattern: literalPattern(" "), behavior, invert }));
  }
}

const WORDS = regexPattern("\\w+(?!-)|[^\\s\\w]");
preTokenizerContract("Split at words", new Split({ pattern: WORDS, behavior: "Removed", invert: true }));

/** The pieces for each behavior, in the order of {@linkcode SPLIT_BEHAVIORS}. */
function cutEachWay(pattern: Split["pattern"], invert: boolean, text: string): string[] {
  return SPLIT_BEHAVIORS.map((behavior) => cut(new Split({ pattern, behavior, invert }), text).join("|"));
}

Deno.test("Split: handles matches according to the behavior", () => {
  assertEquals(cutEachWay(literalPattern("-"), false, "the-final--countdown"), [
    "the|final|countdown",
    "the|-|final|-|-|countdown",
    "the-|final-|-|countdown",
    "the|-final|-|-countdown",
    "the|-|final|--|countdown",
  ]);
});

Deno.test("Split: invert swaps matches and the text between them", () => {
  assertEquals(cutEachWay(regexPattern("\\w+|[^\\w\\s]+"), true, "How are you doing?"), [
    "How|are|you|doing|?",
    "How| |are| |you| |doing|?",
    "How |are |you |doing|?",
    "How| are| you| doing|?",
    "How| |are| |you| |doing?",
  ]);
});

Deno.test("Split: splits at empty matches", () => {
  const pattern = regexPattern("x*");
  assertEquals(cutEachWay(pattern, false, "axxbc"), ["a|b|c", "a|xx|b|c", "axx|b|c", "a|xxb|c", "a|xx|b|c"]);
  assertEquals(cutEachWay(pattern, true, "axxbc"), ["xx", "a|xx|b|c", "a|xxb|c", "axx|b|c", "a|xx|b|c"]);
});

Deno.test("Split: cutsBeforeSpaces depends on the pattern and the behavior", () => {
  const cuts = (invert: boolean): boolean[] =>
    SPLIT_BEHAVIORS.map((behavior) => new Split({ pattern: literalPattern(" "), behavior, invert }).cutsBeforeSpaces);
  assertEquals(cuts(false), [true, true, false, true, true]);
  assertEquals(cuts(true), [true, true, true, false, true]);
  assertEquals(new Split({ pattern: regexPattern(" "), behavior: "Isolated" }).cutsBeforeSpaces, false);
  const cutsWords = (source: string): boolean =>
    new Split({ pattern: regexPattern(source), behavior: "Removed", invert: true }).cutsBeforeSpaces;
  assertEquals(["\\w+(?!-)|[^\\s\\w]", "\\w+(?=\\s)", "\\w+$", "."].map(cutsWords), [true, false, false, false]);
  assertEquals(new Split({ pattern: regexPattern("\\w+"), behavior: "Removed" }).cutsBeforeSpaces, false);
});

Deno.test("Split: a rewritten text keeps its offsets", () => {
  const text = AlignedText.of("1€+2€").mapCharacters((character) => character === "€" ? " euros" : character);
  const split = new Split({ pattern: literalPattern(" "), behavior: "MergedWithNext" });
  assertEquals(pieces(split, text), [["1", 0, 1], [" euros+2", 1, 4], [" euros", 4, 5]]);
});

Deno.test("Split: a file must have every field", () => {
  const json = { type: "Split", pattern: { String: "b" }, behavior: "Isolated", invert: false };
  assertEquals(read(json).toJSON(), json);
  for (const field of ["pattern", "behavior", "invert"]) {
    assertThrows(
      () => read({ ...json, [field]: undefined }),
      SyntaxError,
      `pre_tokenizer.${field}: the field is missing`,
    );
  }
  assertThrows(() => read({ ...json, behavior: "isolated" }), SyntaxError, "pre_tokenizer.behavior");
});
