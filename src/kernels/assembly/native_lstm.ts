// The time loops of an LSTM with native products: the product of a step adds the bias and activates the gates, and the
// library also computes tanh(c). A worker's sequences follow each other, since dense products are the fastest.
// Operands that end in `Half` hold bfloat16 numbers, as the library multiplies them; they are null for floats.

import { addRow, deriveRow } from "./lstm";
import { activate_natively, LOGISTIC, multiply_natively, NONE, roundRow, TANH } from "./native";
import { firstSequence, rowsBetween, stepSize, totalRows } from "./sequence";
import { flush, fma, keepGate, loadPart, splat, STATE, storePart } from "./vector";

/** Starts from zero states: adds the bias to the gates of the first step and applies the logistic function. */
export function startGates(rows: u32, row: usize, gates: usize, bias: usize): void {
  for (let r: u32 = 0; r < rows; r++) {
    for (let j: usize = 0; j < 4 * row; j += 16) {
      const count = <u32> min((4 * row - j) >> 2, 4);
      const at = gates + r * row * 4 + j;
      storePart(at, f32x4.add(loadPart(at, count), loadPart(bias + j, count)), count);
    }
  }
  activate_natively(rows * <u32> row, gates, gates, LOGISTIC);
}

/**
 * Computes the cell of `count` (up to four) units from the logistic function of their gates, also of g, at `from` in
 * rows of `pitch` bytes. The gates are stored at `gates` in rows of `row` bytes.
 */
@inline
function cell(from: usize, pitch: usize, gates: usize, row: usize, previousC: usize, c: usize, count: u32): void {
  const i = keepGate(loadPart(from, count));
  const f = keepGate(loadPart(from + pitch, count));
  const o = keepGate(loadPart(from + 3 * pitch, count));
  // With s = logistic(x): tanh(x) = (s^2 - (1 - s)^2) / (s^2 + (1 - s)^2).
  const s = loadPart(from + 2 * pitch, count);
  const rest = f32x4.sub(splat(1), s);
  const g = f32x4.div(f32x4.sub(s, rest), fma(s, s, f32x4.mul(rest, rest)));
  let value = f32x4.mul(i, g);
  if (previousC != 0) value = fma(f, loadPart(previousC, count), value);
  storePart(gates, i, count);
  storePart(gates + row, f, count);
  storePart(gates + 2 * row, g, count);
  storePart(gates + 3 * row, o, count);
  storePart(c, flush(value, STATE), count);
}

/** Computes `pitch` bytes of one row's cells. */
@inline
export function cellRow(from: usize, pitch: usize, gates: usize, row: usize, previousC: usize, c: usize): void {
  let j: usize = 0;
  if (previousC == 0) {
    for (; j + 16 <= pitch; j += 16) cell(from + j, pitch, gates + j, row, 0, c + j, 4);
  } else {
    for (; j + 16 <= pitch; j += 16) cell(from + j, pitch, gates + j, row, previousC + j, c + j, 4);
  }
  if (j == pitch) return;
  cell(from + j, pitch, gates + j, row, previousC == 0 ? 0 : previousC + j, c + j, <u32> (pitch - j) >> 2);
}

/** m = o tanh(c) for one row. */
@inline
export function outputRow(o: usize, tanhC: usize, m: usize, row: usize): void {
  let j: usize = 0;
  for (; j + 16 <= row; j += 16) {
    v128.store(m + j, flush(f32x4.mul(v128.load(o + j), v128.load(tanhC + j)), STATE));
  }
  if (j == row) return;
  const count = <u32> (row - j) >> 2;
  storePart(m + j, flush(f32x4.mul(loadPart(o + j, count), loadPart(tanhC + j, count)), STATE), count);
}

