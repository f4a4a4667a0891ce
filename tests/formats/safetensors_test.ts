import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import {
  decodeSafetensors,
  encodeSafetensors,
  encodeSafetensorsParts,
  type NamedArray,
  type TensorData,
} from "../../src/formats/mod.ts";

const SOURCE = "model.safetensors";

/** A file written by hand from the specification: one tensor of each of five dtypes, and metadata. */
const GOLDEN = fromHex(`
  48010000000000007b225f5f6d657461646174615f5f223a7b22666f726d6174223a227074227d2c227374657073223a7b22647479706522
  3a22493634222c227368617065223a5b325d2c22646174615f6f666673657473223a5b302c31365d7d2c227363616c65223a7b2264747970
  65223a22463634222c227368617065223a5b5d2c22646174615f6f666673657473223a5b31362c32345d7d2c22776569676874223a7b2264
  74797065223a22463332222c227368617065223a5b322c335d2c22646174615f6f666673657473223a5b32342c34385d7d2c22696473223a
  7b226474797065223a22493332222c227368617065223a5b325d2c22646174615f6f666673657473223a5b34382c35365d7d2c226d61736b
  223a7b226474797065223a225538222c227368617065223a5b335d2c22646174615f6f666673657473223a5b35362c35395d7d7d20202020
  ffffffffffffffff00000000000100009a9999999999b93f000000000000803f000000c00000003f000040400000008007000000f9ffffff
  0100ff
`);

const GOLDEN_TENSORS: NamedArray[] = [
  { name: "steps", shape: [2], data: new BigInt64Array([-1n, 1n << 40n]) },
  { name: "scale", shape: [], data: new Float64Array([0.1]) },
  { name: "weight", shape: [2, 3], data: new Float32Array([0, 1, -2, 0.5, 3, -0]) },
  { name: "ids", shape: [2], data: new Int32Array([7, -7]) },
  { name: "mask", shape: [3], data: new Uint8Array([1, 0, 255]) },
];

function fromHex(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(hex.replace(/\s/g, "").match(/../g)!, (byte) => parseInt(byte, 16));
}

/** Makes a file from a header, given as text or as a JSON value, and a number of data bytes. */
function fileOf(header: unknown, dataBytes = 0): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

function withLength(length: bigint): Uint8Array<ArrayBuffer> {
  const bytes = fileOf("{}");
  new DataView(bytes.buffer).setBigUint64(0, length, true);
  return bytes;
}

const f32 = (shape: unknown, data_offsets: unknown) => ({ dtype: "F32", shape, data_offsets });

Deno.test("encodeSafetensors writes the golden bytes for any order of the tensors", () => {
  assertEquals(encodeSafetensors(GOLDEN_TENSORS, { format: "pt" }), GOLDEN);
  assertEquals(encodeSafetensors(GOLDEN_TENSORS.toReversed(), { format: "pt" }), GOLDEN);
});

Deno.test("encodeSafetensors sorts tensors of one dtype, and metadata, by name", () => {
  const tensors = ["c", "a", "b"].map((name, i) => ({ name, shape: [1], data: new Float32Array([i]) }));
  const bytes = encodeSafetensors(tensors, { y: "1", x: "2" });
  assertEquals(encodeSafetensors(tensors.toReversed(), { x: "2", y: "1" }), bytes);
  assertEquals([...decodeSafetensors(bytes).tensors.keys()], ["a", "b", "c"]);
});

Deno.test("encodeSafetensors lays out files like the reference implementation", () => {
  const data = new Float32Array([0, 1, 2, 3, 4, 5]);
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  const [padded] = encodeSafetensorsParts([{ name: "attn0", shape: [1, 1, 2, 3], data }]);
  assertEquals(
    text(padded),
    'H\0\0\0\0\0\0\0{"attn0":{"dtype":"F32","shape":[1,1,2,3],"data_offsets":[0,24]}}       ',
  );
  const [unpadded] = encodeSafetensorsParts([{ name: "attn.0", shape: [1, 2, 3], data }]);
  assertEquals(text(unpadded), '@\0\0\0\0\0\0\0{"attn.0":{"dtype":"F32","shape":[1,2,3],"data_offsets":[0,24]}}');
  assertEquals(text(encodeSafetensors([])), "\b\0\0\0\0\0\0\0{}      ");
  assertEquals(
    text(encodeSafetensors([], { framework: "pt" })),
    '(\0\0\0\0\0\0\0{"__metadata__":{"framework":"pt"}}     ',
  );
});

