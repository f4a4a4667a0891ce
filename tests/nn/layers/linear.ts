import { sizeOf } from "../../../src/tensor/mod.ts";
import { Linear } from "../../../src/nn/mod.ts";
import type { LayerCase, Named } from "../../support/layer_contract.ts";
import { linear } from "../../support/oracles/mod.ts";

function linearCase(lead: number[], I: number, O: number, bias = true): LayerCase {
  return {
    inputs: { x: [...lead, I] },
    parameters: { weight: [O, I], ...(bias && { bias: [O] }) },
    outputs: { output: [...lead, O] },
    make: (options) => {
      const module = new Linear({ input: I, output: O, bias, ...options });
      return { module, run: ({ x }) => ({ output: module.forward(x) }) };
    },
    twin: (values) => {
      const { x, weight, bias } = values;
      const { output, backward } = linear({ x, N: sizeOf(lead), I, O, weight, bias });
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

export const linearCases: Named<LayerCase> = {
  "[1] to [1]": linearCase([], 1, 1),
  "[3] to [5]": linearCase([], 3, 5),
  "[2, 3] to [2, 5]": linearCase([2], 3, 5),
  "[3, 2, 9] to [3, 2, 7]": linearCase([3, 2], 9, 7),
  "[4, 5] to [4, 33] without bias": linearCase([4], 5, 33, false),
};
