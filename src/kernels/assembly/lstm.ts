// Long short-term memory (Hochreiter and Schmidhuber 1997, with forget gates), gates in the order i, f, g, o:
//   c_t = f c_{t-1} + i g,   m_t = o tanh(c_t),   h_t = m_t, or W_hr m_t with a projection (Sak et al. 2014).

import { packsNatively } from "./native";
import { backwardNatively, forwardNatively } from "./native_lstm";
import { Count, Flag, Optional, Reads, Scratch, Updates, Writes } from "./operands";
import { multiplyWeights, ownScratch } from "./product";
import { ownRows, stepSize, totalRows } from "./sequence";
import {
  flush,
  flushGradient,
  fma,
  gate,
  gradient2,
  gradient3,
  lift,
  loadPart,
  ONE,
  splat,
  STATE,
  storePart,
  tanh,
} from "./vector";

/**
 * Processes `count` (up to four) units of one row: activates the gates in place, then computes the cell and its output.
 */
@inline
function activate(
  gates: usize,
  bias: usize,
  row: usize,
  previousC: usize,
  c: usize,
  tanhC: usize,
  m: usize,
  count: u32,
): void {
  const i = gate(f32x4.add(loadPart(gates, count), loadPart(bias, count)));
  const f = gate(f32x4.add(loadPart(gates + row, count), loadPart(bias + row, count)));
  const g = tanh(f32x4.add(loadPart(gates + 2 * row, count), loadPart(bias + 2 * row, count)));
  const o = gate(f32x4.add(loadPart(gates + 3 * row, count), loadPart(bias + 3 * row, count)));
  let cell = f32x4.mul(i, g);
  if (previousC != 0) cell = fma(f, loadPart(previousC, count), cell);
  cell = flush(cell, STATE);
  const squashed = tanh(cell);
  storePart(gates, i, count);
  storePart(gates + row, f, count);
  storePart(gates + 2 * row, g, count);
  storePart(gates + 3 * row, o, count);
  storePart(c, cell, count);
  storePart(tanhC, squashed, count);
  storePart(m, flush(f32x4.mul(o, squashed), STATE), count);
}

@inline
export function activateRow(gates: usize, bias: usize, row: usize, previousC: usize, c: usize, tanhC: usize, m: usize): void {
  let j: usize = 0;
  for (; j + 16 <= row; j += 16) {
    activate(gates + j, bias + j, row, previousC == 0 ? 0 : previousC + j, c + j, tanhC + j, m + j, 4);
  }
  if (j < row) {
    const count = <u32> (row - j) >> 2;
    activate(gates + j, bias + j, row, previousC == 0 ? 0 : previousC + j, c + j, tanhC + j, m + j, count);
  }
}

/**
 * Runs the recurrence over a packed batch. On entry, `gates`[N, 4H] holds W_ih x; on return, the activated gates. `c`,
 * `tanhC` and `m` are [N, H] and `h` is [N, P]; without a projection, P = H and `h` is `m`. `h0`[B, P] and `c0`[B, H]
 * are null for zeros, both or neither; `bias`[4H] = b_ih + b_hh. `packedHH` and `packedHR` are W_hh^T and W_hr^T,
 * packed; `packedHH` is null if `gates` already contains the recurrent product, and `packedHR` if there is no
 * projection or the caller computes it. With weights packed as bfloat16 numbers, `h0` holds such numbers, and
 * `hHalf`[N, P] and `mHalf`[N, H] receive `h` and `m` as such.
 *
 * @extent sizes: steps
 * @extent gates: sum(sizes, steps) * 4 * H
 * @extent h: sum(sizes, steps) * P
 * @extent c tanhC m: sum(sizes, steps) * H
 * @extent h0: sizes[0] * P
 * @extent c0: sizes[0] * H
 * @extent bias: 4 * H
 * @extent packedHH: panels(P, 4 * H)
 * @extent packedHR: panels(H, P)
 * @inplace h m
 * @extent hHalf: sum(sizes, steps) * P
 * @extent mHalf: sum(sizes, steps) * H
 * @work sizes[0] < 2 ? 0 : 16 * steps * sizes[0] * H * H
 */
