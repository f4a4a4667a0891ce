import { assertEquals, assertThrows } from "@std/assert";
import { type BleuTokenizer, tokenizeForBleu } from "../../../../tasks/translation/metrics/mod.ts";

const join = (text: string, tokenizer: BleuTokenizer): string => tokenizeForBleu(text, tokenizer).join(" ");

// Texts and their 13a and intl tokens by sacreBLEU 2.6.0.
const CASES: [text: string, western: string, international: string][] = [
  ["", "", ""],
  ["Hello, world!", "Hello , world !", "Hello , world !"],
  [
    "The U.S. paid $1,000.50 in 2019.",
    "The U . S . paid $ 1,000.50 in 2019 .",
    "The U . S . paid $ 1,000.50 in 2019.",
  ],
  ["3.", "3 .", "3."],
  ["3. \n", "3 .", "3."],
  [".5 5. 5.a a.5", ". 5 5 . 5 . a a . 5", ".5 5 . 5 . a a . 5"],
  ["1,5-2.0 and 10-20, e.g. a-b", "1,5 - 2.0 and 10 - 20 , e . g . a-b", "1,5-2.0 and 10-20 , e . g . a - b"],
  [
    "don't (stop) [now] {ok} a/b x=y",
    "don't ( stop ) [ now ] { ok } a / b x = y",
    "don ' t ( stop ) [ now ] { ok } a / b x = y",
  ],
  ["&quot;A &amp; B&quot; &lt;C&gt;", '" A & B " < C >', "& quot ; A & amp ; B & quot ; & lt ; C & gt ;"],
  ["&amp;lt;", "<", "& amp ; lt ;"],
  ["a <skipped>b", "a b", "a < skipped > b"],
  ["hyphen-\nated line\nend", "hyphenated line end", "hyphen - ated line end"],
  ["end-\n", "end-", "end -"],
  ["café.\u00a0«Oui» 5€", "café . «Oui» 5€", "café . « Oui » 5 €"],
  ["\u{1f600},ok", "\u{1f600} , ok", "\u{1f600} , ok"],
  // Python and JavaScript define white space differently.
  ["\x1cx\x85y\ufeffz", "x y\ufeffz", "x y\ufeffz"],
];

Deno.test("13a and intl tokenize texts as sacreBLEU does", () => {
  for (const [text, western, international] of CASES) {
    assertEquals(join(text, "13a"), western, JSON.stringify(text));
    assertEquals(join(text, "intl"), international, JSON.stringify(text));
  }
});

Deno.test("char splits into code points without white space, none only at white space", () => {
  assertEquals(tokenizeForBleu(" Aß \u{1f600}.\n", "char"), ["A", "ß", "\u{1f600}", "."]);
  assertEquals(tokenizeForBleu(" a,b  c.\t&amp; \n", "none"), ["a,b", "c.", "&amp;"]);
});

Deno.test("a long run of white space separates two tokens", () => {
  assertEquals(join("a" + " ".repeat(200_000) + "b", "13a"), "a b");
});

Deno.test("an unknown tokenizer throws an error", () => {
  assertThrows(
    () => tokenizeForBleu("a", "zh" as BleuTokenizer),
    RangeError,
    'expected one of 13a, intl, char, none, found "zh"',
  );
});
