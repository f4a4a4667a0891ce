import { assertEquals, assertThrows } from "@std/assert";
import { PipelineTokenizer, tiktokenJSON } from "@elman/elman/tokenizers";
import { onigurumaPattern } from "../../../tokenizers/files/tiktoken_patterns.ts";
import peers from "../../goldens/tokenizer_peers.json" with { type: "json" };
import { randomIntegers } from "../contract.ts";

const { ranks, texts, encodings } = peers.tiktoken;

/** A file with a rank for each byte and then for these tokens. */
function rankFile(...tokens: readonly string[]): string {
  const bytes = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte));
  return [...bytes, ...tokens].map((token, rank) => `${btoa(token)} ${rank}\n`).join("");
}

for (const [pattern, { special, ids }] of Object.entries(encodings)) {
  Deno.test(`ranks with the pattern ${pattern} give tiktoken's ids, also after saving`, () => {
    // What Qwen's tokenizer does before tiktoken reads a text is tested below.
    const tokenizer = PipelineTokenizer.fromJSON({ ...tiktokenJSON({ ranks, pattern }), normalizer: null });
    const copy = PipelineTokenizer.fromJSON(JSON.parse(JSON.stringify(tokenizer)));
    for (const [i, text] of texts.entries()) {
      assertEquals([...tokenizer.encode(text)], ids[i], JSON.stringify(text));
      assertEquals(tokenizer.encoding(text).ids, ids[i]);
      assertEquals([...copy.encode(text)], ids[i]);
      assertEquals(tokenizer.decode(ids[i]), text);
    }
    assertEquals(
      new Map(tokenizer.parts.addedTokens!.map(({ content, id }) => [content, id])),
      new Map(Object.entries(special)),
    );
  });

  Deno.test(`the pattern ${pattern} can be given as tiktoken writes it`, () => {
    const json = tiktokenJSON({ ranks, pattern: encodings[pattern as "llama3"].pattern, specialTokens: special });
    const tokenizer = PipelineTokenizer.fromJSON(json);
    for (const [i, text] of texts.entries()) assertEquals([...tokenizer.encode(text)], ids[i], JSON.stringify(text));
  });
}

/** Merges as tiktoken does: the leftmost of the neighbors that form the token of lowest rank. */
function naiveIds(bytes: readonly string[], ranks: ReadonlyMap<string, number>): number[] {
  const symbols = [...bytes];
  while (true) {
    let [best, at] = [Infinity, -1];
    for (let i = 0; i + 1 < symbols.length; i++) {
      const rank = ranks.get(symbols[i] + symbols[i + 1]) ?? Infinity;
      if (rank < best) [best, at] = [rank, i];
    }
    if (at < 0) return symbols.map((symbol) => ranks.get(symbol)!);
    symbols.splice(at, 2, symbols[at] + symbols[at + 1]);
  }
}

Deno.test("random ranks give the ids of merging by rank", () => {
  const random = randomIntegers(3);
  const word = (length: number): string => Array.from({ length }, () => "abc"[random(3)]).join("");
  for (let i = 0; i < 300; i++) {
    // Every token is the concatenation of two tokens of lower rank, as in a file that was trained.
    const tokens = ["a", "b", "c"];
    while (tokens.length < 12) {
      const token = tokens[random(tokens.length)] + tokens[random(tokens.length)];
      if (!tokens.includes(token)) tokens.push(token);
    }
    const file = rankFile(...tokens.slice(3));
    const tokenizer = PipelineTokenizer.fromJSON(tiktokenJSON({ ranks: file, pattern: "[a-c]+" }));
    const known = new Map(tokens.map((token, i) => [token, i < 3 ? token.charCodeAt(0) : 253 + i]));
    for (let k = 0; k < 10; k++) {
      const text = word(1 + random(12));
      const whole = known.get(text);
      const expected = whole === undefined ? naiveIds([...text], known) : [whole];
      assertEquals([...tokenizer.encode(text)], expected, `${text} with ${tokens}`);
    }
  }
});

