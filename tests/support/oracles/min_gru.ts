import { affine, affineBackward } from "./affine.ts";
import { logistic } from "./elementwise.ts";
import { recurrent, type RecurrentOptions, type RecurrentRun } from "./recurrent.ts";

/**
 * minGRU (Feng et al., 2024), gates stacked z, n, with the positive candidate of the paper's log-space form:
 *
 *     z = sigmoid(W_iz x + b_iz)
 *     n = g(W_in x + b_in),   g(a) = a + 1/2 if a >= 0, else sigmoid(a)
 *     h' = (1 - z) h + z n
 */
export function minGRU(options: RecurrentOptions): RecurrentRun {
  const { H, weights: w } = options;
  return recurrent(options, (x, { h, c }) => {
    const a = affine(w.weight_ih, w.bias_ih, x, 2 * H);
    const z = a.slice(0, H).map(logistic), n = a.slice(H).map((value) => value >= 0 ? value + 0.5 : logistic(value));
    return {
      state: { h: h.map((value, j) => (1 - z[j]) * value + z[j] * n[j]), c },
      backward(dNext, gradients) {
        const da = new Float64Array(2 * H);
        for (let j = 0; j < H; j++) {
          da[j] = dNext.h[j] * (n[j] - h[j]) * z[j] * (1 - z[j]);
          da[H + j] = dNext.h[j] * z[j] * (a[H + j] >= 0 ? 1 : n[j] * (1 - n[j]));
        }
        return {
          dx: affineBackward(w.weight_ih, x, da, gradients.dWeight_ih, gradients.dBias_ih),
          dState: { h: dNext.h.map((d, j) => d * (1 - z[j])), c: dNext.c },
        };
      },
    };
  }, { stateSize: H, cellSize: 0 });
}
