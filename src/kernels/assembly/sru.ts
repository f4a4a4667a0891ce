// Simple recurrent unit (Lei et al. 2018), gates in the order u, f, r, s:
//   u = W_iu x,   f = sigmoid(W_if x + v_f c_{t-1} + b_f),   r = sigmoid(W_ir x + v_r c_{t-1} + b_r),
//   c_t = u + f (c_{t-1} - u),   h_t = s + r (c_t - s),
// where s is W_is x, or `scale` x without that block. Workers share the columns, and every row is read once.

import { Count, Float, Optional, Reads, Updates, Writes } from "./operands";
import { columnStart, stepSize, totalRows } from "./sequence";
import { flush, flushGradient, fma, gate, gradient2, gradient3, lift, loadOptional, loadPart, ONE, splat, STATE, storePart } from "./vector";

/** Returns the sum of a gate's parts: the product with the input, v c_{t-1} and the bias. */
@inline
function sumParts(product: usize, v: usize, bias: usize, before: v128, count: u32): v128 {
  return fma(loadPart(v, count), before, f32x4.add(loadPart(product, count), loadOptional(bias, 0, count)));
}

@inline
function activate(
  gates: usize,
  skip: usize,
  scale: v128,
  v: usize,
  bias: usize,
  row: usize,
  previous: usize,
  c: usize,
  h: usize,
  count: u32,
): void {
  const u = loadPart(gates, count);
  const before = loadOptional(previous, 0, count);
  const f = gate(sumParts(gates + row, v, bias, before, count));
  const r = gate(sumParts(gates + 2 * row, v + row, bias == 0 ? 0 : bias + row, before, count));
  const s = f32x4.mul(scale, loadPart(skip, count));
  const cell = flush(fma(f, f32x4.sub(before, u), u), STATE);
  storePart(gates + row, f, count);
  storePart(gates + 2 * row, r, count);
  storePart(c, cell, count);
  storePart(h, flush(fma(r, f32x4.sub(cell, s), s), STATE), count);
}

/**
 * Runs the recurrence over a packed batch. On entry, `gates`[N, G H] holds W_ih x; on return, f and r are activated,
 * with the states in `c`[N, H] and the outputs in `h`[N, H]. `c0`[B, H] is null for zeros, `bias`[2H] for none. The
 * skipped input is `scale` times `x`[N, H] with G = 3, or the block s of `gates` with G = 4; `x` is then null and
 * `scale` is 1.
 *
 * @extent sizes: steps
 * @extent gates: sum(sizes, steps) * G * H
 * @extent c h x: sum(sizes, steps) * H
 * @extent c0: sizes[0] * H
 * @extent v bias: 2 * H
 * @work 24 * steps * sizes[0] * H
 */
export function sru_forward(
  steps: Count,
  sizes: Reads<i32>,
  H: Count,
  G: Count,
  gates: Updates<f32>,
  c: Writes<f32>,
  h: Writes<f32>,
  c0: Optional<Reads<f32>>,
  x: Optional<Reads<f32>>,
  scale: Float,
  v: Reads<f32>,
  bias: Optional<Reads<f32>>,
  worker: u32,
  workers: u32,
): void {
  const row: usize = H << 2;
  const begin = columnStart(H, worker, workers);
  const end = columnStart(H, worker + 1, workers);
  const factor = splat(scale);
  let previous = c0;
  let skip = x == 0 ? gates + 3 * row : x;
  for (let t: u32 = 0; t < steps; t++) {
    const now = c;
    for (let r = stepSize(sizes, t); r > 0; r--) {
      for (let j = begin; j < end; j += 16) {
        const count = <u32> min((end - j) >> 2, 4);
        const before = previous == 0 ? 0 : previous + j;
        activate(gates + j, skip + j, factor, v + j, bias == 0 ? 0 : bias + j, row, before, c + j, h + j, count);
      }
      gates += G * row;
      skip += x == 0 ? G * row : row;
      c += row;
      h += row;
      if (previous != 0) previous += row;
    }
    previous = now;
  }
}

/** Adds the gradient d a, or zeros if it is small, to the numbers at `to`. */
@inline
function accumulate(to: usize, d: v128, a: v128, count: u32): void {
  storePart(to, flushGradient(f32x4.add(loadPart(to, count), gradient2(d, lift(d), a))), count);
}

