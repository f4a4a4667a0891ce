// The time loops of an Elman network with native products, which add the bias and apply the activation.

import { activateRow, deriveRow } from "./rnn";
import { multiply_natively, NONE, RELU, roundRow, TANH } from "./native";
import { firstSequence, rowsBetween, stepSize, totalRows } from "./sequence";
import { flush, loadPart, STATE, storePart } from "./vector";

/** `rnn_forward` with native products. */
export function forwardNatively(
  relu: u32,
  steps: u32,
  sizes: usize,
  H: u32,
  h: usize,
  h0: usize,
  bias: usize,
  packedHH: usize,
  hHalf: usize,
  worker: u32,
  workers: u32,
): void {
  const row: usize = H << 2;
  const first = firstSequence(sizes, steps, worker, workers);
  const last = firstSequence(sizes, steps, worker + 1, workers);
  let previous = h0 == 0 ? 0 : h0 + first * (hHalf == 0 ? row : row >> 1);
  let now = first;
  for (let t: u32 = 0; t < steps; t++) {
    const rows = rowsBetween(stepSize(sizes, t), first, last);
    if (rows == 0) return;
    const at = now * row;
    if (previous == 0) {
      for (let r: u32 = 0; r < rows; r++) activateRow(relu != 0, H, h + at + r * row, bias);
    } else {
      multiply_natively(rows, H, H, previous, packedHH, bias, h + at, 1, relu ? RELU : TANH);
      for (let j: usize = 0, bytes = rows * row; j < bytes; j += 16) {
        const count = <u32> min((bytes - j) >> 2, 4);
        storePart(h + at + j, flush(loadPart(h + at + j, count), STATE), count);
      }
    }
    previous = h + at;
    if (hHalf != 0) {
      previous = hHalf + (at >> 1);
      roundRow(rows * H, h + at, previous);
    }
    now += stepSize(sizes, t);
  }
}

/** `rnn_backward` with native products. */
export function backwardNatively(
  relu: u32,
  steps: u32,
  sizes: usize,
  H: u32,
  h: usize,
  dOutput: usize,
  dh: usize,
  dGates: usize,
  initial: u32,
  packedHH: usize,
  dGatesHalf: usize,
  worker: u32,
  workers: u32,
): void {
  const row: usize = H << 2;
  const first = firstSequence(sizes, steps, worker, workers);
  const last = firstSequence(sizes, steps, worker + 1, workers);
  const carry = dh + first * row;
  let now = first + totalRows(sizes, steps);
  for (let t = steps; t-- > 0;) {
    const rows = rowsBetween(stepSize(sizes, t), first, last);
    now -= stepSize(sizes, t);
    if (rows == 0) continue;
    const at = now * row;
    for (let r: u32 = 0; r < rows; r++) {
      const own = at + r * row;
      deriveRow(relu != 0, row, h + own, carry + r * row, dOutput == 0 ? 0 : dOutput + own, dGates + own);
    }
    let from = dGates + at;
    if (dGatesHalf != 0) {
      from = dGatesHalf + (at >> 1);
      roundRow(rows * H, dGates + at, from);
    }
    if (t == 0 && !initial) return;
    multiply_natively(rows, H, H, from, packedHH, 0, carry, 0, NONE);
  }
}