Deno.test("decodeSafetensors reads the golden bytes", () => {
  const { tensors, metadata } = decodeSafetensors(GOLDEN);
  assertEquals([...tensors.values()], GOLDEN_TENSORS);
  assertEquals([...tensors.keys()], GOLDEN_TENSORS.map(({ name }) => name));
  assertEquals(metadata, { format: "pt" });
});

Deno.test("decoding an encoded file returns the same arrays for every type, odd sizes and unusual names", () => {
  const kinds: ((length: number) => TensorData)[] = [
    (n) => Float32Array.from({ length: n }, (_, i) => i - 0.5),
    (n) => Float64Array.from({ length: n }, (_, i) => i / 3),
    (n) => Int8Array.from({ length: n }, (_, i) => -i),
    (n) => Int16Array.from({ length: n }, (_, i) => -300 * i),
    (n) => Int32Array.from({ length: n }, (_, i) => -70000 * i),
    (n) => Uint8Array.from({ length: n }, (_, i) => 255 - i),
    (n) => Uint16Array.from({ length: n }, (_, i) => 65535 - i),
    (n) => Uint32Array.from({ length: n }, (_, i) => 2 ** 32 - 1 - i),
    (n) => BigInt64Array.from({ length: n }, (_, i) => BigInt(-i) << 40n),
    (n) => BigUint64Array.from({ length: n }, (_, i) => (1n << 64n) - 1n - BigInt(i)),
  ];
  const tensors = kinds.flatMap((kind, k) =>
    [0, 1, 3, 5, 8, 33].map((n) => ({ name: `${k} "\\\n{}:,é ${n}`, shape: [n, 1], data: kind(n) }))
  );
  tensors.push({ name: "__proto__", shape: [1], data: new Float32Array([1]) });
  const metadata = Object.fromEntries([["__proto__", "x"], ["10", ""], ["quote", '"\n: {']]);
  const decoded = decodeSafetensors(encodeSafetensors(tensors, metadata));
  assertEquals(decoded.metadata, metadata);
  assertEquals(decoded.tensors.size, tensors.length);
  for (const tensor of tensors) assertEquals(decoded.tensors.get(tensor.name), tensor);
});

Deno.test("encodeSafetensorsParts returns views of the tensors' memory, which may be shared", () => {
  const data = new Float32Array(new SharedArrayBuffer(64), 8, 6).fill(1.5);
  const tensor = { name: "w", shape: [6], data };
  const [, body] = encodeSafetensorsParts([tensor]);
  assertStrictEquals(body.buffer, data.buffer);
  assertEquals(decodeSafetensors(encodeSafetensors([tensor])).tensors.get("w")!.data, new Float32Array(6).fill(1.5));
});

Deno.test("decoded arrays are views of aligned bytes and copies of unaligned ones", () => {
  for (const aligned of [true, false]) {
    const buffer = new SharedArrayBuffer(GOLDEN.length + 8);
    const bytes = new Uint8Array(buffer, aligned ? 0 : 1, GOLDEN.length);
    bytes.set(GOLDEN);
    const { tensors } = decodeSafetensors(bytes);
    for (const { name, data } of GOLDEN_TENSORS) {
      const found = tensors.get(name)!.data;
      assertEquals(Array.from<number | bigint>(found), Array.from<number | bigint>(data));
      assertEquals(found.buffer === buffer, aligned || found.BYTES_PER_ELEMENT === 1, name);
    }
  }
});

Deno.test("F16 becomes Float32Array: all 65,536 halves match Float16Array", () => {
  const bytes = fileOf({ h: { dtype: "F16", shape: [65536], data_offsets: [0, 131072] } }, 131072);
  const halves = Uint16Array.from({ length: 65536 }, (_, i) => i);
  bytes.set(new Uint8Array(halves.buffer), bytes.length - 131072);
  assertEquals(decodeSafetensors(bytes).tensors.get("h")!.data, Float32Array.from(new Float16Array(halves.buffer)));
});

