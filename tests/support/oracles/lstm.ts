import { affine, affineBackward } from "./affine.ts";
import { logistic } from "./elementwise.ts";
import { type CellStep, recurrent, type RecurrentOptions, type RecurrentRun, type State } from "./recurrent.ts";

/**
 * Long short-term memory with a forget gate (Gers et al., 2000), gates stacked i, f, g, o:
 *
 *     i, f, o = sigmoid(W_ih x + b_ih + W_hh h + b_hh), g = tanh(the same)
 *     c' = f c + i g
 *     h' = o tanh(c'), or W_hr (o tanh(c')) with projection (Sak et al., 2014)
 */
export function lstm(options: RecurrentOptions): RecurrentRun {
  return recurrent(options, lstmCell(options), { stateSize: options.P || options.H, cellSize: options.H });
}

/** Returns the step of an LSTM. */
export function lstmCell({ H, P = 0, weights: w }: RecurrentOptions): (x: Float64Array, state: State) => CellStep {
  const none = new Float64Array(0);
  return (x, { h, c }) => {
    const fromInput = affine(w.weight_ih, w.bias_ih, x, 4 * H), fromState = affine(w.weight_hh!, w.bias_hh, h, 4 * H);
    const sums = fromInput.map((value, j) => value + fromState[j]);
    const i = sums.slice(0, H).map(logistic), f = sums.slice(H, 2 * H).map(logistic);
    const g = sums.slice(2 * H, 3 * H).map(Math.tanh), o = sums.slice(3 * H).map(logistic);
    const next = c.map((value, j) => f[j] * value + i[j] * g[j]);
    const squashed = next.map(Math.tanh);
    const hidden = squashed.map((value, j) => o[j] * value);
    return {
      state: { h: P ? affine(w.weight_hr!, null, hidden, P) : hidden, c: next },
      backward(dNext, gradients) {
        const dHidden = P ? affineBackward(w.weight_hr!, hidden, dNext.h, gradients.dWeight_hr, none) : dNext.h;
        const dSums = new Float64Array(4 * H), dc = new Float64Array(H);
        for (let j = 0; j < H; j++) {
          const dCell = dNext.c[j] + dHidden[j] * o[j] * (1 - squashed[j] ** 2);
          dSums[j] = dCell * g[j] * i[j] * (1 - i[j]);
          dSums[H + j] = dCell * c[j] * f[j] * (1 - f[j]);
          dSums[2 * H + j] = dCell * i[j] * (1 - g[j] ** 2);
          dSums[3 * H + j] = dHidden[j] * squashed[j] * o[j] * (1 - o[j]);
          dc[j] = dCell * f[j];
        }
        return {
          dx: affineBackward(w.weight_ih, x, dSums, gradients.dWeight_ih, gradients.dBias_ih),
          dState: { h: affineBackward(w.weight_hh!, h, dSums, gradients.dWeight_hh, gradients.dBias_hh), c: dc },
        };
      },
    };
  };
}