@inline
function derive(
  gates: usize,
  skip: usize,
  scale: v128,
  v: usize,
  row: usize,
  c: usize,
  previous: usize,
  dOutput: usize,
  dc: usize,
  dSkip: usize,
  adds: bool,
  dV: usize,
  count: u32,
): void {
  const u = loadPart(gates, count);
  const f = loadPart(gates + row, count);
  const r = loadPart(gates + 2 * row, count);
  const s = f32x4.mul(scale, loadPart(skip, count));
  const before = loadOptional(previous, 0, count);
  const dh = loadOptional(dOutput, 0, count);
  const liftedH = lift(dh);
  const d = f32x4.add(loadPart(dc, count), gradient2(dh, liftedH, r));
  const lifted = lift(d);
  const restF = f32x4.sub(ONE, f);
  const restR = f32x4.sub(ONE, r);
  const df = gradient3(d, lifted, f32x4.sub(before, u), f32x4.mul(f, restF));
  const dr = gradient3(dh, liftedH, f32x4.sub(loadPart(c, count), s), f32x4.mul(r, restR));
  storePart(gates, gradient2(d, lifted, restF), count);
  storePart(gates + row, df, count);
  storePart(gates + 2 * row, dr, count);
  if (dSkip != 0) {
    const others = adds ? loadPart(dSkip, count) : splat(0);
    storePart(dSkip, flushGradient(f32x4.add(others, gradient3(dh, liftedH, restR, scale))), count);
  }
  if (dV != 0) {
    accumulate(dV, df, before, count);
    accumulate(dV + row, dr, before, count);
  }
  const throughGates = fma(df, loadPart(v, count), f32x4.mul(dr, loadPart(v + row, count)));
  storePart(dc, flushGradient(f32x4.add(gradient2(d, lifted, f), throughGates)), count);
}

/**
 * The gradient of `sru_forward`. `dOutput`[N, H] (null for none) is the gradient of the outputs; `dc`[B, H] holds that
 * of the final states on entry and that of c0 on return. `gates` receives the gradient of W_ih x. Those of the skipped
 * input `x` and of v are added to `dx`[N, H] and `dV`[2H], each null for none.
 *
 * @extent sizes: steps
 * @extent gates: sum(sizes, steps) * G * H
 * @extent c x dOutput dx: sum(sizes, steps) * H
 * @extent c0 dc: sizes[0] * H
 * @extent v dV: 2 * H
 * @work 32 * steps * sizes[0] * H
 */
export function sru_backward(
  steps: Count,
  sizes: Reads<i32>,
  H: Count,
  G: Count,
  gates: Updates<f32>,
  c: Reads<f32>,
  c0: Optional<Reads<f32>>,
  x: Optional<Reads<f32>>,
  scale: Float,
  v: Reads<f32>,
  dOutput: Optional<Reads<f32>>,
  dc: Updates<f32>,
  dx: Optional<Updates<f32>>,
  dV: Optional<Updates<f32>>,
  worker: u32,
  workers: u32,
): void {
  const row: usize = H << 2;
  const begin = columnStart(H, worker, workers);
  const end = columnStart(H, worker + 1, workers);
  const factor = splat(scale);
  let first = totalRows(sizes, steps) * row;
  for (let t = steps; t-- > 0;) {
    const size = stepSize(sizes, t);
    first -= size * row;
    const before = t == 0 ? c0 : c + first - stepSize(sizes, t - 1) * row;
    for (let r: usize = 0; r < size * row; r += row) {
      const at = first + r;
      const own = gates + G * at;
      const skip = x == 0 ? own + 3 * row : x + at;
      const dSkip = x == 0 ? skip : dx == 0 ? 0 : dx + at;
      const dh = dOutput == 0 ? 0 : dOutput + at;
      for (let j = begin; j < end; j += 16) {
        const count = <u32> min((end - j) >> 2, 4);
        derive(
          own + j,
          skip + j,
          factor,
          v + j,
          row,
          c + at + j,
          before == 0 ? 0 : before + r + j,
          dh == 0 ? 0 : dh + j,
          dc + r + j,
          dSkip == 0 ? 0 : dSkip + j,
          x != 0,
          dV == 0 ? 0 : dV + j,
          count,
        );
      }
    }
  }
}
