// Event files have the bytes that TensorBoard's own writer gives them (tests/goldens/event_file.py).

import { assertEquals } from "@std/assert";
import { encodeRecord, fileVersion, histogramOf, sessionStart, summary } from "../../../src/formats/tensorboard/mod.ts";
import { crc32c } from "../../../src/formats/tensorboard/records.ts";
import golden from "../../goldens/event_file.json" with { type: "json" };

Deno.test("crc32c gives its check value and those of RFC 3720", () => {
  const ascending = Uint8Array.from({ length: 32 }, (_, i) => i);
  assertEquals(crc32c(new Uint8Array()), 0);
  assertEquals(crc32c(new TextEncoder().encode("123456789")), 0xe3069283);
  assertEquals(crc32c(new Uint8Array(32)), 0x8a9136aa);
  assertEquals(crc32c(new Uint8Array(32).fill(255)), 0x62a8ab43);
  assertEquals(crc32c(ascending), 0x46dd794e);
  assertEquals(crc32c(ascending.reverse()), 0x113fdb5c);
});

Deno.test("a record is framed as TensorBoard's writer frames it", () => {
  for (const { data, record } of golden.records) {
    assertEquals(encodeRecord(Uint8Array.fromBase64(data)).toBase64(), record);
  }
});

Deno.test("scalars, texts and histograms have the bytes of TensorBoard's protocol buffers", () => {
  const histogram = histogramOf(Float32Array.from(golden.values))!;
  const events = [
    fileVersion(1e9),
    sessionStart(1e9 + 1, 300),
    summary(1e9 + 2, 0, [{ tag: "notes", text: "naïve | 日本\n" }]),
    summary(1e9 + 3, 300, [{ tag: "train/loss", scalar: 2.5 }, { tag: "train/lr", scalar: 0 }]),
    summary(1e9 + 4, 2 ** 40, [{ tag: "weights/cell.w", histogram }, { tag: "notes", text: "" }]),
  ];
  const file = events.flatMap((event) => [...encodeRecord(event)]);
  assertEquals(Uint8Array.from(file).toBase64(), golden.file);
});
