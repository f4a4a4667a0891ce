import { assertEquals, assertThrows } from "@std/assert";
import { ProtobufMessage } from "../../../tokenizers/files/protobuf.ts";
import { protobuf, type ProtobufField, varint } from "./protobuf_writer.ts";

const NAMES = { 1: "count", 2: "isOn", 3: "score", 4: "text", 5: "raw", 6: "inner", 200: "far" } as const;

function read(bytes: Uint8Array | readonly ProtobufField[]): ProtobufMessage<(typeof NAMES)[keyof typeof NAMES]> {
  const message = bytes instanceof Uint8Array ? bytes : protobuf(bytes);
  return new ProtobufMessage(message, NAMES, { action: "read a test", path: "", offset: 0 });
}

Deno.test("fields of every kind are read, with defaults for missing ones", () => {
  const message = read([[1, 300], [2, true], [3, { float: -0.5 }], [4, "\ufeffé😀"], [5, Uint8Array.of(0, 255)]]);
  assertEquals(message.int32("count", 7), 300);
  assertEquals(message.boolean("isOn", false), true);
  assertEquals(message.float("score", 7), -0.5);
  assertEquals(message.string("text", "none"), "\ufeffé😀");
  assertEquals(message.bytes("raw"), Uint8Array.of(0, 255));
  const empty = read([]);
  assertEquals(empty.int32("count", 7), 7);
  assertEquals(empty.boolean("isOn", true), true);
  assertEquals(empty.float("score", 0.25), 0.25);
  assertEquals(empty.string("text", "none"), "none");
  assertEquals(empty.bytes("raw"), new Uint8Array());
  assertEquals(empty.messages("inner", NAMES).length, 0);
  assertEquals(empty.message("inner", NAMES).int32("count", 7), 7);
});

Deno.test("32-bit integers keep their sign, also at the ends of the range", () => {
  for (const number of [0, 1, 127, 128, 2 ** 31 - 1, -1, -(2 ** 31)]) {
    assertEquals(read([[1, number]]).int32("count", 7), number);
  }
});

Deno.test("the last occurrence of a field counts, and repeated messages are all read", () => {
  const message = read([[1, 1], [6, [[1, 10]]], [1, 2], [6, []], [6, [[6, [[1, 12]]]]]]);
  assertEquals(message.int32("count", 7), 2);
  const inner = message.messages("inner", NAMES);
  assertEquals(inner.map((each) => each.int32("count", 7)), [10, 7, 7]);
  assertEquals(inner[2].message("inner", NAMES).int32("count", 7), 12);
});

Deno.test("unnamed fields are skipped, whatever their wire type", () => {
  const fixed64 = Uint8Array.of(...varint(9 * 8 + 1), 1, 2, 3, 4, 5, 6, 7, 8);
  const bytes = [...protobuf([[100, 1], [101, "x"], [102, { float: 1 }]]), ...fixed64, ...protobuf([[200, 5]])];
  assertEquals(read(Uint8Array.from(bytes)).int32("far", 7), 5);
});

Deno.test("bytes within a larger buffer are read at their offset", () => {
  const bytes = protobuf([[3, { float: 1.5 }]]);
  const buffer = Uint8Array.of(9, 9, 9, ...bytes, 9);
  assertEquals(read(buffer.subarray(3, 3 + bytes.length)).float("score", 0), 1.5);
});

Deno.test("a message truncated anywhere but between fields is rejected with the byte offset", () => {
  const fields: ProtobufField[] = [[1, 300], [3, { float: 1 }], [6, [[4, "text"]]], [200, 1]];
  const ends = fields.map((_, index) => protobuf(fields.slice(0, index + 1)).length);
  const bytes = protobuf(fields);
  for (let length = 1; length < bytes.length; length++) {
    const part = bytes.subarray(0, length);
    if (ends.includes(length)) read(part);
    else assertThrows(() => read(part), SyntaxError, "at byte");
  }
  assertThrows(
    () => read(bytes.subarray(0, 6)),
    SyntaxError,
    "read a test: score: at byte 4 expected 4 bytes, found 2",
  );
  assertThrows(
    () => read(bytes.subarray(0, 2)),
    SyntaxError,
    "read a test: count: at byte 1 expected a whole number of at most 10 bytes, found the end after 1",
  );
});

Deno.test("an error in a nested message names the path and the byte offset in the file", () => {
  const message = read([[1, 1], [6, []], [6, [[6, Uint8Array.of(3 * 8 + 5, 0, 0)]]]]);
  const inner = message.messages("inner", NAMES)[1];
  assertThrows(
    () => inner.message("inner", NAMES),
    SyntaxError,
    "read a test: inner[1].inner.score: at byte 9 expected 4 bytes, found 2",
  );
  assertEquals(
    inner.invalid("count", "a number", "none").message,
    "read a test: inner[1].count: expected a number, found none",
  );
});

Deno.test("a length beyond the end is rejected before allocating memory", () => {
  for (const length of [5, 2 ** 31, 2 ** 40, 2 ** 62]) {
    const bytes = Uint8Array.of(4 * 8 + 2, ...varint(length), 1, 2, 3, 4);
    const place = 1 + varint(length).length;
    assertThrows(() => read(bytes), SyntaxError, `text: at byte ${place} expected ${length} bytes, found 4`);
  }
});

Deno.test("bytes that are not a message are rejected", () => {
  const wireType = "expected the wire type 0, 1, 2 or 5, found";
  assertThrows(() => read(new TextEncoder().encode('{"a": 1}')), SyntaxError, `field 15: at byte 0 ${wireType} 3`);
  assertThrows(() => read(Uint8Array.of(...protobuf([[1, 1]]), 8 + 6)), SyntaxError, `count: at byte 2 ${wireType} 6`);
  assertThrows(
    () => read(Uint8Array.of(0, 1)),
    SyntaxError,
    "read a test: at byte 0 expected a field's number of at least 1, found 0",
  );
  assertThrows(
    () => read(Uint8Array.of(8, ...new Array(11).fill(0x80), 1)),
    SyntaxError,
    "count: at byte 1 expected a whole number of at most 10 bytes, found a longer one",
  );
});

Deno.test("a value of an unexpected wire type is rejected", () => {
  const expected = "at byte 1 expected a value of wire type";
  assertThrows(() => read([[3, 1]]).float("score", 0), SyntaxError, `score: ${expected} 5, found one of wire type 0`);
  assertThrows(() => read([[4, 1]]).string("text", ""), SyntaxError, `text: ${expected} 2, found one of wire type 0`);
  assertThrows(() => read([[6, 1]]).messages("inner", NAMES), SyntaxError, `inner: ${expected} 2`);
  assertThrows(() => read([[6, 1]]).message("inner", NAMES), SyntaxError, `inner: ${expected} 2`);
  assertThrows(() => read([[1, { float: 1 }]]).int32("count", 0), SyntaxError, `count: ${expected} 0`);
  assertThrows(() => read([[2, { float: 1 }]]).boolean("isOn", true), SyntaxError, `isOn: ${expected} 0`);
  assertThrows(() => read([[5, { float: 1 }]]).bytes("raw"), SyntaxError, `raw: ${expected} 2`);
});

Deno.test("text that is not UTF-8 is rejected", () => {
  assertThrows(
    () => read([[4, Uint8Array.of(0x61, 0xff)]]).string("text", ""),
    SyntaxError,
    "read a test: text: at byte 2 expected UTF-8, found invalid bytes",
  );
});
