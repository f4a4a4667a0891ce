import { assertEquals, assertRejects } from "@std/assert";
import { decodeLines } from "../../../tasks/data/line_stream.ts";

/** Splits bytes into chunks of `size`. */
async function* chunksOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.slice(start, start + size);
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Text in UTF-16LE. */
function utf16(text: string): Uint8Array {
  return Uint8Array.from(
    Array.from({ length: text.length }, (_, i) => text.charCodeAt(i)).flatMap((unit) => [
      unit & 0xff,
      unit >> 8,
    ]),
  );
}

/** All lines of bytes that arrive in chunks of every size from 1 to 9. Asserts that the chunks do not matter. */
async function linesOf(bytes: Uint8Array, encoding?: string): Promise<string[]> {
  const all: string[][] = [];
  for (let size = 1; size <= 9; size++) {
    all.push((await Array.fromAsync(decodeLines(chunksOf(bytes, size), "read", { encoding }))).flat());
    assertEquals(all.at(-1), all[0]);
  }
  return all[0];
}

Deno.test("a stream has the same lines whatever its encoding, line ends and chunks", async () => {
  const lines = ["é", "", "日本語", "x😀y", "end"];
  for (const end of ["\n", "\r\n", "\r"]) {
    for (const last of ["", end]) {
      const text = lines.join(end) + last;
      assertEquals(await linesOf(utf8(text)), lines);
      assertEquals(await linesOf(utf8("\ufeff" + text)), lines);
      assertEquals(await linesOf(utf16("\ufeff" + text)), lines);
      assertEquals(await linesOf(utf16(text), "utf-16le"), lines);
    }
  }
  assertEquals(await linesOf(Uint8Array.of(0xe9, 0x0d, 0x0a, 0x80), "windows-1252"), ["é", "€"]);
  assertEquals(await linesOf(Uint8Array.of(0x95, 0x5c, 0x0a, 0x83, 0x5c), "shift_jis"), ["表", "ソ"]);
  assertEquals(await linesOf(utf8("")), []);
  assertEquals(await linesOf(utf8("\n")), [""]);
  assertEquals(await linesOf(utf8("a")), ["a"]);
});

Deno.test("a line is yielded as soon as its end has arrived", async () => {
  const stream = decodeLines(chunksOf(utf8("one\ntwo\nthree"), 4), "read");
  assertEquals((await stream.next()).value, ["one"]);
  assertEquals((await stream.next()).value, ["two"]);
  assertEquals((await stream.next()).value, ["three"]);
});

Deno.test("a bad byte in a stream names its line after all lines before it", async () => {
  const bytes = Uint8Array.from([...utf8("one\r\ntwo\nthr"), 0xe9, ...utf8("e\nfour\n")]);
  for (let size = 1; size <= 30; size++) {
    const lines: string[] = [];
    const read = async (): Promise<void> => {
      for await (const block of decodeLines(chunksOf(bytes, size), "read it")) lines.push(...block);
    };
    await assertRejects(read, RangeError, "read it: expected UTF-8 text, found 0xe9 at byte 12 on line 3; the text is");
    assertEquals(lines, ["one", "two"]);
  }
});

Deno.test("a line that no string can hold is refused with its number, and not as invalid text", async () => {
  async function* endless(): AsyncGenerator<Uint8Array> {
    yield utf8("one\ntwo\n");
    const chunk = new Uint8Array(2 ** 22).fill(0x61);
    for (let i = 0; i < 2 ** 8; i++) yield chunk;
  }
  const lines: string[] = [];
  const reading = async () => {
    for await (const block of decodeLines(endless(), "read x")) lines.push(...block);
  };
  await assertRejects(reading, RangeError, "read x: expected at most 268,435,456 characters in line 3, found more");
  assertEquals(lines, ["one", "two"]);
});
