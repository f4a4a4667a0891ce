import { affine, affineBackward } from "./affine.ts";
import { logistic } from "./elementwise.ts";
import { recurrent, type RecurrentOptions, type RecurrentRun } from "./recurrent.ts";

/**
 * Quasi-recurrent network (Bradbury et al., 2017) with fo-pooling, gates stacked z, f, o. If the weight has 2 I
 * columns, the input before comes first:
 *
 *     z = tanh(W_iz [x_before, x] + b_iz)
 *     f, o = sigmoid(W_if [x_before, x] + b_if), sigmoid(W_io [x_before, x] + b_io)
 *     c' = f c + (1 - f) z
 *     output = o c'
 *
 * The state h is c.
 */
export function qrnn(options: RecurrentOptions): RecurrentRun {
  const { I, H, weights: w } = options;
  const isWide = w.weight_ih.length === 3 * H * 2 * I;
  return recurrent(options, (x, { h: cell, c: none }, before) => {
    const read = isWide ? Float64Array.of(...before, ...x) : x;
    const a = affine(w.weight_ih, w.bias_ih, read, 3 * H);
    const z = a.slice(0, H).map(Math.tanh), f = a.slice(H, 2 * H).map(logistic), o = a.slice(2 * H).map(logistic);
    const next = cell.map((value, j) => f[j] * value + (1 - f[j]) * z[j]);
    return {
      state: { h: next, c: none },
      output: next.map((value, j) => o[j] * value),
      backward(dNext, gradients, dOutput) {
        const da = new Float64Array(3 * H), dCell = dNext.h.map((d, j) => d + dOutput[j] * o[j]);
        for (let j = 0; j < H; j++) {
          da[j] = dCell[j] * (1 - f[j]) * (1 - z[j] ** 2);
          da[H + j] = dCell[j] * (cell[j] - z[j]) * f[j] * (1 - f[j]);
          da[2 * H + j] = dOutput[j] * next[j] * o[j] * (1 - o[j]);
        }
        const dRead = affineBackward(w.weight_ih, read, da, gradients.dWeight_ih, gradients.dBias_ih);
        return {
          dx: dRead.slice(-I),
          dBefore: isWide ? dRead.slice(0, I) : undefined,
          dState: { h: dCell.map((d, j) => d * f[j]), c: dNext.c },
        };
      },
    };
  }, { stateSize: H, cellSize: 0 });
}
