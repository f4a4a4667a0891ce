// Quasi-recurrent network with fo-pooling (Bradbury et al. 2017), gates in the order z, f, o:
//   z = tanh(W_iz x + b_iz),   f, o = sigmoid(W_if x + b_if), ...,   c_t = z + f (c_{t-1} - z),   h_t = o c_t,
// where x is x_t, or x_{t-1} and x_t one after the other. Workers share the columns, and every row is read once.

import { Count, Optional, Reads, Updates, Writes } from "./operands";
import { columnStart, stepSize, totalRows } from "./sequence";
import { flush, fma, gate, gradient2, gradient3, lift, loadOptional, loadPart, ONE, STATE, storePart, tanh } from "./vector";

@inline
function activate(gates: usize, bias: usize, row: usize, previous: usize, c: usize, h: usize, count: u32): void {
  const z = tanh(f32x4.add(loadPart(gates, count), loadOptional(bias, 0, count)));
  const f = gate(f32x4.add(loadPart(gates + row, count), loadOptional(bias, row, count)));
  const o = gate(f32x4.add(loadPart(gates + 2 * row, count), loadOptional(bias, 2 * row, count)));
  const cell = flush(fma(f, f32x4.sub(loadOptional(previous, 0, count), z), z), STATE);
  storePart(gates, z, count);
  storePart(gates + row, f, count);
  storePart(gates + 2 * row, o, count);
  storePart(c, cell, count);
  storePart(h, flush(f32x4.mul(o, cell), STATE), count);
}

/**
 * Runs the recurrence over a packed batch. On entry, `gates`[N, 3H] holds W_ih x; on return, the activated gates, with
 * the states in `c`[N, H] and the outputs in `h`[N, H]. `c0`[B, H] is null for zeros, `bias`[3H] for none.
 *
 * @extent sizes: steps
 * @extent gates: sum(sizes, steps) * 3 * H
 * @extent c h: sum(sizes, steps) * H
 * @extent c0: sizes[0] * H
 * @extent bias: 3 * H
 * @work 24 * steps * sizes[0] * H
 */
export function qrnn_forward(
  steps: Count,
  sizes: Reads<i32>,
  H: Count,
  gates: Updates<f32>,
  c: Writes<f32>,
  h: Writes<f32>,
  c0: Optional<Reads<f32>>,
  bias: Optional<Reads<f32>>,
  worker: u32,
  workers: u32,
): void {
  const row: usize = H << 2;
  const begin = columnStart(H, worker, workers);
  const end = columnStart(H, worker + 1, workers);
  let previous = c0;
  for (let t: u32 = 0; t < steps; t++) {
    const now = c;
    for (let r = stepSize(sizes, t); r > 0; r--) {
      for (let j = begin; j < end; j += 16) {
        const count = <u32> min((end - j) >> 2, 4);
        activate(gates + j, bias == 0 ? 0 : bias + j, row, previous == 0 ? 0 : previous + j, c + j, h + j, count);
      }
      gates += 3 * row;
      c += row;
      h += row;
      if (previous != 0) previous += row;
    }
    previous = now;
  }
}

@inline
function derive(gates: usize, row: usize, c: usize, previous: usize, dOutput: usize, dc: usize, count: u32): void {
  const z = loadPart(gates, count);
  const f = loadPart(gates + row, count);
  const o = loadPart(gates + 2 * row, count);
  const dh = loadOptional(dOutput, 0, count);
  const liftedH = lift(dh);
  const d = f32x4.add(loadPart(dc, count), gradient2(dh, liftedH, o));
  const lifted = lift(d);
  const rest = f32x4.sub(ONE, f);
  const moved = f32x4.sub(loadOptional(previous, 0, count), z);
  storePart(gates, gradient3(d, lifted, rest, f32x4.sub(ONE, f32x4.mul(z, z))), count);
  storePart(gates + row, gradient3(d, lifted, moved, f32x4.mul(f, rest)), count);
  storePart(gates + 2 * row, gradient3(dh, liftedH, loadPart(c, count), f32x4.mul(o, f32x4.sub(ONE, o))), count);
  storePart(dc, gradient2(d, lifted, f), count);
}

/**
 * The gradient of `qrnn_forward`. `dOutput`[N, H] (null for none) is the gradient of the outputs; `dc`[B, H] holds that
 * of the final states on entry and that of c0 on return. `gates` receives the gradient of W_ih x.
 *
 * @extent sizes: steps
 * @extent gates: sum(sizes, steps) * 3 * H
 * @extent c dOutput: sum(sizes, steps) * H
 * @extent c0 dc: sizes[0] * H
 * @work 24 * steps * sizes[0] * H
 */
export function qrnn_backward(
  steps: Count,
  sizes: Reads<i32>,
  H: Count,
  gates: Updates<f32>,
  c: Reads<f32>,
  c0: Optional<Reads<f32>>,
  dOutput: Optional<Reads<f32>>,
  dc: Updates<f32>,
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
    const before = t == 0 ? c0 : c + first - stepSize(sizes, t - 1) * row;
    for (let r: usize = 0; r < size * row; r += row) {
      const at = first + r;
      for (let j = begin; j < end; j += 16) {
        const count = <u32> min((end - j) >> 2, 4);
        const previous = before == 0 ? 0 : before + r + j;
        derive(gates + 3 * at + j, row, c + at + j, previous, dOutput == 0 ? 0 : dOutput + at + j, dc + r + j, count);
      }
    }
  }
}