Deno.test("BF16 becomes Float32Array: all 65,536 brain floats match the upper halves of floats", () => {
  const bytes = fileOf({ b: { dtype: "BF16", shape: [256, 256], data_offsets: [0, 131072] } }, 131072);
  const view = new DataView(bytes.buffer, bytes.length - 131072);
  for (let i = 0; i < 65536; i++) view.setUint16(2 * i, i, true);
  const { data } = decodeSafetensors(bytes).tensors.get("b")!;
  assert(data instanceof Float32Array);
  const bits = new Uint32Array(data.buffer, data.byteOffset, data.length);
  assert(bits.every((found, i) => found === i * 65536));
});

Deno.test("decodeSafetensors reads files of other writers: other orders, padding, BOOL and extra fields", () => {
  const header = {
    late: { ...f32([1], [5, 9]), note: "ignored" },
    early: { dtype: "BOOL", shape: [5], data_offsets: [0, 5] },
    empty: f32([2, 0], [5, 5]),
  };
  const { tensors } = decodeSafetensors(fileOf(JSON.stringify(header) + " \t\r\n", 9));
  assertEquals([...tensors.keys()], ["early", "empty", "late"]);
  assertEquals(tensors.get("early")!.data, new Uint8Array(5));
  assertEquals(tensors.get("late")!.data, new Float32Array(1));
});

