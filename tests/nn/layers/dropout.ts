import { sizeOf } from "../../../src/tensor/mod.ts";
import { Dropout, LockedDropout, type Module, type Tensor } from "../../../src/nn/mod.ts";
import { DROPOUT_STEP, type LayerCase, type Named } from "../../support/layer_contract.ts";
import { philoxUniform } from "../../support/philox.ts";

/** The mask is drawn for the last `period` elements and repeated over the elements before them. */
function dropoutCase(shape: number[], rate: number, period: number, module: Module & Runnable): LayerCase {
  const { seed, step } = DROPOUT_STEP;
  const uniform = philoxUniform(period, { seedLow: seed, seedHigh: 0, stream: 0, step });
  const drop = (values: Float64Array) =>
    values.map((value, i) => uniform[i % period] >= Math.fround(rate) ? value / (1 - rate) : 0);
  return {
    inputs: { x: shape },
    parameters: {},
    outputs: { output: shape },
    make: () => ({ module, run: ({ x }) => ({ output: module.forward(x) }) }),
    twin: ({ x }) => ({ outputs: { output: drop(x) }, backward: ({ output }) => ({ x: drop(output) }) }),
    inferred: ({ x }) => ({ output: x }),
  };
}

interface Runnable {
  forward(x: Tensor): Tensor;
}

export const dropoutCases: Named<LayerCase> = Object.fromEntries(
  ([[[1], 0.5], [[3, 5], 0], [[4, 3, 7], 0.3], [[33], 0.9]] as const).map(([shape, rate]) => [
    `[${shape}] at ${rate}`,
    dropoutCase([...shape], rate, sizeOf(shape), new Dropout(rate)),
  ]),
);

export const lockedDropoutCases: Named<LayerCase> = Object.fromEntries(
  ([[[1, 1, 1], 0.5], [[2, 3, 5], 0], [[4, 3, 7], 0.3], [[5, 1, 33], 0.9]] as const).map(([shape, rate]) => [
    `[${shape}] at ${rate}`,
    dropoutCase([...shape], rate, shape[1] * shape[2], new LockedDropout(rate)),
  ]),
);