Deno.test("special tokens can be given, and without a name there are none", () => {
  const pattern = "[^]|\\s";
  const none = PipelineTokenizer.fromJSON(tiktokenJSON({ ranks, pattern: ".|\\s" }));
  assertEquals(none.parts.addedTokens, []);
  const own = PipelineTokenizer.fromJSON(tiktokenJSON({ ranks, pattern: "cl100k", specialTokens: { "<x>": 9000 } }));
  assertEquals([...own.encode("a<x>")], [97, 9000]);
  assertEquals([own.size, own.id("<|endoftext|>")], [9001, undefined]);
  assertThrows(() => PipelineTokenizer.fromJSON(tiktokenJSON({ ranks, pattern })), SyntaxError, "read a tokenizer");
});

Deno.test("texts for Qwen are composed before they are split, as its own tokenizer does", () => {
  const [apart, composed] = ["e\u0301", "\u00e9"];
  const ids = (pattern: string, text: string): number[] => [
    ...PipelineTokenizer.fromJSON(tiktokenJSON({ ranks, pattern })).encode(text),
  ];
  for (const pattern of ["qwen", "qwen2"]) assertEquals(ids(pattern, apart), ids(pattern, composed));
  assertEquals(ids("cl100k", apart).length, 3);
});

Deno.test("without a pattern, the number of ranks names it if a published file has as many", () => {
  const lines = (count: number): string =>
    Array.from({ length: count }, (_, i) => {
      const bytes = i < 256 ? [i] : [i & 0xff, i >> 8 & 0xff, i >> 16, 1];
      return `${btoa(String.fromCharCode(...bytes))} ${i}\n`;
    }).join("");
  assertEquals((tiktokenJSON({ ranks: lines(50_256) }).added_tokens as { id: number }[]).map(({ id }) => id), [50_256]);
  const message =
    "pattern: expected one of gpt2, r50k_base, p50k_base, cl100k_base, o200k_base, llama3, qwen, qwen2, or a " +
    "regular expression, found none for 300 ranks";
  assertThrows(() => tiktokenJSON({ ranks: lines(300) }), RangeError, message);
  assertThrows(() => tiktokenJSON({ ranks: lines(300), pattern: "cl200k" }), RangeError, 'found "cl200k"');
});

Deno.test("an invalid line is named", () => {
  const read = (text: string) => () => tiktokenJSON({ ranks: text, pattern: "gpt2" });
  for (const line of ["YQ==", "YQ== x", "YQ==  1", "Y 1", "!! 1", " 1", "YQ== -1", "YQ== 1.5", "YQ== 9999999999"]) {
    assertThrows(
      read(`Yg== 0\n${line}\n`),
      SyntaxError,
      "read a tokenizer: line 2: expected base64, a space and a rank",
    );
  }
  assertThrows(read("YQ== 0\nYQ== 1\n"), RangeError, "line 2: expected a token that no line before has");
  assertThrows(read("YQ== 0\n\nYg== 0\n"), RangeError, "line 3: expected a rank other than that of line 1");
  const crlf = tiktokenJSON({ ranks: rankFile("ab").replaceAll("\n", "\r\n"), pattern: "gpt2" });
  assertEquals(PipelineTokenizer.fromJSON(crlf).id("ab"), 256);
});

Deno.test("a file without a rank for each byte is refused", () => {
  const lines = ranks.split("\n").filter((line) => !line.startsWith("IA== "));
  const message = "read a tokenizer: expected a rank for each of 256 bytes, found 255";
  assertThrows(() => tiktokenJSON({ ranks: lines.join("\n"), pattern: "gpt2" }), RangeError, message);
  assertThrows(() => tiktokenJSON({ ranks: "YQ== 0\n", pattern: "gpt2" }), RangeError, "256 bytes, found 1");
});

Deno.test("anchors and possessive intervals are converted from Rust's syntax", () => {
  const cases = [
    ["a{1,3}+|b", "(?>a{1,3})|b"],
    ["\\p{N}{1,3}+", "(?>\\p{N}{1,3})"],
    ["x[^$]{2}+$", "x(?>[^$]{2})\\z"],
    ["^(ab|[c]){2,}+", "\\A(?>(ab|[c]){2,})"],
    ["\\$\\^{2}+[]]a?+b++", "\\$(?>\\^{2})[]]a?+b++"],
    ["\\s++$|\\{1}+", "\\s++\\z|\\{1}+"],
  ];
  for (const [rust, oniguruma] of cases) assertEquals(onigurumaPattern(rust), oniguruma);
});
