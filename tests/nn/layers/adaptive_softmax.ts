import { AdaptiveSoftmax, type ModuleOptions, type Tensor } from "../../../src/nn/mod.ts";
import { sizeOf } from "../../../src/tensor/mod.ts";
import type { LayerCase, Named } from "../../support/layer_contract.ts";
import { adaptiveSoftmax } from "../../support/oracles/mod.ts";

interface Sizes {
  readonly lead: readonly number[];
  readonly I: number;
  readonly V: number;
  readonly cutoffs: readonly number[];
  /** The size of the vectors of each cluster, with a divValue of 2. */
  readonly widths: readonly number[];
  readonly headBias?: boolean;
}

/** The use of a layer in a case, and its output in terms of the log-probabilities. */
interface Use {
  readonly run: (module: AdaptiveSoftmax, x: Tensor) => Tensor;
  readonly shape: readonly number[];
  readonly outputOf: (logs: Float64Array) => Float64Array;
  readonly slopesOf: (cotangent: Float64Array) => Float64Array;
}

function caseOf({ lead, I, V, cutoffs, widths, headBias = false }: Sizes, use: Use): LayerCase {
  const [first] = cutoffs;
  const sizes = cutoffs.map((cutoff, i) => (cutoffs[i + 1] ?? V) - cutoff);
  return {
    inputs: { x: [...lead, I] },
    parameters: {
      "head.weight": [first + cutoffs.length, I],
      ...(headBias && { "head.bias": [first + cutoffs.length] }),
      ...Object.fromEntries(widths.flatMap((width, i) => [
        [`tail.${i}.0.weight`, [width, I]],
        [`tail.${i}.1.weight`, [sizes[i], width]],
      ])),
    },
    outputs: { output: use.shape },
    make: (options: ModuleOptions) => {
      const module = new AdaptiveSoftmax({ input: I, output: V, cutoffs, divValue: 2, headBias, ...options });
      return { module, run: ({ x }) => ({ output: use.run(module, x) }) };
    },
    twin: (values) => {
      const clusters = widths.map((width, i) => {
        const [project, words] = [values[`tail.${i}.0.weight`], values[`tail.${i}.1.weight`]];
        return { project, words, width, size: sizes[i] };
      });
      const { x, "head.weight": head, "head.bias": bias } = values;
      const { output, backward } = adaptiveSoftmax({ x, N: sizeOf(lead), I, first, head, bias, clusters });
      return {
        outputs: { output: use.outputOf(output) },
        backward: ({ output }) => {
          const { dx, dHead, dBias, dClusters } = backward(use.slopesOf(output));
          return {
            x: dx,
            "head.weight": dHead,
            ...(headBias && { "head.bias": dBias }),
            ...Object.fromEntries(dClusters.flatMap(({ project, words }, i) => [
              [`tail.${i}.0.weight`, project],
              [`tail.${i}.1.weight`, words],
            ])),
          };
        },
      };
    },
  };
}

function forwardCase(sizes: Sizes): LayerCase {
  const same = (values: Float64Array): Float64Array => values;
  const shape = [...sizes.lead, sizes.V];
  return caseOf(sizes, { run: (module, x) => module.forward(x), shape, outputOf: same, slopesOf: same });
}

function lossCase(sizes: Sizes, targets: Int32Array): LayerCase {
  const { V } = sizes;
  const counted = [...targets.keys()].filter((row) => targets[row] >= 0);
  return caseOf(sizes, {
    run: (module, x) => module.loss(x, targets),
    shape: [],
    outputOf: (logs) => Float64Array.of(counted.reduce((sum, r) => sum - logs[r * V + targets[r]], 0) / counted.length),
    slopesOf: ([slope]) => {
      const slopes = new Float64Array(targets.length * V);
      for (const r of counted) slopes[r * V + targets[r]] = -slope / counted.length;
      return slopes;
    },
  });
}

const ONE = { lead: [5], I: 5, V: 9, cutoffs: [4], widths: [2] };
const TWO = { lead: [3, 2], I: 8, V: 19, cutoffs: [1, 6], widths: [4, 2], headBias: true };
const THREE = { lead: [2, 4], I: 3, V: 41, cutoffs: [7, 8, 40], widths: [1, 1, 1] };

export const adaptiveSoftmaxCases: Named<LayerCase> = {
  "one cluster": forwardCase(ONE),
  "two clusters": forwardCase(TWO),
  "three clusters, two of one word": forwardCase(THREE),
  "the loss of one cluster": lossCase(ONE, Int32Array.of(3, 4, 8, 0, 8)),
  "the loss of two clusters, some rows ignored": lossCase(TWO, Int32Array.of(18, -1, 1, 0, 5, -1)),
  "the loss of three clusters": lossCase(THREE, Int32Array.of(0, 7, 40, 39, 8, 6, 40, 20)),
};
