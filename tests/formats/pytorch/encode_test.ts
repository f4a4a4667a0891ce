import { assert, assertEquals, assertThrows } from "@std/assert";
import { decodePyTorch, encodePyTorch, encodePyTorchParts, type NamedArray } from "../../../src/formats/mod.ts";

const ARRAYS = [
  Float32Array.of(0.5, -0, NaN, Infinity),
  Float64Array.of(1, 2, 3, 1e-300),
  Int8Array.of(-1, 2, 3, 4),
  Int16Array.of(-1, 2, 3, 4),
  Int32Array.of(-1, 2, 3, 4),
  Uint8Array.of(1, 2, 3, 255),
  Uint16Array.of(1, 2, 3, 65535),
  Uint32Array.of(1, 2, 3, 2 ** 32 - 1),
  BigInt64Array.of(-1n, 2n, 3n, 2n ** 62n),
  BigUint64Array.of(1n, 2n, 3n, 2n ** 64n - 1n),
];

Deno.test("tensors of every dtype are read as they were written", async () => {
  const tensors = ARRAYS.map((data): NamedArray => ({ name: data[Symbol.toStringTag], shape: [2, 2], data }));
  const { tensors: read } = await decodePyTorch(encodePyTorch(tensors));
  assertEquals([...read.values()], tensors);
});

Deno.test("scalars, empty tensors and many tensors are read as they were written", async () => {
  const tensors: NamedArray[] = [
    { name: "scalar", shape: [], data: Float32Array.of(3) },
    { name: "empty", shape: [0, 3], data: new Float32Array(0) },
    ...Array.from({ length: 300 }, (_, i) => ({ name: `層.${i}`, shape: [1, 1, 1], data: Float32Array.of(i) })),
  ];
  assertEquals([...(await decodePyTorch(encodePyTorch(tensors))).tensors.values()], tensors);
});

Deno.test("tensors with one array share one storage", async () => {
  const data = new Float32Array(1000);
  const tied = [{ name: "a", shape: [1000], data }, { name: "b", shape: [10, 100], data }];
  const bytes = encodePyTorch(tied);
  assert(bytes.length < 6000);
  const { tensors } = await decodePyTorch(bytes);
  assertEquals(tensors.get("a")!.data.byteOffset, tensors.get("b")!.data.byteOffset);
});

Deno.test("large arrays are not copied, and lie where PyTorch aligns them", () => {
  const data = new Float32Array(100);
  const parts = encodePyTorchParts([{ name: "a", shape: [100], data }]);
  const place = parts.findIndex(({ buffer }) => buffer === data.buffer);
  assertEquals(parts.slice(0, place).reduce((sum, { length }) => sum + length, 0) % 64, 0);
});

Deno.test("wrong tensors are refused", () => {
  const data = new Float32Array(2);
  assertThrows(() => encodePyTorch([{ name: "a", shape: [3], data }]), RangeError, "a shape of 2 elements, found [3]");
  const twice = [{ name: "a", shape: [2], data }, { name: "a", shape: [2], data }];
  assertThrows(() => encodePyTorch(twice), RangeError, 'encode tensor "a": expected a unique name');
});
