import { Convolution } from "../../../src/nn/mod.ts";
import type { LayerCase, Named } from "../../support/layer_contract.ts";
import { convolution } from "../../support/oracles/mod.ts";

interface Sizes {
  readonly T: number;
  readonly lengths: readonly number[];
  readonly E: number;
  readonly F: number;
  readonly W: number;
  readonly bias?: boolean;
}

function convolutionCase({ T, lengths, E, F, W, bias = true }: Sizes): LayerCase {
  const B = lengths.length;
  return {
    inputs: { x: [T, B, E] },
    parameters: { weight: [F, E, W], ...(bias && { bias: [F] }) },
    outputs: { output: [T, B, F] },
    make: (options) => {
      const module = new Convolution({ input: E, filters: F, width: W, bias, ...options });
      return { module, run: ({ x }) => ({ output: module.forward(x, Int32Array.from(lengths)) }) };
    },
    twin: ({ x, weight, bias }) => {
      const { output, backward } = convolution({ x, lengths, weight, bias, T, B, E, F, W });
      return {
        outputs: { output },
        backward: ({ output }) => {
          const { dx, dWeight, dBias } = backward(output);
          return { x: dx, weight: dWeight, ...(bias && { bias: dBias }) };
        },
      };
    },
  };
}

export const convolutionCases: Named<LayerCase> = {
  "one step of one number": convolutionCase({ T: 1, lengths: [1], E: 1, F: 1, W: 1 }),
  "filters wider than the sequence": convolutionCase({ T: 3, lengths: [3, 3], E: 3, F: 5, W: 9 }),
  "an even width": convolutionCase({ T: 6, lengths: [6], E: 4, F: 3, W: 4 }),
  "ragged": convolutionCase({ T: 7, lengths: [3, 7, 1], E: 5, F: 9, W: 3 }),
  "ragged, padding for all, no bias": convolutionCase({ T: 9, lengths: [8, 2], E: 7, F: 4, W: 5, bias: false }),
};
