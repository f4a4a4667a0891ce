import { assertEquals, assertThrows } from "@std/assert";
import { CTC } from "../../../tokenizers/decoders/ctc.ts";
import { decode, decoderContract, fragments, read } from "./contract.ts";

decoderContract("CTC", new CTC());
decoderContract("CTC with empty tokens", new CTC({ padToken: "", wordDelimiterToken: "" }));

const TOKENS = ["<pad>", "h", "h", "i", "|", "|", "i", "<pad>", "i"];

Deno.test("CTC: repeated tokens are merged and blanks dropped", () => {
  assertEquals(decode(new CTC(), TOKENS), "hi ii");
  assertEquals(decode(new CTC({ cleanup: false }), TOKENS), "hi|ii");
  assertEquals(decode(new CTC(), ["a", " .", "n't", " ", "<pad>|"]), "a.n't  ");
  assertEquals(decode(new CTC({ padToken: "", wordDelimiterToken: "" }), ["ab", "c😀", ""]), " a b  c 😀  ");
});

Deno.test("CTC: a stream holds nothing back", () => {
  assertEquals(fragments(new CTC(), TOKENS), ["", "h", "", "i", " ", "", "i", "", "i", ""]);
});

Deno.test("CTC: a file must have every field", () => {
  const json = { type: "CTC", pad_token: "_", word_delimiter_token: "/", cleanup: false };
  assertEquals(read(json).toJSON(), json);
  for (const field of ["pad_token", "word_delimiter_token", "cleanup"]) {
    assertThrows(() => read({ ...json, [field]: undefined }), SyntaxError, `decoder.${field}: the field is missing`);
  }
});