const MALFORMED: [what: string, file: Uint8Array, error: typeof RangeError | typeof SyntaxError, message: string][] = [
  ["an empty file", new Uint8Array(0), RangeError, "expected at least 8 bytes, found 0"],
  ["seven bytes", new Uint8Array(7), RangeError, "expected at least 8 bytes, found 7"],
  ["no header", new Uint8Array(8), SyntaxError, "expected a header that begins with {"],
  ["a header longer than the file", withLength(3n), RangeError, "expected a header of 3 bytes, found 2"],
  ["a header of 2^64 - 1 bytes", withLength((1n << 64n) - 1n), RangeError, "100 MB, found 18446744073709551615 bytes"],
  ["a header over the limit", withLength(100_000_001n), RangeError, "at most 100 MB, found 100000001 bytes"],
  ["a header at the limit", withLength(100_000_000n), RangeError, "expected a header of 100000000 bytes, found 2"],
  ["a header that is not UTF-8", fileOf("{}").map((b) => b === 0x7d ? 0xff : b), SyntaxError, "header in UTF-8"],
  ["a header cut short", fileOf('{"a\n":'), SyntaxError, "expected a header in JSON"],
  ["a header that begins with a space", fileOf(" {}"), SyntaxError, "begins with {"],
  ["a header that is a list", fileOf("[]"), SyntaxError, "begins with {"],
  ["text after the header", fileOf("{}{}"), SyntaxError, "header in JSON"],
  [
    "lists within lists",
    fileOf(`{"a":${"[".repeat(300)}${"]".repeat(300)}}`),
    SyntaxError,
    "expected a header in JSON, found lists or objects more than 256 deep",
  ],
  ["an entry that is null", fileOf({ a: null }), SyntaxError, 'tensor "a": expected an object, found null'],
  ["an entry that is a list", fileOf({ a: [] }), SyntaxError, 'tensor "a": expected an object, found []'],
  ["an entry without dtype", fileOf({ a: { shape: [] } }), SyntaxError, "found undefined"],
  ["an unknown dtype", fileOf({ a: { dtype: "F8_E4M3" } }), SyntaxError, 'F64, I64, U64, found "F8_E4M3"'],
  ["a dtype from Object.prototype", fileOf({ a: { dtype: "toString" } }), SyntaxError, 'found "toString"'],
  ["no shape", fileOf({ a: f32(undefined, [0, 4]) }, 4), SyntaxError, "whole numbers below 2^53, found undefined"],
  ["a negative size", fileOf({ a: f32([-1], [0, 4]) }, 4), SyntaxError, "whole numbers below 2^53, found [-1]"],
  [
    "two negative sizes",
    fileOf({ a: f32([-1, -1], [0, 4]) }, 4),
    SyntaxError,
    "whole numbers below 2^53, found [-1,-1]",
  ],
  [
    "a fractional size",
    fileOf({ a: f32([0.5, 2], [0, 4]) }, 4),
    SyntaxError,
    "whole numbers below 2^53, found [0.5,2]",
  ],
  ["a size in quotes", fileOf({ a: f32(["1"], [0, 4]) }, 4), SyntaxError, 'whole numbers below 2^53, found ["1"]'],
  [
    "a size beyond 2^53",
    fileOf({ a: f32([2 ** 60], [0, 4]) }, 4),
    SyntaxError,
    "below 2^53, found [1152921504606847000]",
  ],
  ["a product beyond 2^53", fileOf({ a: f32([2 ** 30, 2 ** 30], [0, 0]) }), RangeError, "below 2^53 bytes"],
  ["a product beyond 2^1024", fileOf({ a: f32(Array(40).fill(2 ** 50), [0, 0]) }), RangeError, "below 2^53 bytes"],
  ["a product of infinity and 0", fileOf({ a: f32([...Array(40).fill(2 ** 50), 0], [0, 0]) }), RangeError, "2^53"],
  ["a wrapped product", fileOf({ a: f32([2 ** 32, 2 ** 32, 2], [0, 0]) }), RangeError, "below 2^53 bytes"],
  ["no offsets", fileOf({ a: f32([1], undefined) }, 4), SyntaxError, "data_offsets [begin, end], found undefined"],
  ["one offset", fileOf({ a: f32([1], [4]) }, 4), SyntaxError, "data_offsets [begin, end], found [4]"],
  ["three offsets", fileOf({ a: f32([1], [0, 4, 8]) }, 4), SyntaxError, "found [0,4,8]"],
  ["a negative offset", fileOf({ a: f32([1], [-4, 0]) }, 4), SyntaxError, "found [-4,0]"],
  ["a fractional offset", fileOf({ a: f32([1], [0.5, 4.5]) }, 4), SyntaxError, "found [0.5,4.5]"],
  ["offsets in reverse", fileOf({ a: f32([1], [4, 0]) }, 4), RangeError, "expected 4 bytes for F32 [1], found [4,0]"],
  ["fewer bytes than the shape", fileOf({ a: f32([2], [0, 4]) }, 4), RangeError, "8 bytes for F32 [2], found [0,4]"],
  ["more bytes than the shape", fileOf({ a: f32([], [0, 8]) }, 8), RangeError, "4 bytes for F32 [], found [0,8]"],
  ["data cut short", fileOf({ a: f32([2], [0, 8]) }, 7), RangeError, "expected 8 bytes of data, found 7"],
  ["a huge tensor in a small file", fileOf({ a: f32([2 ** 48], [0, 2 ** 50]) }, 4), RangeError, "of data, found 4"],
  ["bytes after the data", fileOf({ a: f32([1], [0, 4]) }, 5), RangeError, "expected 4 bytes of data, found 5"],
  ["data without tensors", fileOf({}, 1), RangeError, "expected 0 bytes of data, found 1"],
  [
    "an overlap",
    fileOf({ a: f32([2], [0, 8]), b: f32([2], [4, 12]) }, 12),
    RangeError,
    'tensor "b": expected data_offsets from 8, found an overlap at 4',
  ],
  [
    "two tensors at the same offset",
    fileOf({ a: f32([1], [0, 4]), b: f32([1], [0, 4]) }, 4),
    RangeError,
    "an overlap at 0",
  ],
  [
    "an empty tensor inside another one",
    fileOf({ a: f32([2], [0, 8]), b: f32([0], [4, 4]) }, 8),
    RangeError,
    "an overlap at 4",
  ],
  ["a hole", fileOf({ a: f32([1], [0, 4]), b: f32([1], [8, 12]) }, 12), RangeError, "from 4, found a hole at 8"],
  ["a hole at the start", fileOf({ a: f32([1], [4, 8]) }, 8), RangeError, "from 0, found a hole at 4"],
  [
    "a name twice",
    fileOf(`{"a":${JSON.stringify(f32([1], [0, 4]))}, "a" :${JSON.stringify(f32([1], [0, 4]))}}`, 4),
    SyntaxError,
    'expected every name once, found "a" twice',
  ],
  [
    "a name twice, once in disguise",
    fileOf(`{"a\\"b":${JSON.stringify(f32([1], [0, 4]))},"\\u0061\\u0022b":${JSON.stringify(f32([1], [0, 4]))}}`, 4),
    SyntaxError,
    'found "a\\"b" twice',
  ],
  [
    "a field twice",
    fileOf('{"a":{"dtype":"F32","shape":[1],"shape":[1],"data_offsets":[0,4]}}', 4),
    SyntaxError,
    'found "shape" twice',
  ],
  ["metadata twice", fileOf('{"__metadata__":{},"__metadata__":{}}'), SyntaxError, 'found "__metadata__" twice'],
  ["metadata that is a list", fileOf({ __metadata__: [] }), SyntaxError, "__metadata__ to be an object, found []"],
  ["metadata that is null", fileOf({ __metadata__: null }), SyntaxError, "__metadata__ to be an object, found null"],
  ["a number in metadata", fileOf({ __metadata__: { v: 1 } }), SyntaxError, 'metadata "v" to be a string, found 1'],
  ["a line break in a name", fileOf({ "a\nb": 1 }), SyntaxError, 'tensor "a\\nb": expected an object, found 1'],
  ["a name of 1 MB", fileOf({ ["x".repeat(2 ** 20)]: 1 }), SyntaxError, "xxx...: expected an object"],
];

