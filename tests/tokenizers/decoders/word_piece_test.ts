import { assertEquals, assertThrows } from "@std/assert";
import { WordPiece } from "../../../tokenizers/decoders/word_piece.ts";
import { decode, decoderContract, fragments, read } from "./contract.ts";

decoderContract("WordPiece", new WordPiece());
decoderContract("WordPiece without a prefix", new WordPiece({ prefix: "", cleanup: false }));

Deno.test("WordPiece: puts a space before each token except the first and those with the prefix", () => {
  const plain = new WordPiece({ cleanup: false });
  assertEquals(decode(plain, ["it", "is", "n't", "."]), "it is n't .");
  assertEquals(decode(plain, ["##a", "##b", "##", "c##"]), "##ab c##");
  assertEquals(decode(new WordPiece({ prefix: "" }), ["a", "b"]), "ab");
});

Deno.test("WordPiece: removes spaces before punctuation and contractions in each token", () => {
  const decoder = new WordPiece();
  assertEquals(decode(decoder, ["it", "seem", "##s", "so", ".", "do", "n't", "!"]), "it seems so. don't!");
  assertEquals(decode(decoder, ["do", " not", "we", " 're", "you", " ' ", "x"]), "do  not we 're you ' x");
  assertEquals(decode(decoder, ["", "##", "a", " do not"]), " a  don't");
});

Deno.test("WordPiece: a stream holds nothing back", () => {
  assertEquals(fragments(new WordPiece(), ["un", "##seen", "it"]), ["un", "seen", " it", ""]);
});

Deno.test("WordPiece: a file must have every field", () => {
  const json = { type: "WordPiece", prefix: "##", cleanup: true };
  assertEquals(read(json).toJSON(), json);
  assertThrows(() => read({ ...json, prefix: undefined }), SyntaxError, "decoder.prefix: the field is missing");
  assertThrows(() => read({ ...json, cleanup: undefined }), SyntaxError, "decoder.cleanup: the field is missing");
});
