import { assertEquals, assertThrows } from "@std/assert";
import { Fuse } from "../../../tokenizers/decoders/fuse.ts";
import { Replace } from "../../../tokenizers/decoders/replace.ts";
import { Sequence } from "../../../tokenizers/decoders/sequence.ts";
import { literalPattern, regexPattern } from "../../../tokenizers/regex/mod.ts";
import { randomIntegers } from "../contract.ts";
import { decode, decoderContract, fragments, read } from "./contract.ts";

function literal(pattern: string, content: string): Replace {
  return new Replace({ pattern: literalPattern(pattern), content });
}

function fused(replace: Replace): Sequence {
  return new Sequence([new Fuse(), replace]);
}

decoderContract("Replace", literal("ab", "x"));
decoderContract("Replace after Fuse", fused(literal("aab", "a")));
decoderContract("Replace with a regular expression", new Replace({ pattern: regexPattern("a+"), content: "" }));

Deno.test("Replace: replaces from left to right in each token, but not in replacements", () => {
  assertEquals(decode(literal("aab", "-"), ["aaab", "aabaab", "aa", "b"]), "a---aab");
  assertEquals(decode(literal("aa", "a"), ["aaaaa"]), "aaa");
  assertEquals(decode(literal("a", "$&$1"), ["ba"]), "b$&$1");
  assertEquals(decode(new Replace({ pattern: regexPattern("[ab]+"), content: "$0" }), ["xabx", "ab"]), "x$0x$0");
});

Deno.test("Replace: after Fuse, a stream holds back what could start a match", () => {
  assertEquals(fragments(fused(literal("aab", "-")), ["xa", "a", "a", "b", "a"]), ["x", "", "a", "-", "", "a"]);
  assertEquals(fragments(fused(literal("\n ", "\n")), ["a\n", " b", "\n"]), ["a", "\nb", "", "\n"]);
  const expression = new Replace({ pattern: regexPattern("a+"), content: "-" });
  assertEquals(fragments(fused(expression), ["xa", "a", "b"]), ["", "", "", "x-b"]);
});

Deno.test("Replace: after Fuse, streaming equals replacing in the whole text on 20,000 random texts", () => {
  const random = randomIntegers(5);
  const text = (most: number): string =>
    Array.from({ length: 1 + random(most) }, () => random(4) === 0 ? "b" : "a").join("");
  for (let i = 0; i < 20_000; i++) {
    const tokens = Array.from({ length: random(8) }, () => text(4));
    const pattern = text(6);
    assertEquals(
      decode(fused(literal(pattern, "-")), tokens),
      tokens.join("").replaceAll(pattern, "-"),
      JSON.stringify({ tokens, pattern }),
    );
  }
});

Deno.test("Replace: a file must have every field", () => {
  const json = { type: "Replace", pattern: { String: "▁" }, content: " " };
  assertEquals(read(json).toJSON(), json);
  assertThrows(() => read({ ...json, pattern: undefined }), SyntaxError, "decoder.pattern: the field is missing");
  assertThrows(() => read({ ...json, content: undefined }), SyntaxError, "decoder.content: the field is missing");
});