for (const [what, file, error, message] of MALFORMED) {
  Deno.test(`decodeSafetensors refuses ${what}`, () => {
    const thrown = assertThrows(() => decodeSafetensors(file, { source: SOURCE }), error, message);
    assert(thrown.message.startsWith(`read ${SOURCE}: `), thrown.message);
    assert(!thrown.message.includes("\n") && thrown.message.length < 400, thrown.message);
  });
}

Deno.test("decodeSafetensors refuses a file truncated at any byte", () => {
  for (let length = 0; length < GOLDEN.length; length++) {
    const cut = GOLDEN.subarray(0, length);
    const thrown = assertThrows(() => decodeSafetensors(cut, { source: SOURCE }));
    assert(thrown instanceof RangeError || thrown instanceof SyntaxError, `${length} bytes: ${thrown}`);
    assert(thrown.message.startsWith(`read ${SOURCE}: expected`), thrown.message);
  }
});

Deno.test("decodeSafetensors reads a file with any header byte changed, or refuses it in one line", () => {
  const headerEnd = 8 + GOLDEN[0] + 256 * GOLDEN[1];
  let refused = 0;
  for (let i = 0; i < headerEnd; i++) {
    for (const flip of [0x01, 0x02, 0x04, 0x10, 0x80]) {
      const bytes = GOLDEN.slice();
      bytes[i] ^= flip;
      try {
        const { tensors } = decodeSafetensors(bytes, { source: SOURCE });
        const total = [...tensors.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
        assert(total >= GOLDEN.length - headerEnd, `byte ${i}`);
      } catch (thrown) {
        assert(thrown instanceof RangeError || thrown instanceof SyntaxError, `byte ${i}: ${thrown}`);
        assert(/^read model\.safetensors: .*$/.test(thrown.message), thrown.message);
        refused++;
      }
    }
  }
  assert(refused > headerEnd, `${refused} of ${5 * headerEnd} refused`);
});

Deno.test("encodeSafetensors refuses tensors and metadata that the format cannot hold", () => {
  const data = new Float32Array(6);
  const refuses = (tensors: NamedArray[], error: typeof RangeError | typeof TypeError, message: string): void => {
    assertThrows(() => encodeSafetensors(tensors), error, message);
  };
  refuses([{ name: "w", shape: [2, 2], data }], RangeError, 'tensor "w": expected a shape of 6 elements, found [2,2]');
  refuses([{ name: "w", shape: [-2, -3], data }], RangeError, "expected a shape of 6 elements, found [-2,-3]");
  refuses([{ name: "w", shape: [1.5, 4], data }], RangeError, "expected a shape of 6 elements, found [1.5,4]");
  refuses([{ name: "w", shape: [], data }], RangeError, "expected a shape of 6 elements, found []");
  const twice = { name: "w", shape: [6], data };
  refuses([twice, { ...twice, data: new Int32Array(6) }], RangeError, 'tensor "w": expected a unique name');
  refuses([{ ...twice, name: "__metadata__" }], RangeError, 'tensor "__metadata__": expected a unique name');
  const clamped = new Uint8ClampedArray(6) as unknown as Uint8Array;
  refuses([{ ...twice, data: clamped }], TypeError, "BigUint64Array, found Uint8ClampedArray");
  const metadata = { version: 1 } as unknown as Record<string, string>;
  assertThrows(() => encodeSafetensors([], metadata), TypeError, 'metadata "version": expected a string, found 1');
});
