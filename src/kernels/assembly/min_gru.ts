// minGRU (Feng et al. 2024), gates in the order z, n:
//   z = sigmoid(W_iz x + b_iz),   n = g(W_in x + b_in),   h_t = h_{t-1} + z (n - h_{t-1}),
//   g(a) = a + 1/2 if a >= 0, otherwise sigmoid(a).
// No gate reads h_{t-1}, so units are independent: workers share the columns, and every row is read once.

import { Count, Optional, Reads, Updates, Writes } from "./operands";
import { columnStart, stepSize, totalRows } from "./sequence";
import { flush, fma, gate, gradient2, gradient3, lift, loadOptional, loadPart, ONE, splat, STATE, storePart } from "./vector";

/** The positive function g; NaN stays NaN. */
@inline
function positive(a: v128): v128 {
  return v128.bitselect(f32x4.add(a, splat(0.5)), gate(a), f32x4.ge(a, splat(0)));
}

/** The slope of g, from its value: only arguments from 0 on have values from 1/2 on. */
@inline
function slopeOf(n: v128): v128 {
  return v128.bitselect(ONE, f32x4.mul(n, f32x4.sub(ONE, n)), f32x4.ge(n, splat(0.5)));
}

@inline
function activate(gates: usize, bias: usize, row: usize, previous: usize, h: usize, count: u32): void {
  const z = gate(f32x4.add(loadPart(gates, count), loadOptional(bias, 0, count)));
  const n = positive(f32x4.add(loadPart(gates + row, count), loadOptional(bias, row, count)));
  const before = loadOptional(previous, 0, count);
  storePart(gates, z, count);
  storePart(gates + row, n, count);
  storePart(h, flush(fma(z, f32x4.sub(n, before), before), STATE), count);
}

/**
 * Runs the recurrence over a packed batch. On entry, `gates`[N, 2H] holds W_ih x; on return, the activated gates, with
 * the hidden states in `h`[N, H]. `h0`[B, H] is null for zeros, `bias`[2H] for none.
 *
 * @extent sizes: steps
 * @extent gates: sum(sizes, steps) * 2 * H
 * @extent h: sum(sizes, steps) * H
 * @extent h0: sizes[0] * H
 * @extent bias: 2 * H
 * @work 16 * steps * sizes[0] * H
 */
export function min_gru_forward(
  steps: Count,
  sizes: Reads<i32>,
  H: Count,
  gates: Updates<f32>,
  h: Writes<f32>,
  h0: Optional<Reads<f32>>,
  bias: Optional<Reads<f32>>,
  worker: u32,
  workers: u32,
): void {
  const row: usize = H << 2;
  const begin = columnStart(H, worker, workers);
  const end = columnStart(H, worker + 1, workers);
  let previous = h0;
  for (let t: u32 = 0; t < steps; t++) {
    const now = h;
    for (let r = stepSize(sizes, t); r > 0; r--) {
      for (let j = begin; j < end; j += 16) {
        const count = <u32> min((end - j) >> 2, 4);
        activate(gates + j, bias == 0 ? 0 : bias + j, row, previous == 0 ? 0 : previous + j, h + j, count);
      }
      gates += 2 * row;
      h += row;
      if (previous != 0) previous += row;
    }
    previous = now;
  }
}

@inline
function derive(gates: usize, row: usize, previous: usize, dOutput: usize, dh: usize, count: u32): void {
  const z = loadPart(gates, count);
  const n = loadPart(gates + row, count);
  const d = f32x4.add(loadPart(dh, count), loadOptional(dOutput, 0, count));
  const lifted = lift(d);
  const rest = f32x4.sub(ONE, z);
  const before = loadOptional(previous, 0, count);
  storePart(gates, gradient3(d, lifted, f32x4.sub(n, before), f32x4.mul(z, rest)), count);
  storePart(gates + row, gradient3(d, lifted, z, slopeOf(n)), count);
  storePart(dh, gradient2(d, lifted, rest), count);
}

/**
 * The gradient of `min_gru_forward`. `dOutput`[N, H] (null for none) is the gradient of the hidden states; `dh`[B, H]
 * holds that of the final states on entry and that of h0 on return. `gates` receives the gradient of W_ih x.
 *
 * @extent sizes: steps
 * @extent gates: sum(sizes, steps) * 2 * H
 * @extent h dOutput: sum(sizes, steps) * H
 * @extent h0 dh: sizes[0] * H
 * @work 16 * steps * sizes[0] * H
 */
export function min_gru_backward(
  steps: Count,
  sizes: Reads<i32>,
  H: Count,
  gates: Updates<f32>,
  h: Reads<f32>,
  h0: Optional<Reads<f32>>,
  dOutput: Optional<Reads<f32>>,
  dh: Updates<f32>,
  worker: u32,
  workers: u32,
): void {
  const row: usize = H << 2;
  const begin = columnStart(H, worker, workers);
  const end = columnStart(H, worker + 1, workers);
  let first = totalRows(sizes, steps) * row;
  for (let t = steps; t-- > 0;) {
    const size = stepSize(sizes, t);
    first -= size * row;
    const before = t == 0 ? h0 : h + first - stepSize(sizes, t - 1) * row;
    for (let r: usize = 0; r < size * row; r += row) {
      const at = first + r;
      for (let j = begin; j < end; j += 16) {
        const count = <u32> min((end - j) >> 2, 4);
        const previous = before == 0 ? 0 : before + r + j;
        derive(gates + 2 * at + j, row, previous, dOutput == 0 ? 0 : dOutput + at + j, dh + r + j, count);
      }
    }
  }
}
