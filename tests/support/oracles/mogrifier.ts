import { affine, affineBackward, type Values } from "./affine.ts";
import { logistic } from "./elementwise.ts";
import { lstmCell } from "./lstm.ts";
import { type CellStep, recurrent, type RecurrentOptions, type RecurrentRun } from "./recurrent.ts";

/**
 * Mogrifier LSTM (Melis et al., 2020): a step of `lstm` from x and h after the rounds i = 1, 2, ..., each of which
 * replaces one of them:
 *
 *     x = 2 sigmoid(Q^i h) x for odd i
 *     h = 2 sigmoid(R^i x) h for even i
 *
 * `weight_q` and `weight_r` hold the matrices of the rounds one below the other.
 */
export function mogrifier(options: RecurrentOptions): RecurrentRun {
  const { I, H, weights: { weight_q: Q, weight_r: R } } = options;
  const none = new Float64Array(0);
  const matrices = [blocksOf(Q!, I * H), blocksOf(R ?? [], I * H)];
  const matrixOf = (round: number) => matrices[round % 2][Math.floor(round / 2)];
  const step = lstmCell(options);
  return recurrent(options, (input, { h: before, c }): CellStep => {
    let x = input, h = before;
    const rounds: { i: number; from: Float64Array; by: Float64Array; gate: Float64Array }[] = [];
    for (let i = 0; i < matrices.flat().length; i++) {
      const [from, by] = i % 2 === 0 ? [x, h] : [h, x];
      const gate = affine(matrixOf(i), null, by, from.length).map(logistic);
      const to = from.map((value, j) => 2 * gate[j] * value);
      if (i % 2 === 0) x = to;
      else h = to;
      rounds.push({ i, from, by, gate });
    }
    const last = step(x, { h, c });
    return {
      state: last.state,
      backward(dNext, gradients, dOutput) {
        const { dx, dState } = last.backward(dNext, gradients, dOutput);
        const d = [dx, dState.h];
        for (const { i, from, by, gate } of rounds.toReversed()) {
          const dTo = d[i % 2];
          const dSum = dTo.map((value, j) => 2 * value * from[j] * gate[j] * (1 - gate[j]));
          const first = Math.floor(i / 2) * I * H;
          const all = i % 2 === 0 ? gradients.dWeight_q : gradients.dWeight_r;
          const dBy = affineBackward(matrixOf(i), by, dSum, all.subarray(first, first + I * H), none);
          d[i % 2] = dTo.map((value, j) => 2 * value * gate[j]);
          d[1 - i % 2] = d[1 - i % 2].map((value, j) => value + dBy[j]);
        }
        return { dx: d[0], dState: { h: d[1], c: dState.c } };
      },
    };
  }, { stateSize: H, cellSize: H });
}

/** Splits numbers into blocks of `size`. */
function blocksOf(values: Values, size: number): Float64Array[] {
  return Array.from({ length: values.length / size }, (_, i) => {
    return Float64Array.from({ length: size }, (_, j) => values[i * size + j]);
  });
}
