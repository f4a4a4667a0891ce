import { assert, assertEquals, assertThrows } from "@std/assert";
import { JSONFields } from "../../../tokenizers/json_fields.ts";
import { SeededRandom } from "../../../tokenizers/random.ts";
import { Matcher } from "../../../tokenizers/regex/matcher.ts";
import { literalPattern, type Pattern, patternFromJSON, regexPattern } from "../../../tokenizers/regex/mod.ts";
import { caseCount } from "../../support/case_count.ts";
import { compilePattern } from "../../../tokenizers/regex/program.ts";

function matches(pattern: Pattern, text: string): string[] {
  const found: string[] = [];
  pattern.forEachMatch(text, (start, end) => found.push(text.slice(start, end)));
  return found;
}

/** A pattern, a text, and Oniguruma's matches. */
const CASES: readonly (readonly [pattern: string, text: string, expected: readonly string[]])[] = [
  ["a+", "aab a", ["aa", "a"]],
  ["a|ab", "abab", ["a", "a"]],
  ["(?:a|ab)(?:c|bcd)", "abcd", ["abcd"]],
  ["a*?b", "aab", ["aab"]],
  ["a??", "aa", ["", "", ""]],
  ["x*", "axb", ["", "x", ""]],
  ["a{2}", "aaaaa", ["aa", "aa"]],
  ["a{2,3}", "aaaaa", ["aaa", "aa"]],
  ["a{,2}b", "aaab", ["aab"]],
  ["a{1,}?", "aa", ["a", "a"]],
  ["a++a", "aaa", []],
  ["(?>a|ab)c", "abc ac", ["ac"]],
  ["\\p{N}{1,3}", "12345", ["123", "45"]],
  ["\\s+(?!\\S)", "a   b", ["  "]],
  ["(?<=a)b", "ab cb", ["b"]],
  ["(?<!a)b", "ab cb", ["b"]],
  ["(?<=😀)b", "😀b b", ["b"]],
  ["^a", "a\na", ["a", "a"]],
  ["a$", "a\na", ["a", "a"]],
  ["\\Aa|b\\z|c\\Z", "a\nac\nb", ["a", "b"]],
  ["c\\Z", "c\n", ["c"]],
  [".", "a\n\u2028", ["a", "\u2028"]],
  ["(?m:.)", "\n", ["\n"]],
  ["\\bab\\b", "ab éab ab", ["ab", "ab"]],
  ["(?i:ß|s)", "ẞsſ", ["ẞ", "s", "ſ"]],
  ["a(?i)b|c", "aB ac aC c", ["aB", "ac", "aC"]],
  ["(?i:[a-c])", "ABD", ["A", "B"]],
  ["(?i:\\p{Lu})", "aB", ["B"]],
  ["[^\\r\\n\\p{L}]", "a1\n", ["1"]],
  ["[a-c&&[^b]]", "abc", ["a", "c"]],
  ["[]a]", "]a", ["]", "a"]],
  ["[a\\-z]", "-m", ["-"]],
  ["[[:alpha:]]+", "aé1", ["aé"]],
  ["[[:^digit:]]", "1a", ["a"]],
  ["\\p{Han}", "a漢", ["漢"]],
  ["\\p{^L}", "a1", ["1"]],
  ["\\P{L}", "a1", ["1"]],
  ["\\h+", "xfFg", ["fF"]],
  ["\\x{1F600}\\u00e9\\x41", "😀éA", ["😀éA"]],
  ["\\s", "\u0085\ufeff", ["\u0085"]],
  ["\\w+", "aé_1漢-", ["aé_1漢"]],
  ["\\R", "\r\n\n", ["\r\n", "\n"]],
  ["(?x) a b # both\n c", "abc", ["abc"]],
  ["a(?#comment)b", "ab", ["ab"]],
  ["(?<name>a)b", "ab", ["ab"]],
  ["(?:a*)*b", "aab", ["aab"]],
  ["(a|b*)*c", "abbac", ["abbac"]],
  ["", "ab", ["", "", ""]],
];

Deno.test("regular expressions match like Oniguruma", () => {
  for (const [source, text, expected] of CASES) {
    assertEquals(matches(regexPattern(source), text), expected, `${source} in ${JSON.stringify(text)}`);
  }
});

Deno.test("fixed strings match from left to right, the empty string between all characters", () => {
  assertEquals(matches(literalPattern("aa"), "aaaaa"), ["aa", "aa"]);
  assertEquals(matches(literalPattern("(a+)+"), "(a+)+"), ["(a+)+"]);
  assertEquals(matches(literalPattern(""), "a😀"), ["", "", ""]);
});

Deno.test("an unpaired surrogate is one non-letter character, and no match splits a pair", () => {
  assertEquals(matches(regexPattern("\\p{L}|."), "\ud83da😀\ude00"), ["\ud83d", "a", "😀", "\ude00"]);
  assertEquals(matches(regexPattern("\ud83d"), "😀"), []);
});

