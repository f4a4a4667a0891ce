import { importLayers } from "../../../../tasks/exchange/mod.ts";
import { assertSameOutputs, fromBase64, TENSORFLOW_JS_GOLDENS } from "../../../support/exchange_goldens.ts";

const encode = (value: unknown): Uint8Array<ArrayBuffer> => new TextEncoder().encode(JSON.stringify(value));

for (const [name, golden] of TENSORFLOW_JS_GOLDENS) {
  Deno.test(`a network of TensorFlow.js computes what TensorFlow.js does within 1e-5: ${name}`, async () => {
    const readFile = () => Promise.resolve(fromBase64(golden.weights));
    assertSameOutputs(await importLayers(encode(golden.model), { readFile }), golden, name);
  });
}
