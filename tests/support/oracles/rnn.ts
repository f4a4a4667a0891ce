import { affine, affineBackward } from "./affine.ts";
import { recurrent, type RecurrentOptions, type RecurrentRun } from "./recurrent.ts";

/** Elman network (1990): h' = f(W_ih x + b_ih + W_hh h + b_hh), f = tanh or relu. */
export function rnn(
  { nonlinearity = "tanh", ...options }: RecurrentOptions & { nonlinearity?: "tanh" | "relu" },
): RecurrentRun {
  const { H, weights: w } = options;
  const activation = nonlinearity === "tanh" ? Math.tanh : (sum: number) => Math.max(sum, 0);
  const derivative = nonlinearity === "tanh" ? (h: number) => 1 - h * h : (h: number) => h > 0 ? 1 : 0;
  return recurrent(options, (x, { h, c }) => {
    const fromInput = affine(w.weight_ih, w.bias_ih, x, H), fromState = affine(w.weight_hh!, w.bias_hh, h, H);
    const next = fromInput.map((value, j) => activation(value + fromState[j]));
    return {
      state: { h: next, c },
      backward(dNext, gradients) {
        const dSum = next.map((value, j) => dNext.h[j] * derivative(value));
        return {
          dx: affineBackward(w.weight_ih, x, dSum, gradients.dWeight_ih, gradients.dBias_ih),
          dState: { h: affineBackward(w.weight_hh!, h, dSum, gradients.dWeight_hh, gradients.dBias_hh), c: dNext.c },
        };
      },
    };
  }, { stateSize: H, cellSize: 0 });
}