export function lstm_forward(
  steps: Count,
  sizes: Reads<i32>,
  H: Count,
  P: Count,
  gates: Updates<f32>,
  h: Writes<f32>,
  c: Writes<f32>,
  tanhC: Writes<f32>,
  m: Writes<f32>,
  h0: Optional<Reads<f32>>,
  c0: Optional<Reads<f32>>,
  bias: Reads<f32>,
  packedHH: Optional<Reads<f32>>,
  packedHR: Optional<Reads<f32>>,
  hHalf: Optional<Writes<u16>>,
  mHalf: Optional<Writes<u16>>,
  scratch: Scratch,
  worker: u32,
  workers: u32,
): void {
  if (packsNatively() && packedHH != 0) {
    forwardNatively(
      steps,
      sizes,
      H,
      P,
      gates,
      h,
      c,
      tanhC,
      m,
      h0,
      c0,
      bias,
      packedHH,
      packedHR,
      hHalf,
      mHalf,
      worker,
      workers,
    );
    return;
  }
  const row: usize = H << 2;
  const rowP: usize = P << 2;
  const space = ownScratch(scratch, worker);
  let first: usize = worker;
  let previousH = h0 == 0 ? 0 : h0 + worker * rowP;
  let previousC = c0 == 0 ? 0 : c0 + worker * row;
  for (let t: u32 = 0; t < steps; t++) {
    const rows = ownRows(stepSize(sizes, t), worker, workers);
    const gatesNow = gates + first * row * 4;
    const stride = row * 4 * workers;
    if (previousH != 0 && packedHH != 0) {
      multiplyWeights(rows, 4 * H, P, previousH, rowP * workers, packedHH, gatesNow, stride, true, space);
    }
    for (let r: u32 = 0; r < rows; r++) {
      const at = (first + r * workers) * row;
      const from = previousC == 0 ? 0 : previousC + r * workers * row;
      activateRow(gatesNow + r * stride, bias, row, from, c + at, tanhC + at, m + at);
    }
    if (packedHR != 0) {
      multiplyWeights(
        rows,
        P,
        H,
        m + first * row,
        row * workers,
        packedHR,
        h + first * rowP,
        rowP * workers,
        false,
        space,
      );
    }
    previousH = h + first * rowP;
    previousC = c + first * row;
    first += stepSize(sizes, t);
  }
}

/** Processes `count` (up to four) units of one row: replaces the gates by the gradients of their pre-activations. */
@inline
function derive(gates: usize, row: usize, previousC: usize, tanhC: usize, dm: v128, dc: usize, count: u32): void {
  const i = loadPart(gates, count);
  const f = loadPart(gates + row, count);
  const g = loadPart(gates + 2 * row, count);
  const o = loadPart(gates + 3 * row, count);
  const squashed = loadPart(tanhC, count);
  const liftedM = lift(dm);
  const own = gradient2(dm, liftedM, o);
  const dCell = flushGradient(fma(own, f32x4.sub(ONE, f32x4.mul(squashed, squashed)), loadPart(dc, count)));
  const lifted = lift(dCell);
  const before = previousC == 0 ? splat(0) : loadPart(previousC, count);
  storePart(gates, gradient3(dCell, lifted, g, f32x4.mul(i, f32x4.sub(ONE, i))), count);
  storePart(gates + row, gradient3(dCell, lifted, before, f32x4.mul(f, f32x4.sub(ONE, f))), count);
  storePart(gates + 2 * row, gradient3(dCell, lifted, i, f32x4.sub(ONE, f32x4.mul(g, g))), count);
  storePart(gates + 3 * row, gradient3(dm, liftedM, squashed, f32x4.mul(o, f32x4.sub(ONE, o))), count);
  storePart(dc, gradient2(dCell, lifted, f), count);
}

/** Processes `width` bytes of one row, whose gates are `row` bytes apart. */
@inline
export function deriveRow(
  gates: usize,
  row: usize,
  width: usize,
  previousC: usize,
  tanhC: usize,
  dm: usize,
  dc: usize,
): void {
  let j: usize = 0;
  for (; j + 16 <= width; j += 16) {
    derive(gates + j, row, previousC == 0 ? 0 : previousC + j, tanhC + j, v128.load(dm + j), dc + j, 4);
  }
  if (j < width) {
    const count = <u32> (width - j) >> 2;
    derive(gates + j, row, previousC == 0 ? 0 : previousC + j, tanhC + j, loadPart(dm + j, count), dc + j, count);
  }
}

