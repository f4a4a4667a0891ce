import { assertEquals, assertThrows } from "@std/assert";
import { Fuse } from "../../../tokenizers/decoders/fuse.ts";
import { Sequence } from "../../../tokenizers/decoders/sequence.ts";
import { Strip } from "../../../tokenizers/decoders/strip.ts";
import { decodeTokens } from "../../../tokenizers/decoders/decoder.ts";
import { decode, decoderContract, fragments, randomTokens, read } from "./contract.ts";

decoderContract("Strip", new Strip({ content: "a", start: 2, stop: 1 }));
decoderContract("Strip of a character of two code units", new Strip({ content: "😀", start: 1, stop: 1 }));
decoderContract("Strip after Fuse", new Sequence([new Fuse(), new Strip({ content: " ", start: 1, stop: 3 })]));

Deno.test("Strip: strips up to the limits at both ends of each token, the start first", () => {
  assertEquals(decodeTokens(new Strip({ content: "_", start: 1, stop: 2 }), ["__a", "b___", "c_", "xx"]), [
    "_a",
    "b_",
    "c",
    "xx",
  ]);
  assertEquals(decodeTokens(new Strip({ content: "_", start: 2 }), ["_", "___", ""]), ["", "_", ""]);
  assertEquals(decodeTokens(new Strip({ content: "_", start: 1, stop: 1 }), ["_", "__", "___"]), ["", "", "_"]);
});

Deno.test("Strip: after Fuse, a stream holds back only what could be stripped from the end", () => {
  const sequence = (start: number, stop: number): Sequence =>
    new Sequence([new Fuse(), new Strip({ content: " ", start, stop })]);
  assertEquals(fragments(sequence(1, 0), ["  a", " ", "b"]), [" a", " ", "b", ""]);
  assertEquals(fragments(sequence(3, 0), [" ", " ", "  a", " "]), ["", "", " a", " ", ""]);
  assertEquals(fragments(sequence(0, 2), ["a ", " ", " ", "b "]), ["a", "", " ", "  b", ""]);
});

Deno.test("Strip: after Fuse, streaming equals stripping the whole text on random texts", () => {
  for (const [start, stop] of [[0, 1], [2, 0], [2, 2], [1, 9]]) {
    const strip = new Sequence([new Fuse(), new Strip({ content: "a", start, stop })]);
    for (const tokens of randomTokens(1000)) {
      const text = tokens.join("").replace(new RegExp(`^a{0,${start}}`), "").replace(new RegExp(`a{0,${stop}}$`), "");
      assertEquals(decode(strip, tokens), text, JSON.stringify(tokens));
    }
  }
});

Deno.test("Strip: a file must have every field, and one character", () => {
  const json = { type: "Strip", content: " ", start: 1, stop: 0 };
  assertEquals(read(json).toJSON(), json);
  for (const field of ["content", "start", "stop"]) {
    assertThrows(() => read({ ...json, [field]: undefined }), SyntaxError, `decoder.${field}: the field is missing`);
  }
  assertThrows(() => read({ ...json, content: "ab" }), RangeError, "decoder.content: expected one character");
  assertThrows(() => new Strip({ content: "" }), RangeError, 'content: expected one character, found ""');
});
