import { assertEquals } from "@std/assert";
import { SeededRandom } from "../../tokenizers/random.ts";
import { utf8CharacterEnd } from "../../tokenizers/utf8.ts";

Deno.test("utf8CharacterEnd agrees with TextDecoder", () => {
  const random = new SeededRandom(1);
  const edges = [
    0x00,
    0x7f,
    0x80,
    0x8f,
    0x90,
    0x9f,
    0xa0,
    0xbf,
    0xc0,
    0xc2,
    0xdf,
    0xe0,
    0xed,
    0xef,
    0xf0,
    0xf4,
    0xf5,
    0xff,
  ];
  for (let first = 0; first < 256; first++) {
    for (let i = 0; i < 100; i++) {
      const rest = Array.from({ length: i % 4 }, () => edges[Math.floor(random.next() * edges.length)]);
      const bytes = Uint8Array.of(first, ...rest);
      assertEquals(utf8CharacterEnd(bytes, 0), characterLength(bytes), bytes.join());
    }
  }
});

Deno.test("utf8CharacterEnd returns an index into the whole array", () => {
  assertEquals(utf8CharacterEnd(new TextEncoder().encode("aé😀"), 1), 3);
  assertEquals(utf8CharacterEnd(new TextEncoder().encode("aé😀"), 3), 7);
  assertEquals(utf8CharacterEnd(new TextEncoder().encode("aé😀"), 4), 4);
});

function characterLength(bytes: Uint8Array): number {
  for (let length = 1; length <= Math.min(4, bytes.length); length++) {
    try {
      const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes.subarray(0, length));
      if ([...text].length === 1) return length;
    } catch {
      // Not yet a character.
    }
  }
  return 0;
}