@inline
export function addRow(to: usize, a: usize, b: usize, row: usize): void {
  let j: usize = 0;
  for (; j + 16 <= row; j += 16) v128.store(to + j, f32x4.add(v128.load(a + j), v128.load(b + j)));
  if (j < row) {
    const count = <u32> (row - j) >> 2;
    storePart(to + j, f32x4.add(loadPart(a + j, count), loadPart(b + j, count)), count);
  }
}

/**
 * The gradient of `lstm_forward`. `dOutput`[N, P] (null for none) is the gradient of the hidden states. `dh`[B, P] and
 * `dc`[B, H] hold those of the final states on entry and, if `initial` is not 0, those of h0 and c0 on return. `gates`
 * receives the gradient of the pre-activations. With a projection, `dH`[N, P] receives the whole gradient of every
 * hidden state, and `dm`[B, H] is scratch. `packedHH` and `packedHR` are W_hh and W_hr, packed. With weights packed as
 * bfloat16 numbers, `gatesHalf`[N, 4H] and `dHHalf`[N, P] receive the results in `gates` and `dH` as such.
 *
 * @extent sizes: steps
 * @extent gates: sum(sizes, steps) * 4 * H
 * @extent c tanhC: sum(sizes, steps) * H
 * @extent dOutput dH: sum(sizes, steps) * P
 * @extent dh: sizes[0] * P
 * @extent c0 dc dm: sizes[0] * H
 * @extent packedHH: panels(4 * H, P)
 * @extent packedHR: panels(P, H)
 * @extent gatesHalf: sum(sizes, steps) * 4 * H
 * @extent dHHalf: sum(sizes, steps) * P
 * @work sizes[0] < 2 ? 0 : 16 * steps * sizes[0] * H * H
 */
export function lstm_backward(
  steps: Count,
  sizes: Reads<i32>,
  H: Count,
  P: Count,
  gates: Updates<f32>,
  c: Reads<f32>,
  tanhC: Reads<f32>,
  c0: Optional<Reads<f32>>,
  dOutput: Optional<Reads<f32>>,
  dh: Updates<f32>,
  dc: Updates<f32>,
  dH: Optional<Writes<f32>>,
  dm: Optional<Writes<f32>>,
  initial: Flag,
  packedHH: Reads<f32>,
  packedHR: Optional<Reads<f32>>,
  gatesHalf: Optional<Writes<u16>>,
  dHHalf: Optional<Writes<u16>>,
  scratch: Scratch,
  worker: u32,
  workers: u32,
): void {
  if (packsNatively()) {
    backwardNatively(
      steps,
      sizes,
      H,
      P,
      gates,
      c,
      tanhC,
      c0,
      dOutput,
      dh,
      dc,
      dH,
      dm,
      initial,
      packedHH,
      packedHR,
      gatesHalf,
      dHHalf,
      worker,
      workers,
    );
    return;
  }
  const row: usize = H << 2;
  const rowP: usize = P << 2;
  const space = ownScratch(scratch, worker);
  const carryH = dh + worker * rowP;
  let first: usize = worker + totalRows(sizes, steps);
  for (let t = steps; t-- > 0;) {
    const rows = ownRows(stepSize(sizes, t), worker, workers);
    first -= stepSize(sizes, t);
    if (dOutput != 0) {
      for (let r: u32 = 0; r < rows; r++) {
        const to = carryH + r * workers * rowP;
        addRow(to, to, dOutput + (first + r * workers) * rowP, rowP);
      }
    }
    let from = carryH;
    if (packedHR != 0) {
      for (let r: u32 = 0; r < rows; r++) {
        memory.copy(dH + (first + r * workers) * rowP, carryH + r * workers * rowP, rowP);
      }
      from = dm + worker * row;
      multiplyWeights(rows, H, P, carryH, rowP * workers, packedHR, from, row * workers, false, space);
    }
    for (let r: u32 = 0; r < rows; r++) {
      const own = r * workers;
      const at = (first + own) * row;
      let previousC = c0 == 0 ? 0 : c0 + (worker + own) * row;
      if (t > 0) previousC = c + at - stepSize(sizes, t - 1) * row;
      deriveRow(gates + at * 4, row, row, previousC, tanhC + at, from + own * row, dc + (worker + own) * row);
    }
    if (t == 0 && !initial) return;
    multiplyWeights(
      rows,
      P,
      4 * H,
      gates + first * row * 4,
      row * 4 * workers,
      packedHH,
      carryH,
      rowP * workers,
      false,
      space,
    );
  }
}
