import { decodeOnnx, ELEMENT_TYPES, encodeOnnx, type ModelProto } from "../../../src/formats/onnx/mod.ts";
import { assert, assertEquals, assertThrows } from "@std/assert";

const MODEL: ModelProto = {
  irVersion: 8,
  producerName: "elman",
  opsetImport: [{ domain: "", version: 17 }],
  graph: {
    name: "graph",
    node: [{
      opType: "Loop",
      input: ["x", "", "z"],
      output: ["y"],
      attribute: [
        { name: "axis", i: -1, type: 2 },
        { name: "most", i: 2 ** 40, type: 2 },
        { name: "alpha", f: 0.5, type: 1 },
        { name: "kind", s: new TextEncoder().encode("über"), type: 3 },
        { name: "axes", ints: [0, 1, -2, 300], type: 7 },
        { name: "scales", floats: Float32Array.of(0, 1.5), type: 6 },
        { name: "names", strings: [Uint8Array.of(97), Uint8Array.of()], type: 8 },
        { name: "body", g: { name: "inner", node: [{ opType: "Add", input: ["a", "b"], output: ["c"] }] }, type: 5 },
      ],
    }],
    initializer: [
      { name: "w", dims: [2, 0, 3], dataType: ELEMENT_TYPES.float, rawData: new Uint8Array(400).fill(7) },
      { name: "v", dims: [2], dataType: ELEMENT_TYPES.double, doubleData: Float64Array.of(0.1, -3) },
    ],
    input: [{
      name: "x",
      type: { tensorType: { elemType: 1, shape: { dim: [{ dimParam: "time" }, { dimValue: 0 }] } } },
    }],
  },
};

Deno.test("an ONNX model is the same after encoding and decoding", () => {
  assertEquals(decodeOnnx(encodeOnnx(MODEL)), MODEL);
});

Deno.test("the bytes of an ONNX model are those of its protocol buffer", () => {
  const bytes = encodeOnnx({ irVersion: 300, producerName: "é", graph: { node: [{ input: [""] }] } });
  assertEquals([...bytes], [0x08, 0xac, 0x02, 0x12, 2, 0xc3, 0xa9, 0x3a, 4, 0x0a, 2, 0x0a, 0]);
});

Deno.test("lists of numbers are read packed and one by one, and unknown fields are skipped", () => {
  const graph = (tensor: number[]): Uint8Array =>
    Uint8Array.of(0x3a, tensor.length + 2, 0x2a, tensor.length, ...tensor);
  const dims = (tensor: number[]): unknown => decodeOnnx(graph(tensor)).graph!.initializer![0].dims;
  assertEquals(dims([0x08, 5, 0x0a, 2, 6, 7, 0x08, 8]), [5, 6, 7, 8]);
  assertEquals(dims([0x08, 5, 0xf8, 0x01, 9, 0xfd, 0x01, 1, 2, 3, 4]), [5]);
  const floats = decodeOnnx(graph([0x25, 0, 0, 0x80, 0x3f])).graph!.initializer![0].floatData;
  assertEquals(floats, Float32Array.of(1));
});

Deno.test("damaged ONNX bytes throw SyntaxError and name the source", () => {
  const bytes = encodeOnnx(MODEL);
  let refused = 0;
  for (let end = 0; end < bytes.length; end++) {
    try {
      decodeOnnx(bytes.subarray(0, end), "a.onnx");
    } catch (error) {
      assert(error instanceof SyntaxError && error.message.startsWith("read "), String(error));
      refused++;
    }
  }
  assert(refused > bytes.length / 2);
  for (
    const [damaged, message] of [
      [[0x3a, 0xff, 0xff, 0xff, 0xff, 0x7f], "more bytes"],
      [[0x03, 1], "found field 0"],
      [[0x53], "found wire type 3"],
      [[0x0b], "found a field of wire type 3"],
      [[0x08, ...new Array(10).fill(0xff), 1], "at most 64 bits"],
      [[0x12, 1, 0xff], "UTF-8"],
    ] as const
  ) {
    assertThrows(() => decodeOnnx(Uint8Array.from(damaged), "a.onnx"), SyntaxError, message);
  }
});
