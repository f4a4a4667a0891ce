import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { openZip, readZip } from "../../src/formats/zip.ts";
import { crc32, encodeZipParts } from "../../src/formats/zip_writer.ts";

const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const FILES = [
  { name: "a/data.pkl", bytes: utf8("one") },
  { name: "b", bytes: new Uint8Array(0) },
  { name: "é", bytes: utf8("three".repeat(100)) },
];

function archive(alignment?: number): Uint8Array<ArrayBuffer> {
  return joined(...encodeZipParts(FILES, alignment));
}

function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Changes a stored file into a packed one of the same place. */
async function packed(bytes: Uint8Array<ArrayBuffer>, size: number): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const deflated = new Uint8Array(await new Response(stream).arrayBuffer());
  const zip = joined(...encodeZipParts([{ name: "x", bytes: deflated }]));
  const view = new DataView(zip.buffer);
  const entry = zip.length - 22 - 47;
  view.setUint16(entry + 10, 8, true);
  view.setUint32(entry + 16, crc32(bytes), true);
  view.setUint32(entry + 24, size, true);
  return zip;
}

Deno.test("an archive that is written is read", async () => {
  for (const alignment of [1, 4, 64]) {
    const files = await readZip(archive(alignment));
    assertEquals([...files], FILES.map(({ name, bytes }) => [name, bytes]));
    for (const { byteOffset } of files.values()) assertEquals(byteOffset % alignment, 0);
  }
});

Deno.test("a file that was changed is refused by its checksum, which an archive may lack", async () => {
  const bytes = archive();
  const at = 30 + "a/data.pkl".length;
  bytes[at] ^= 1;
  await assertRejects(() => readZip(bytes), RangeError, "found a/data.pkl with a wrong checksum");
  const entry = bytes.findIndex((_, i) => bytes[i] === 0x50 && bytes[i + 1] === 0x4b && bytes[i + 2] === 1);
  bytes.fill(0, entry + 16, entry + 20);
  assertEquals((await readZip(bytes)).get("a/data.pkl")![0], FILES[0].bytes[0] ^ 1);
});

Deno.test("a packed file is unpacked", async () => {
  const bytes = utf8("again and ".repeat(50));
  assertEquals((await readZip(await packed(bytes, bytes.length))).get("x"), bytes);
});

Deno.test("a packed file of another size than declared is refused", async () => {
  const bytes = utf8("again and ".repeat(50));
  for (const size of [bytes.length - 1, bytes.length + 1]) {
    const zip = await packed(bytes, size);
    await assertRejects(() => readZip(zip), RangeError, "bytes of x in place of");
  }
});

Deno.test("an archive that would unpack to more than is allowed is refused before it is unpacked", async () => {
  const zip = await packed(new Uint8Array(10000), 10000);
  assertThrows(() => openZip(zip, 8), RangeError, "found files that unpack to 10000 bytes, more than 8 times its size");
  const endless = await packed(new Uint8Array(10000), 2 ** 31);
  assertThrows(() => openZip(endless), RangeError, "found files that unpack to 2147483648 bytes");
});

Deno.test("files that overlap are refused", () => {
  const zip = archive();
  const view = new DataView(zip.buffer);
  const entry = zip.length - 22 - 47 - 1;
  view.setUint32(entry + 20, zip.length, true);
  assertThrows(() => openZip(zip), RangeError, "found files that overlap");
});

Deno.test("an archive with 64-bit fields is read", async () => {
  const zip = archive();
  const end = zip.subarray(zip.length - 22);
  const view = new DataView(end.buffer, end.byteOffset);
  const [count, start] = [view.getUint16(10, true), view.getUint32(16, true)];
  const large = new Uint8Array(56 + 20 + 22);
  const fields = new DataView(large.buffer);
  fields.setUint32(0, 0x06064b50, true);
  fields.setBigUint64(32, BigInt(count), true);
  fields.setBigUint64(48, BigInt(start), true);
  fields.setUint32(56, 0x07064b50, true);
  fields.setBigUint64(64, BigInt(zip.length - 22), true);
  large.set(end, 76);
  fields.setUint16(76 + 10, 0xffff, true);
  fields.setUint32(76 + 16, 0xffffffff, true);
  assertEquals([...await readZip(joined(zip.subarray(0, -22), large))].length, FILES.length);
});

Deno.test("an archive that is cut anywhere is refused", async () => {
  const zip = archive();
  for (let length = 0; length < zip.length; length += 7) {
    await assertRejects(() => readZip(zip.slice(0, length)), RangeError, "expected a zip archive, found");
  }
});

Deno.test("the CRC-32 of the check text is that of ISO 3309", () => {
  assertEquals(crc32(utf8("123456789")), 0xcbf43926);
  assertEquals(crc32(utf8("The quick brown fox jumps over the lazy dog")), 0x414fa339);
});
