import { AttentionPooling } from "../../../src/nn/mod.ts";
import type { LayerCase, Named } from "../../support/layer_contract.ts";
import { attentionPooling } from "../../support/oracles/mod.ts";

function attentionPoolingCase(T: number, lengths: number[], K: number, A = K): LayerCase {
  const B = lengths.length;
  return {
    inputs: { x: [T, B, K] },
    parameters: { "projection.weight": [A, K], "projection.bias": [A], query: [1, A] },
    outputs: { pooled: [B, K], weights: [B, T] },
    make: (options) => {
      const module = new AttentionPooling({ input: K, width: A, ...options });
      return { module, run: ({ x }) => ({ ...module.forward(x, Int32Array.from(lengths)) }) };
    },
    twin: (values) => {
      const { x, "projection.weight": weight, "projection.bias": bias, query } = values;
      const { pooled, weights, backward } = attentionPooling({ x, lengths, weight, bias, query, T, B, K, A });
      return {
        outputs: { pooled, weights },
        backward: (cotangents) => {
          const { x, weight, bias, query } = backward(cotangents.pooled, cotangents.weights);
          return { x, "projection.weight": weight, "projection.bias": bias, query };
        },
      };
    },
  };
}

export const attentionPoolingCases: Named<LayerCase> = {
  "one step of one number": attentionPoolingCase(1, [1], 1),
  "one step, a wide query": attentionPoolingCase(1, [1, 1, 1], 3, 5),
  "one sequence": attentionPoolingCase(5, [5], 4),
  "ragged": attentionPoolingCase(7, [3, 7, 1], 5),
  "ragged, a narrow query": attentionPoolingCase(9, [8, 2, 9, 4], 8, 3),
};
