import { assertEquals, assertThrows } from "@std/assert";
import { ByteLevel, bytesOf } from "../../../tokenizers/decoders/byte_level.ts";
import { decode, decoderContract, fragments, read } from "./contract.ts";

const decoder = new ByteLevel();
decoderContract("ByteLevel", decoder);

Deno.test("ByteLevel: joins the bytes of all tokens, with U+FFFD for invalid UTF-8 as Unicode recommends", () => {
  const expected: [tokens: string[], text: string][] = [
    [["ð", "Ł", "ĺ", "Ģ"], "😀"],
    [["ðŁ", "a"], "\ufffda"],
    [["â", "Ĥ", "Ã", "©"], "\ufffdé"],
    [["í", "ł", "½"], "\ufffd\ufffd\ufffd"],
    [["ð", "ð", "Ł", "ð", "Ł", "ĺ"], "\ufffd\ufffd\ufffd"],
    [["ô", "ı", "¿", "¿", "ô", "Ĳ", "Ģ", "Ģ"], "\u{10ffff}\ufffd\ufffd\ufffd\ufffd"],
    [["À", "Ģ"], "\ufffd\ufffd"],
    [["ï»¿", "a"], "\ufeffa"],
    [["Ċ", "č", "Ċ"], "\n\r\n"],
    [[], ""],
  ];
  for (const [tokens, text] of expected) assertEquals(decode(decoder, tokens), text);
});

Deno.test("ByteLevel: keeps a token with characters other than byte symbols whole", () => {
  assertEquals(decode(decoder, ["Ġ", "Ġa b", "漢", "字"]), " Ġa b漢字");
  assertEquals(decode(decoder, ["Ã", "<|漢|>", "©"]), "\ufffd<|漢|>\ufffd");
  assertEquals(bytesOf("Ġé"), new Uint8Array([0x20, 0xe9]));
  assertEquals(bytesOf("é "), new TextEncoder().encode("é "));
});

Deno.test("ByteLevel: a stream holds back the bytes of an incomplete character", () => {
  assertEquals(fragments(decoder, ["aâ", "Ĥ", "¬b", "ð", "Ł"]), ["a", "", "€b", "", "", "\ufffd"]);
});

Deno.test("ByteLevel: a file must have the pre-tokenizer's fields, which are kept", () => {
  const json = { type: "ByteLevel", add_prefix_space: false, trim_offsets: false, use_regex: false };
  assertEquals(read(json).toJSON(), json);
  assertEquals(read({ ...json, use_regex: undefined }).toJSON(), { ...json, use_regex: true });
  for (const field of ["add_prefix_space", "trim_offsets"]) {
    assertThrows(() => read({ ...json, [field]: undefined }), SyntaxError, `decoder.${field}: the field is missing`);
  }
});
