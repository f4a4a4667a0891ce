import { assertEquals, assertRejects } from "@std/assert";
import { joinSamples, type RawFormat, rawSamples } from "../../../../tasks/data/audio/mod.ts";

/** Reads bytes that arrive in chunks of some length. */
async function samplesOf(bytes: Uint8Array, length: number, format: RawFormat): Promise<number[]> {
  const chunks = Array.from({ length: Math.ceil(bytes.length / length) }, (_, i) => {
    return bytes.subarray(i * length, (i + 1) * length);
  });
  return [...joinSamples(await Array.fromAsync(rawSamples(ReadableStream.from(chunks), format)))];
}

Deno.test("samples are the same in chunks of any length, and half a sample at the end is left out", async () => {
  const integers = new Uint8Array([...new Uint8Array(Int16Array.of(1, -2, 300, -32768).buffer), 7]);
  const floats = new Uint8Array(Float32Array.of(0.5, -0.25).buffer);
  for (const length of [1, 2, 3, 5, 100]) {
    assertEquals(await samplesOf(integers, length, "s16le"), [1, -2, 300, -32768].map((value) => value / 32768));
    assertEquals(await samplesOf(floats, length, "f32le"), [0.5, -0.25]);
  }
});

Deno.test("a sample that is not finite is named by its place in the whole stream", async () => {
  const bytes = new Uint8Array(Float32Array.of(0.5, 0.25, -1, NaN, 1).buffer);
  for (const length of [4, 5, 100]) {
    const message = "expected finite samples, found NaN at sample 4";
    await assertRejects(() => samplesOf(bytes, length, "f32le"), RangeError, message);
  }
});

Deno.test("files of sound, and no samples at all, are refused in place of raw samples", async () => {
  const cases: [bytes: string, message: string][] = [
    ["RIFF....WAVE", "expected samples only, found a WAV file; name it as an operand"],
    ["fLaC\0\0", "found a FLAC file"],
    ["OggS\0\0", "found an Ogg file"],
    ["ID3\x04\0\0", "found an MP3 file"],
    ["", "expected samples, found none"],
    ["a", "expected samples, found 1 byte"],
  ];
  for (const [text, message] of cases) {
    for (const length of [1, 100]) {
      const bytes = new TextEncoder().encode(text);
      await assertRejects(() => samplesOf(bytes, length, "s16le"), RangeError, message);
    }
  }
});
