import { importLayers } from "../../../../tasks/exchange/mod.ts";
import { assertSameOutputs, ONNX_GOLDENS, unpackFile } from "../../../support/exchange_goldens.ts";

for (const [name, golden] of ONNX_GOLDENS) {
  Deno.test(`a graph of ONNX computes what its library does within 1e-5: ${name}`, async () => {
    assertSameOutputs(await importLayers(unpackFile(golden.model)), golden, name);
  });
}
