import { assertEquals, assertThrows } from "@std/assert";
import { BPE } from "../../../tokenizers/decoders/bpe.ts";
import { decode, decoderContract, fragments, read } from "./contract.ts";

decoderContract("BPE", new BPE());
decoderContract("BPE with an empty mark", new BPE({ suffix: "" }));

Deno.test("BPE: the suffix becomes a space, or nothing in the last token", () => {
  assertEquals(decode(new BPE(), ["lo", "w</w>", "er</w>"]), "low er");
  assertEquals(decode(new BPE(), ["</w>", "</w>"]), " ");
  assertEquals(decode(new BPE(), ["a</w>b", "c</w>d</w>"]), "a bcd");
  assertEquals(decode(new BPE({ suffix: "" }), ["ab", "c😀", ""]), " a b  c 😀 ");
});

Deno.test("BPE: a stream holds back text from a suffix on", () => {
  assertEquals(fragments(new BPE(), ["lo", "w</w>", "er</w>", "x"]), ["lo", "w", " er", " x", ""]);
  assertEquals(fragments(new BPE(), ["low</w>b"]), ["low", "b"]);
});

Deno.test("BPE: a file must have the suffix", () => {
  assertEquals(read({ type: "BPEDecoder", suffix: "@" }).toJSON(), { type: "BPEDecoder", suffix: "@" });
  assertThrows(() => read({ type: "BPEDecoder" }), SyntaxError, "decoder.suffix: the field is missing");
});
