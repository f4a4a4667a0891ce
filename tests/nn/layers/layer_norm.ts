import { sizeOf } from "../../../src/tensor/mod.ts";
import { LayerNorm } from "../../../src/nn/mod.ts";
import type { LayerCase, Named } from "../../support/layer_contract.ts";
import { layerNorm } from "../../support/oracles/mod.ts";

function layerNormCase(lead: number[], H: number, eps?: number): LayerCase {
  return {
    inputs: { x: [...lead, H] },
    parameters: { weight: [H], bias: [H] },
    outputs: { output: [...lead, H] },
    make: (options) => {
      const module = new LayerNorm({ width: H, epsilon: eps, ...options });
      return { module, run: ({ x }) => ({ output: module.forward(x) }) };
    },
    twin: ({ x, weight, bias }) => {
      const { output, backward } = layerNorm({ x, N: sizeOf(lead), H, weight, bias, eps });
      return {
        outputs: { output },
        backward: ({ output }) => {
          const { dx, dWeight, dBias } = backward(output);
          return { x: dx, weight: dWeight, bias: dBias };
        },
      };
    },
  };
}

export const layerNormCases: Named<LayerCase> = {
  "[5]": layerNormCase([], 5),
  "[2, 9]": layerNormCase([2], 9),
  "[3, 2, 7]": layerNormCase([3, 2], 7),
  "[4, 33], epsilon 0.1": layerNormCase([4], 33, 0.1),
};