/** Expressions on which JavaScript's engine takes exponential time, with texts that trigger it. */
const HOSTILE: readonly (readonly [pattern: string, text: (length: number) => string])[] = [
  ["(a+)+$", (length) => "a".repeat(length) + "!"],
  ["(a|a)*b", (length) => "a".repeat(length)],
  ["(a|a)*?b", (length) => "a".repeat(length)],
  ["(?:a?){20}a{20}b", (length) => "a".repeat(length)],
  ["(a*)*b", (length) => "a".repeat(length)],
  ["((a|b)*c)*d", (length) => "ab".repeat(length / 2)],
  ["(x+x+)+y", (length) => "x".repeat(length)],
  [".*.*.*=", (length) => "x".repeat(length)],
  ["\\s+$", (length) => " ".repeat(length) + "x"],
  ["(?=.*b)a", (length) => "a".repeat(length) + "b"],
  ["(?=(?=(?=.*b).*b).*b)a", (length) => "a".repeat(length) + "b"],
  ["(?>a+)b", (length) => "a".repeat(length)],
  ["(?>(?:a|aa)+)b", (length) => "a".repeat(length)],
];

Deno.test("matching takes linear time, whatever the expression", () => {
  const steps = (source: string, text: string): number => {
    const matcher = new Matcher(compilePattern(source), text);
    for (let at = 0; at <= text.length; at++) matcher.matchAt(at);
    return matcher.totalSteps;
  };
  for (const [source, text] of HOSTILE) {
    const [short, long] = [2000, 16_000].map((length) => steps(source, text(length)));
    assert(long < 10 * short, `${source}: ${short} steps for 2,000 characters, ${long} for 16,000`);
  }
});

Deno.test("a match of a million characters does not overflow the stack", () => {
  const text = "a".repeat(1_000_000);
  for (const source of ["a*", "(?:a|b)*", "(?:a|b)*?\\z", "(?=(?:a|b)*\\z)a*", "(?>(?:a|b)*)"]) {
    assertEquals(matches(regexPattern(source), text)[0], text);
  }
});

Deno.test("malformed and unsupported expressions are rejected with the index", () => {
  const refuses = (source: string, message: string): void => {
    const error = assertThrows(() => regexPattern(source), SyntaxError, message);
    assertEquals(error.message.includes("\n"), false);
  };
  refuses("(a", "an unclosed group at index 0");
  refuses("a)", "an unmatched ) at index 1");
  refuses("[a", "an unclosed class at index 0");
  refuses("a|*", "* with nothing to repeat at index 2");
  refuses("[b-a]", "a range whose end precedes its start");
  refuses("\\p{Nonsense}", 'an unknown property "Nonsense" at index 0');
  refuses("(a)\\1", "a backreference, which is not supported, at index 3");
  refuses("(?<n>a)\\k<n>", "a backreference (\\k), which is not supported, at index 7");
  refuses("(?<n>a)\\g<n>", "a group call (\\g), which is not supported,");
  refuses("a\\K", "\\K, which is not supported,");
  refuses("(?(1)a)", 'a group "(?(", which is not supported, at index 0');
  refuses("(?~ab)", "which is not supported");
  refuses("(?<=a+)b", "a lookbehind without a fixed length, which is not supported,");
  refuses("(?:a??)*", "a loop over a body that may match the empty string first, which is not supported,");
  refuses("a{2,1}", "a repetition of at least 2 and at most 1");
  refuses("a{100000}", "a repetition of more than 1000");
  refuses("(?:(?:a{1000}){1000}){1000}", "more than 4000 steps");
  refuses("(".repeat(60_000), "groups more than 200 deep");
  refuses("(".repeat(100_000), "more than 65536 code units");
  refuses("\\", "an unfinished escape");
  refuses("\\x{110000}", "a code point above 10FFFF");
  const fields = new JSONFields({ Regex: "(" }, "normalizer.pattern");
  assertThrows(
    () => patternFromJSON(fields),
    SyntaxError,
    "read a tokenizer: normalizer.pattern.Regex: read a pattern",
  );
});

Deno.test("random expressions match like JavaScript's engine", () => {
  const random = new SeededRandom(7);
  const draw = (bound: number): number => Math.floor(random.next() * bound);
  const atoms = ["a", "b", "é", "😀", "[ab]", "[^a]", "\\p{L}", "\\p{N}", "[\\p{L}1]", "1", "\\n"];
  const quantifiers = ["", "", "", "?", "*", "+", "+?", "{1,2}", "{2}"];
  const expression = (depth: number): string =>
    Array.from({ length: 1 + draw(3) }, () => {
      if (depth === 0 || draw(4) > 0) return atoms[draw(atoms.length)] + quantifiers[draw(quantifiers.length)];
      const alternative = draw(2) === 0 ? `|${expression(depth - 1)}` : "";
      const body = expression(depth - 1) + alternative;
      return [`(?:b${body})?`, `(?:${body})`, `(?=${body})`, `(?!${body})`][draw(4)];
    }).join("");
  const characters = ["a", "b", "é", "😀", "1", "\n", " "];
  for (let i = 0; i < caseCount(1000); i++) {
    const source = expression(2);
    const text = Array.from({ length: draw(12) }, () => characters[draw(characters.length)]).join("");
    // V8 also finds empty matches inside surrogate pairs. Oniguruma skips an empty match at the end of the previous
    // match.
    const all = [...text.matchAll(new RegExp(source, "gu"))].filter(({ index }) =>
      !/[\udc00-\udfff]/.test(text[index])
    );
    const expected = all.filter(([match], i) => {
      const before = all[i - 1];
      return match !== "" || i === 0 || before[0] === "" || before.index + before[0].length < all[i].index;
    });
    assertEquals(matches(regexPattern(source), text), expected.map(([match]) => match), `${source} in ${text}`);
  }
});