/** `lstm_forward` with native products. */
export function forwardNatively(
  steps: u32,
  sizes: usize,
  H: u32,
  P: u32,
  gates: usize,
  h: usize,
  c: usize,
  tanhC: usize,
  m: usize,
  h0: usize,
  c0: usize,
  bias: usize,
  packedHH: usize,
  packedHR: usize,
  hHalf: usize,
  mHalf: usize,
  worker: u32,
  workers: u32,
): void {
  const row: usize = H << 2;
  const first = firstSequence(sizes, steps, worker, workers);
  const last = firstSequence(sizes, steps, worker + 1, workers);
  const rowP: usize = hHalf == 0 ? P << 2 : P << 1;
  let previousH = h0 == 0 ? 0 : h0 + first * rowP;
  let previousC = c0 == 0 ? 0 : c0 + first * row;
  let now = first;
  for (let t: u32 = 0; t < steps; t++) {
    const rows = rowsBetween(stepSize(sizes, t), first, last);
    if (rows == 0) return;
    const gatesNow = gates + now * row * 4;
    const at = now * row;
    if (previousH == 0) startGates(rows, row, gatesNow, bias);
    else multiply_natively(rows, 4 * H, P, previousH, packedHH, bias, gatesNow, 1, LOGISTIC);
    for (let r: u32 = 0; r < rows; r++) {
      const own = gatesNow + r * row * 4;
      cellRow(own, row, own, row, previousC == 0 ? 0 : previousC + r * row, c + at + r * row);
    }
    activate_natively(rows * H, c + at, tanhC + at, TANH);
    for (let r: u32 = 0; r < rows; r++) {
      outputRow(gatesNow + r * row * 4 + 3 * row, tanhC + at + r * row, m + at + r * row, row);
    }
    if (mHalf != 0) roundRow(rows * H, m + at, mHalf + (at >> 1));
    const states = now * (<usize> P << 2);
    if (packedHR != 0) {
      const from = mHalf == 0 ? m + at : mHalf + (at >> 1);
      multiply_natively(rows, P, H, from, packedHR, 0, h + states, 0, NONE);
      if (hHalf != 0) roundRow(rows * P, h + states, hHalf + (states >> 1));
    }
    previousH = hHalf == 0 ? h + states : hHalf + (states >> 1);
    previousC = c + at;
    now += stepSize(sizes, t);
  }
}

/** `lstm_backward` with native products. */
export function backwardNatively(
  steps: u32,
  sizes: usize,
  H: u32,
  P: u32,
  gates: usize,
  c: usize,
  tanhC: usize,
  c0: usize,
  dOutput: usize,
  dh: usize,
  dc: usize,
  dH: usize,
  dm: usize,
  initial: u32,
  packedHH: usize,
  packedHR: usize,
  gatesHalf: usize,
  dHHalf: usize,
  worker: u32,
  workers: u32,
): void {
  const row: usize = H << 2;
  const rowP: usize = P << 2;
  const first = firstSequence(sizes, steps, worker, workers);
  const last = firstSequence(sizes, steps, worker + 1, workers);
  const carryH = dh + first * rowP;
  const carryC = dc + first * row;
  let now = first + totalRows(sizes, steps);
  for (let t = steps; t-- > 0;) {
    const rows = rowsBetween(stepSize(sizes, t), first, last);
    now -= stepSize(sizes, t);
    if (rows == 0) continue;
    const states = now * rowP;
    if (dOutput != 0) addRow(carryH, carryH, dOutput + states, rows * rowP);
    let from = carryH;
    if (packedHR != 0) {
      memory.copy(dH + states, carryH, rows * rowP);
      if (dHHalf != 0) roundRow(rows * P, carryH, dHHalf + (states >> 1));
      from = dm + first * row;
      const own = dHHalf == 0 ? carryH : dHHalf + (states >> 1);
      multiply_natively(rows, H, P, own, packedHR, 0, from, 0, NONE);
    }
    const gatesNow = gates + now * row * 4;
    for (let r: u32 = 0; r < rows; r++) {
      const at = (now + r) * row;
      let previousC = c0 == 0 ? 0 : c0 + (first + r) * row;
      if (t > 0) previousC = c + at - stepSize(sizes, t - 1) * row;
      deriveRow(gatesNow + r * row * 4, row, row, previousC, tanhC + at, from + r * row, carryC + r * row);
    }
    const half = gatesHalf == 0 ? 0 : gatesHalf + now * row * 2;
    if (half != 0) roundRow(rows * 4 * H, gatesNow, half);
    if (t == 0 && !initial) return;
    multiply_natively(rows, P, 4 * H, half == 0 ? gatesNow : half, packedHH, 0, carryH, 0, NONE);
  }
}
