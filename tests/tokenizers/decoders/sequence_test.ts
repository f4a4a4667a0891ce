import { assertEquals, assertThrows } from "@std/assert";
import { decodeTokens, Fuse, Sequence } from "../../../tokenizers/decoders/mod.ts";
import { decode, decoderContract, fragments, read } from "./contract.ts";

const LLAMA = {
  type: "Sequence",
  decoders: [
    { type: "Replace", pattern: { String: "▁" }, content: " " },
    { type: "ByteFallback" },
    { type: "Fuse" },
    { type: "Strip", content: " ", start: 1, stop: 0 },
  ],
};

decoderContract("Fuse", new Fuse());
decoderContract("Sequence of none", new Sequence([]));
decoderContract("Sequence of Llama", read(LLAMA));
decoderContract("Sequence in a Sequence", new Sequence([read(LLAMA), new Fuse(), read(LLAMA)]));

Deno.test("Fuse: all tokens become one, even if there are none", () => {
  assertEquals(decodeTokens(new Fuse(), ["to", "", " be"]), ["to be"]);
  assertEquals(decodeTokens(new Fuse(), []), [""]);
});

Deno.test("Sequence: Llama's decoder streams token by token and holds back only bytes", () => {
  const tokens = ["▁to", "▁be", "<0xF0>", "<0x9F>", "<0x98>", "<0x80>", "▁", "or", "<0xC3>"];
  assertEquals(fragments(read(LLAMA), tokens), ["to", " be", "", "", "", "", "😀 ", "or", "", "\ufffd"]);
  assertEquals(decode(read(LLAMA), ["▁", "▁a"]), " a");
});

Deno.test("decoderFromJSON: a file must name a known type", () => {
  assertEquals(read(LLAMA).toJSON(), LLAMA);
  assertThrows(
    () => read({ type: "Sequence", decoders: [{ type: "Fuse" }, { type: "fuse" }] }),
    SyntaxError,
    'decoder.decoders[1].type: expected one of "BPEDecoder", "ByteFallback", "ByteLevel"',
  );
  assertThrows(() => read({ type: "constructor" }), SyntaxError, 'found "constructor"');
  assertThrows(() => read({ type: "Sequence" }), SyntaxError, "decoder.decoders: the field is missing");
});
