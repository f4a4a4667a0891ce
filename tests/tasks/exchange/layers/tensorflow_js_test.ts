import { assertEquals } from "@std/assert";
import { importLayers } from "../../../../tasks/exchange/mod.ts";
import { assertSameOutputs, fromBase64, TENSORFLOW_JS_GOLDENS } from "../../../support/exchange_goldens.ts";

const encode = (value: unknown): Uint8Array<ArrayBuffer> => new TextEncoder().encode(JSON.stringify(value));

for (const [name, golden] of TENSORFLOW_JS_GOLDENS) {
  Deno.test(`a network of TensorFlow.js computes what TensorFlow.js does within 1e-5: ${name}`, async () => {
    const readFile = () => Promise.resolve(fromBase64(golden.weights));
    assertSameOutputs(await importLayers(encode(golden.model), { readFile }), golden, name);
  });
}

Deno.test("quantized weights are read", async () => {
  const dense = { class_name: "Dense", config: { name: "a", units: 1, use_bias: false } };
  const read = async (quantization: Record<string, unknown>, data: Uint8Array | Uint16Array) => {
    const weights = [{ name: "a/kernel", shape: [2, 1], dtype: "float32", quantization }];
    const model = {
      modelTopology: { class_name: "Sequential", config: { layers: [dense] } },
      weightsManifest: [{ paths: ["w.bin"], weights }],
    };
    const readFile = () => Promise.resolve(new Uint8Array(data.buffer as ArrayBuffer));
    const { layers: [layer] } = await importLayers(encode(model), { readFile });
    return [...layer.tensors.get("weight")!.data];
  };
  assertEquals(await read({ dtype: "uint8", scale: 0.5, min: -1 }, Uint8Array.of(0, 255)), [-1, 126.5]);
  assertEquals(await read({ dtype: "uint16", scale: 0.25, min: 2 }, Uint16Array.of(4, 65535)), [3, 16385.75]);
  assertEquals(await read({ dtype: "float16" }, Uint16Array.of(0x3c00, 0xc100)), [1, -2.5]);
});
