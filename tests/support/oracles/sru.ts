import { affine, affineBackward } from "./affine.ts";
import { logistic } from "./elementwise.ts";
import { recurrent, type RecurrentOptions, type RecurrentRun } from "./recurrent.ts";

/**
 * Simple recurrent unit (Lei et al., 2018), gates stacked u, f, r and, unless I = H, s:
 *
 *     u = W_iu x
 *     f, r = sigmoid(W_if x + v_f c + b_f), sigmoid(W_ir x + v_r c + b_r)
 *     c' = f c + (1 - f) u
 *     output = r c' + (1 - r) s,   s = W_is x, or sqrt(3) x
 *
 * The state h is c; `weight_c` is v_f and v_r, `bias_ih` is b_f and b_r.
 */
export function sru(options: RecurrentOptions): RecurrentRun {
  const { I, H, weights: w } = options;
  const G = w.weight_ih.length / (H * I), scale = Math.sqrt(3), v = w.weight_c!;
  return recurrent(options, (x, { h: cell, c: none }) => {
    const a = affine(w.weight_ih, null, x, G * H);
    const gate = (k: number) =>
      cell.map((value, j) => logistic(a[(k + 1) * H + j] + v[k * H + j] * value + (w.bias_ih?.[k * H + j] ?? 0)));
    const f = gate(0), r = gate(1), u = a.slice(0, H);
    const s = G === 4 ? a.slice(3 * H) : x.map((value) => scale * value);
    const next = cell.map((value, j) => f[j] * value + (1 - f[j]) * u[j]);
    return {
      state: { h: next, c: none },
      output: next.map((value, j) => r[j] * value + (1 - r[j]) * s[j]),
      backward(dNext, gradients, dOutput) {
        const da = new Float64Array(G * H), dx = new Float64Array(I), dCell = new Float64Array(H);
        for (let j = 0; j < H; j++) {
          const d = dNext.h[j] + dOutput[j] * r[j];
          const df = d * (cell[j] - u[j]) * f[j] * (1 - f[j]);
          const dr = dOutput[j] * (next[j] - s[j]) * r[j] * (1 - r[j]);
          da[j] = d * (1 - f[j]);
          da[H + j] = df;
          da[2 * H + j] = dr;
          if (G === 4) da[3 * H + j] = dOutput[j] * (1 - r[j]);
          else dx[j] = dOutput[j] * (1 - r[j]) * scale;
          dCell[j] = d * f[j] + df * v[j] + dr * v[H + j];
          gradients.dWeight_c[j] += df * cell[j];
          gradients.dWeight_c[H + j] += dr * cell[j];
          if (!w.bias_ih) continue;
          gradients.dBias_ih[j] += df;
          gradients.dBias_ih[H + j] += dr;
        }
        const through = affineBackward(w.weight_ih, x, da, gradients.dWeight_ih, new Float64Array());
        return { dx: dx.map((d, i) => d + through[i]), dState: { h: dCell, c: dNext.c } };
      },
    };
  }, { stateSize: H, cellSize: 0 });
}
