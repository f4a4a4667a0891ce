import { assertEquals } from "@std/assert";
import { ByteFallback } from "../../../tokenizers/decoders/byte_fallback.ts";
import { decodeTokens } from "../../../tokenizers/decoders/decoder.ts";
import { decoderContract, fragments } from "./contract.ts";

const decoder = new ByteFallback();
decoderContract("ByteFallback", decoder);

Deno.test("ByteFallback: a run of bytes becomes text, or one U+FFFD per byte if invalid", () => {
  const expected: [tokens: string[], decoded: string[]][] = [
    [["a", "<0xC3>", "<0xA9>", "b", "<0xC3>"], ["a", "é", "b", "\ufffd"]],
    [["<0xE5>", "<0x8f>", "<0xab>", "<0x41>"], ["叫A"]],
    [["<0xE5>", "<0x41>", "<0xab>"], ["\ufffd", "\ufffd", "\ufffd"]],
    [["<0xEF>", "<0xBB>", "<0xBF>"], ["\ufeff"]],
    [["<0xg1>", "<0x1>", "<0x+1>", "<0X41>", "<0x41>\n"], ["<0xg1>", "<0x1>", "\u0001", "<0X41>", "<0x41>\n"]],
  ];
  for (const [tokens, decoded] of expected) assertEquals(decodeTokens(decoder, tokens), decoded);
});

Deno.test("ByteFallback: a stream holds back only bytes, which a later byte can invalidate", () => {
  const tokens = ["a", "<0x41>", "<0xC3>", "b", "<0xF0>"];
  assertEquals(fragments(decoder, tokens), ["a", "", "", "\ufffd\ufffdb", "", "\ufffd"]);
});
