import { affine, affineBackward } from "./affine.ts";
import { logistic } from "./elementwise.ts";
import { recurrent, type RecurrentOptions, type RecurrentRun } from "./recurrent.ts";

/**
 * Gated recurrent unit as printed (Cho et al., 2014), gates stacked r, z, n, with the reset gate before the recurrent
 * product:
 *
 *     r, z = sigmoid(W_ih x + b_ih + W_hh h + b_hh)
 *     n = tanh(W_in x + b_in + W_hn (r h) + b_hn)
 *     h' = (1 - z) n + z h
 */
export function choGru(options: RecurrentOptions): RecurrentRun {
  const { H, weights: { weight_ih, weight_hh, bias_ih, bias_hh } } = options;
  const [rows, all] = [2 * H * H, Float64Array.from(weight_hh!)];
  const [weightRZ, weightN] = [all.subarray(0, rows), all.subarray(rows)];
  const [biasRZ, biasN] = bias_hh
    ? [Float64Array.from(bias_hh).subarray(0, 2 * H), Float64Array.from(bias_hh).subarray(2 * H)]
    : [null, null];
  return recurrent(options, (x, { h, c }) => {
    const fromInput = affine(weight_ih, bias_ih, x, 3 * H), fromState = affine(weightRZ, biasRZ, h, 2 * H);
    const gates = fromState.map((value, j) => logistic(value + fromInput[j]));
    const r = gates.slice(0, H), z = gates.slice(H);
    const reset = h.map((value, j) => r[j] * value);
    const n = affine(weightN, biasN, reset, H).map((value, j) => Math.tanh(value + fromInput[2 * H + j]));
    return {
      state: { h: n.map((value, j) => (1 - z[j]) * value + z[j] * h[j]), c },
      backward(dNext, gradients) {
        const dWeights = gradients.dWeight_hh, dBias = gradients.dBias_hh;
        const dn = dNext.h.map((d, j) => d * (1 - z[j]) * (1 - n[j] ** 2));
        const dReset = affineBackward(weightN, reset, dn, dWeights.subarray(rows), dBias.subarray(2 * H));
        const dGates = new Float64Array(3 * H);
        for (let j = 0; j < H; j++) {
          dGates[j] = dReset[j] * h[j] * r[j] * (1 - r[j]);
          dGates[H + j] = dNext.h[j] * (h[j] - n[j]) * z[j] * (1 - z[j]);
          dGates[2 * H + j] = dn[j];
        }
        const dRZ = dGates.slice(0, 2 * H);
        const dh = affineBackward(weightRZ, h, dRZ, dWeights.subarray(0, rows), dBias.subarray(0, 2 * H));
        return {
          dx: affineBackward(weight_ih, x, dGates, gradients.dWeight_ih, gradients.dBias_ih),
          dState: { h: dh.map((value, j) => value + dNext.h[j] * z[j] + dReset[j] * r[j]), c: dNext.c },
        };
      },
    };
  }, { stateSize: H, cellSize: 0 });
}
