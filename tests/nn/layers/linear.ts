import { sizeOf } from "../../../src/tensor/mod.ts";
import { type ClassSample, Linear } from "../../../src/nn/mod.ts";
import type { LayerCase, Named } from "../../support/layer_contract.ts";
import { linear, smoothedCrossEntropy } from "../../support/oracles/mod.ts";

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

/** A case of the loss over a sample of the classes. */
function sampledCase(rows: number, I: number, O: number, sample: ClassSample, bias = true): LayerCase {
  const { classes, targets, shifts } = sample;
  const S = classes.length;
  return {
    inputs: { x: [rows, I] },
    parameters: { weight: [O, I], ...(bias && { bias: [O] }) },
    outputs: { loss: [] },
    make: (options) => {
      const module = new Linear({ input: I, output: O, bias, ...options });
      return { module, run: ({ x }) => ({ loss: module.sampledLoss(x, sample) }) };
    },
    twin: (values) => {
      const { x, weight, bias } = values;
      const { output, backward } = linear({ x, N: rows, I, O, weight, bias });
      const placeOf = (i: number): number => Math.floor(i / S) * O + classes[i % S];
      const logits = Float64Array.from({ length: rows * S }, (_, i) => output[placeOf(i)] + shifts[i % S]);
      const weights = new Array<number>(S).fill(1);
      const entropy = smoothedCrossEntropy({ logits, targets, weights, smoothing: 0, N: rows, V: S });
      return {
        outputs: { loss: Float64Array.of(entropy.loss) },
        backward: ({ loss: [slope] }) => {
          const dOutput = new Float64Array(rows * O);
          entropy.dLogits.forEach((value, i) => dOutput[placeOf(i)] = slope * value / entropy.total);
          const { dx, dWeight, dBias } = backward(dOutput);
          return { x: dx, weight: dWeight, bias: dBias };
        },
      };
    },
  };
}

const FEW: ClassSample = {
  classes: Int32Array.of(0, 3, 6),
  targets: Int32Array.of(1, 2, -1, 1),
  shifts: Float32Array.of(0.5, 0, 2.25),
};
const ALL: ClassSample = {
  classes: Int32Array.from({ length: 35 }, (_, i) => i),
  targets: Int32Array.of(34, 0, 7, 7, 12),
  shifts: new Float32Array(35),
};

export const linearCases: Named<LayerCase> = {
  "[1] to [1]": linearCase([], 1, 1),
  "[3] to [5]": linearCase([], 3, 5),
  "[2, 3] to [2, 5]": linearCase([2], 3, 5),
  "[3, 2, 9] to [3, 2, 7]": linearCase([3, 2], 9, 7),
  "[4, 5] to [4, 33] without bias": linearCase([4], 5, 33, false),
  "the loss over 3 of 7 classes, a row ignored": sampledCase(4, 5, 7, FEW),
  "the loss over 3 of 9 classes without bias": sampledCase(4, 3, 9, FEW, false),
  "the loss over a sample of all 35 classes": sampledCase(5, 9, 35, ALL),
};
