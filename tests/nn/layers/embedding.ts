import { Embedding } from "../../../src/nn/mod.ts";
import type { LayerCase, Named } from "../../support/layer_contract.ts";
import { embedding } from "../../support/oracles/mod.ts";

function embeddingCase(V: number, E: number, ids: number[], lead?: number[]): LayerCase {
  return {
    inputs: {},
    parameters: { weight: [V, E] },
    outputs: { output: [...(lead ?? [ids.length]), E] },
    make: (options) => {
      const module = new Embedding({ size: V, width: E, ...options });
      return { module, run: () => ({ output: module.forward(Int32Array.from(ids), lead) }) };
    },
    twin: ({ weight }) => {
      const { output, backward } = embedding({ ids, weight, V, E });
      return { outputs: { output }, backward: ({ output }) => ({ weight: backward(output).dWeight }) };
    },
  };
}

export const embeddingCases: Named<LayerCase> = {
  "one id": embeddingCase(1, 1, [0]),
  "repeated and unused ids": embeddingCase(7, 5, [3, 0, 3, 6, 3, 0]),
  "ids of [T, B]": embeddingCase(9, 8, [8, 1, 1, 0, 7, 8], [3, 2]),
};
