// The time loops of a GRU with native products; see native_lstm.ts for the operands.

import { activateRow, deriveRow } from "./gru";
import { activate_natively, LOGISTIC, multiply_natively, NONE, roundRow, TANH } from "./native";
import { firstSequence, rowsBetween, stepSize, totalRows } from "./sequence";
import { flush, fma, keepGate, loadPart, STATE, storePart } from "./vector";

/** Moves r and z from `rz` to the gates; h = W_in x + b_in + r (W_hn h + b_hn), the pre-activation of n, for one row. */
@inline
function mixRow(gates: usize, rz: usize, hn: usize, bias: usize, row: usize, h: usize): void {
  for (let j: usize = 0; j < row; j += 16) {
    const count = <u32> min((row - j) >> 2, 4);
    const r = keepGate(loadPart(rz + j, count));
    storePart(gates + row + j, keepGate(loadPart(rz + row + j, count)), count);
    const input = f32x4.add(loadPart(gates + 2 * row + j, count), loadPart(bias + 2 * row + j, count));
    storePart(gates + j, r, count);
    storePart(h + j, fma(r, loadPart(hn + j, count), input), count);
  }
}

/** Moves n from `h` to the gates, and computes the state: h = n + z (h_{t-1} - n). */
@inline
export function stateRow(gates: usize, previous: usize, row: usize, h: usize): void {
  for (let j: usize = 0; j < row; j += 16) {
    const count = <u32> min((row - j) >> 2, 4);
    const z = loadPart(gates + row + j, count);
    const n = loadPart(h + j, count);
    storePart(gates + 2 * row + j, n, count);
    storePart(h + j, flush(fma(z, f32x4.sub(loadPart(previous + j, count), n), n), STATE), count);
  }
}

/** `gru_forward` with native products. */
export function forwardNatively(
  steps: u32,
  sizes: usize,
  H: u32,
  gates: usize,
  hn: usize,
  h: usize,
  h0: usize,
  bias: usize,
  biasHN: usize,
  packedRZ: usize,
  packedN: usize,
  hHalf: usize,
  h0Half: usize,
  room: usize,
  worker: u32,
  workers: u32,
): void {
  const row: usize = H << 2;
  const first = firstSequence(sizes, steps, worker, workers);
  const last = firstSequence(sizes, steps, worker + 1, workers);
  let previous = h0 == 0 ? 0 : h0 + first * row;
  let operand = hHalf == 0 ? previous : h0Half + (first * row >> 1);
  const rz = room + first * row * 2;
  let now = first;
  for (let t: u32 = 0; t < steps; t++) {
    const rows = rowsBetween(stepSize(sizes, t), first, last);
    if (rows == 0) return;
    const at = now * row;
    if (previous == 0) {
      for (let r: u32 = 0; r < rows; r++) {
        const own = at + r * row;
        activateRow(gates + own * 3, hn + own, bias, biasHN, row, 0, h + own);
      }
    } else {
      for (let r: u32 = 0; r < rows; r++) {
        memory.copy(rz + r * row * 2, gates + (at + r * row) * 3, row * 2);
      }
      multiply_natively(rows, 2 * H, H, operand, packedRZ, bias, rz, 1, LOGISTIC);
      multiply_natively(rows, H, H, operand, packedN, biasHN, hn + at, 0, NONE);
      for (let r: u32 = 0; r < rows; r++) {
        const own = at + r * row;
        mixRow(gates + own * 3, rz + r * row * 2, hn + own, bias, row, h + own);
      }
      activate_natively(rows * H, h + at, h + at, TANH);
      for (let r: u32 = 0; r < rows; r++) {
        const own = at + r * row;
        stateRow(gates + own * 3, previous + r * row, row, h + own);
      }
    }
    previous = h + at;
    operand = previous;
    if (hHalf != 0) {
      operand = hHalf + (at >> 1);
      roundRow(rows * H, previous, operand);
    }
    now += stepSize(sizes, t);
  }
}

/** `gru_backward` with native products. */
export function backwardNatively(
  steps: u32,
  sizes: usize,
  H: u32,
  gates: usize,
  hn: usize,
  h: usize,
  h0: usize,
  dOutput: usize,
  dh: usize,
  initial: u32,
  packedRZ: usize,
  packedN: usize,
  gatesHalf: usize,
  hnHalf: usize,
  room: usize,
  worker: u32,
  workers: u32,
): void {
  const row: usize = H << 2;
  const first = firstSequence(sizes, steps, worker, workers);
  const last = firstSequence(sizes, steps, worker + 1, workers);
  const carry = dh + first * row;
  const dRZ = room + first * row * 2;
  let now = first + totalRows(sizes, steps);
  for (let t = steps; t-- > 0;) {
    const rows = rowsBetween(stepSize(sizes, t), first, last);
    now -= stepSize(sizes, t);
    if (rows == 0) continue;
    for (let r: u32 = 0; r < rows; r++) {
      const at = (now + r) * row;
      let previous = h0 == 0 ? 0 : h0 + (first + r) * row;
      if (t > 0) previous = h + at - stepSize(sizes, t - 1) * row;
      deriveRow(gates + at * 3, hn + at, row, previous, dOutput == 0 ? 0 : dOutput + at, carry + r * row);
    }
    const at = now * row;
    let dHN = hn + at;
    if (gatesHalf != 0) {
      roundRow(rows * 3 * H, gates + at * 3, gatesHalf + (at * 3 >> 1));
      roundRow(rows * H, hn + at, hnHalf + (at >> 1));
      dHN = hnHalf + (at >> 1);
    }
    if (t == 0 && !initial) return;
    for (let r: u32 = 0; r < rows; r++) {
      const own = (at + r * row) * 3;
      if (gatesHalf == 0) memory.copy(dRZ + r * row * 2, gates + own, row * 2);
      else memory.copy(dRZ + r * row, gatesHalf + (own >> 1), row);
    }
    multiply_natively(rows, H, 2 * H, dRZ, packedRZ, 0, carry, 1, NONE);
    multiply_natively(rows, H, H, dHN, packedN, 0, carry, 1, NONE);
  }
}
