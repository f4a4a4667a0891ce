import { assertEquals } from "@std/assert";
import { ByteTokenizer } from "@elman/elman/tokenizers";
import { HARD_TEXTS, randomIntegers, tokenizerContract } from "./contract.ts";

await tokenizerContract("byte", () => new ByteTokenizer(), { canonical: (text) => text.toWellFormed() });

const tokenizer = new ByteTokenizer();

Deno.test("byte: ids are the bytes of the text's UTF-8", () => {
  assertEquals(tokenizer.size, 256);
  assertEquals([...tokenizer.encode("aé€😀")], [0x61, 0xc3, 0xa9, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80]);
  for (const text of HARD_TEXTS) assertEquals([...tokenizer.encode(text)], [...new TextEncoder().encode(text)]);
});

Deno.test("byte: the file writes bytes like GPT-2's byte-level BPE", () => {
  const { model } = tokenizer.toJSON() as { model: { vocab: Record<string, number>; merges: string[] } };
  const expected = {
    "Ā": 0x00,
    "Ċ": 0x0a,
    "Ġ": 0x20,
    "!": 0x21,
    "~": 0x7e,
    "ġ": 0x7f,
    "ł": 0xa0,
    "¡": 0xa1,
    "Ń": 0xad,
    "®": 0xae,
    "ÿ": 0xff,
  };
  for (const [symbol, byte] of Object.entries(expected)) assertEquals(model.vocab[symbol], byte, symbol);
  assertEquals(model.merges, []);
});

Deno.test("byte: any bytes decode as in TextDecoder, whole and streamed", () => {
  const random = randomIntegers(2);
  // Bytes that start or continue characters, and bytes that never occur, to cover every kind of invalid sequence.
  const likely = [0x41, 0x80, 0x9f, 0xa0, 0xbf, 0xc0, 0xc3, 0xe0, 0xe2, 0xed, 0xef, 0xbb, 0xf0, 0xf4, 0xf5, 0xff];
  for (let round = 0; round < 3000; round++) {
    const bytes = Uint8Array.from(
      { length: random(12) },
      () => round % 2 ? random(256) : likely[random(likely.length)],
    );
    const expected = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
    const decoder = tokenizer.decoder();
    const streamed = Array.from(bytes, (id) => decoder.push(id)).join("") + decoder.flush();
    assertEquals(tokenizer.decode(bytes), expected);
    assertEquals(streamed, expected);
  }
});

Deno.test("byte: a character across the decoder's block boundary stays whole", () => {
  for (let shift = 0; shift < 4; shift++) {
    const text = "x".repeat(4093 + shift) + "😀".repeat(2000);
    assertEquals(tokenizer.decode(tokenizer.encode(text)), text);
  }
});

Deno.test("byte: incomplete characters are held back until they are complete or invalid", () => {
  const decoder = tokenizer.decoder();
  const pieces = (ids: number[]): string[] => ids.map((id) => decoder.push(id));
  assertEquals(pieces([0xf0, 0x9f, 0x98, 0x80, 0x21]), ["", "", "", "😀", "!"]);
  assertEquals(pieces([0xe2, 0x82, 0x41]), ["", "", "\ufffdA"]);
  assertEquals(pieces([0xf0, 0x9f]), ["", ""]);
  assertEquals(decoder.flush(), "\ufffd");
  assertEquals(pieces([0xef, 0xbb, 0xbf, 0x61]), ["", "", "\ufeff", "a"]);
  assertEquals(decoder.flush(), "");
});
