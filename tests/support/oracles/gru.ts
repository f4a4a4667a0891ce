import { affine, affineBackward } from "./affine.ts";
import { logistic } from "./elementwise.ts";
import { recurrent, type RecurrentOptions, type RecurrentRun } from "./recurrent.ts";

/**
 * Gated recurrent unit (Cho et al., 2014), gates stacked r, z, n, in the form with the reset gate after the recurrent
 * product and its bias:
 *
 *     r, z = sigmoid(W_ih x + b_ih + W_hh h + b_hh)
 *     n = tanh(W_in x + b_in + r (W_hn h + b_hn))
 *     h' = (1 - z) n + z h
 */
export function gru(options: RecurrentOptions): RecurrentRun {
  const { H, weights: w } = options;
  return recurrent(options, (x, { h, c }) => {
    const fromInput = affine(w.weight_ih, w.bias_ih, x, 3 * H), fromState = affine(w.weight_hh!, w.bias_hh, h, 3 * H);
    const gates = fromInput.slice(0, 2 * H).map((value, j) => logistic(value + fromState[j]));
    const r = gates.slice(0, H), z = gates.slice(H), candidateFromState = fromState.slice(2 * H);
    const n = fromInput.slice(2 * H).map((value, j) => Math.tanh(value + r[j] * candidateFromState[j]));
    return {
      state: { h: n.map((value, j) => (1 - z[j]) * value + z[j] * h[j]), c },
      backward(dNext, gradients) {
        const dFromInput = new Float64Array(3 * H), dFromState = new Float64Array(3 * H);
        for (let j = 0; j < H; j++) {
          const dSum = dNext.h[j] * (1 - z[j]) * (1 - n[j] ** 2);
          dFromInput[j] = dFromState[j] = dSum * candidateFromState[j] * r[j] * (1 - r[j]);
          dFromInput[H + j] = dFromState[H + j] = dNext.h[j] * (h[j] - n[j]) * z[j] * (1 - z[j]);
          dFromInput[2 * H + j] = dSum;
          dFromState[2 * H + j] = dSum * r[j];
        }
        const dh = affineBackward(w.weight_hh!, h, dFromState, gradients.dWeight_hh, gradients.dBias_hh);
        return {
          dx: affineBackward(w.weight_ih, x, dFromInput, gradients.dWeight_ih, gradients.dBias_ih),
          dState: { h: dh.map((value, j) => value + dNext.h[j] * z[j]), c: dNext.c },
        };
      },
    };
  }, { stateSize: H, cellSize: 0 });
}
