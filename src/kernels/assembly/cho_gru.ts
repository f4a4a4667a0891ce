// Gated recurrent unit as Cho et al. (2014) print it, gates in the order r, z, n, with the reset gate applied to the
// state before the recurrent product:
//   n_t = tanh(W_in x + b_in + W_hn (r h_{t-1}) + b_hn),   h_t = n + z (h_{t-1} - n).
// A worker's sequences follow each other, so that native products can read their rows.

import { LOGISTIC, multiply_natively, NONE, packsNatively, roundRow, TANH } from "./native";
import { stateRow } from "./native_gru";
import { Count, Flag, Optional, Reads, Scratch, Updates, Writes } from "./operands";
import { multiplyWeights, ownScratch } from "./product";
import { firstSequence, ownRows, rowsBetween, stepSize, totalRows } from "./sequence";
import { flush, fma, gate, gradient2, gradient3, keepGate, lift, loadPart, ONE, STATE, storePart, tanh } from "./vector";

/** Makes r and z of one row of their pre-activations, and rh = r h_{t-1}. */
@inline
function resetRow(gates: usize, bias: usize, row: usize, previous: usize, rh: usize): void {
  for (let j: usize = 0; j < row; j += 16) {
    const count = <u32> min((row - j) >> 2, 4);
    const r = gate(f32x4.add(loadPart(gates + j, count), loadPart(bias + j, count)));
    const z = gate(f32x4.add(loadPart(gates + row + j, count), loadPart(bias + row + j, count)));
    storePart(gates + j, r, count);
    storePart(gates + row + j, z, count);
    storePart(rh + j, flush(f32x4.mul(r, loadPart(previous + j, count)), STATE), count);
  }
}

/** Makes n of one row of its pre-activation, and the state. */
@inline
function updateRow(gates: usize, bias: usize, row: usize, previous: usize, h: usize): void {
  for (let j: usize = 0; j < row; j += 16) {
    const count = <u32> min((row - j) >> 2, 4);
    const z = loadPart(gates + row + j, count);
    const n = tanh(f32x4.add(loadPart(gates + 2 * row + j, count), loadPart(bias + 2 * row + j, count)));
    storePart(gates + 2 * row + j, n, count);
    storePart(h + j, flush(fma(z, f32x4.sub(loadPart(previous + j, count), n), n), STATE), count);
  }
}

/** Moves r and z from `rz` to the gates, and the summand W_in x of n to `h`; rh = r h_{t-1}. */
@inline
function moveRow(gates: usize, rz: usize, row: usize, previous: usize, rh: usize, h: usize): void {
  for (let j: usize = 0; j < row; j += 16) {
    const count = <u32> min((row - j) >> 2, 4);
    const r = keepGate(loadPart(rz + j, count));
    storePart(gates + j, r, count);
    storePart(gates + row + j, keepGate(loadPart(rz + row + j, count)), count);
    storePart(rh + j, flush(f32x4.mul(r, loadPart(previous + j, count)), STATE), count);
  }
  memory.copy(h, gates + 2 * row, row);
}

/** One step of the rows of one worker, with native products. The products read h_{t-1} at `operand`. */
function stepNatively(
  rows: u32,
  H: u32,
  gates: usize,
  rh: usize,
  h: usize,
  previous: usize,
  operand: usize,
  bias: usize,
  packedRZ: usize,
  packedN: usize,
  rhHalf: usize,
  rz: usize,
): void {
  const row: usize = H << 2;
  for (let r: u32 = 0; r < rows; r++) memory.copy(rz + r * row * 2, gates + r * row * 3, row * 2);
  multiply_natively(rows, 2 * H, H, operand, packedRZ, bias, rz, 1, LOGISTIC);
  for (let r: u32 = 0; r < rows; r++) {
    const own: usize = r * row;
    moveRow(gates + own * 3, rz + own * 2, row, previous + own, rh + own, h + own);
  }
  if (rhHalf != 0) roundRow(rows * H, rh, rhHalf);
  multiply_natively(rows, H, H, rhHalf == 0 ? rh : rhHalf, packedN, bias + 2 * row, h, 1, TANH);
  for (let r: u32 = 0; r < rows; r++) stateRow(gates + r * row * 3, previous + r * row, row, h + r * row);
}

/**
 * Runs the recurrence over a packed batch. On entry, `gates`[N, 3H] holds W_ih x; on return, the activated gates, with
 * r h_{t-1} in `rh`[N, H] and the hidden states in `h`[N, H]. `bias`[3H] = b_ih + b_hh. `packedRZ` and `packedN` are
 * the two parts of W_hh^T, packed. With weights packed as bfloat16 numbers, `h0Half` holds h0 as such, and `rhHalf` and
 * `hHalf`[N, H] receive `rh` and `h` as such. `room`[B, 2H] is for native products only.
 *
 * @extent sizes: steps
 * @extent gates: sum(sizes, steps) * 3 * H
 * @extent rh h: sum(sizes, steps) * H
 * @extent h0: sizes[0] * H
 * @extent bias: 3 * H
 * @extent packedRZ: panels(H, 2 * H)
 * @extent packedN: panels(H, H)
 * @extent rhHalf hHalf: sum(sizes, steps) * H
 * @extent h0Half: sizes[0] * H
 * @extent room: sizes[0] * 2 * H
 * @work sizes[0] < 2 ? 0 : 9 * steps * sizes[0] * H * H
 */
export function cho_gru_forward(
  steps: Count,
  sizes: Reads<i32>,
  H: Count,
  gates: Updates<f32>,
  rh: Writes<f32>,
  h: Writes<f32>,
  h0: Reads<f32>,
  bias: Reads<f32>,
  packedRZ: Reads<f32>,
  packedN: Reads<f32>,
  rhHalf: Optional<Writes<u16>>,
  hHalf: Optional<Writes<u16>>,
  h0Half: Optional<Reads<u16>>,
  room: Writes<f32>,
  scratch: Scratch,
  worker: u32,
  workers: u32,
): void {
  const row: usize = H << 2;
  const space = ownScratch(scratch, worker);
  const first = firstSequence(sizes, steps, worker, workers);
  const last = firstSequence(sizes, steps, worker + 1, workers);
  let previous = h0 + first * row;
  let operand = hHalf == 0 ? previous : h0Half + (first * row >> 1);
  let now = first;
  for (let t: u32 = 0; t < steps; t++) {
    const rows = rowsBetween(stepSize(sizes, t), first, last);
    if (rows == 0) return;
    const at = now * row;
    const own = gates + at * 3;
    if (packsNatively()) {
      const half = rhHalf == 0 ? 0 : rhHalf + (at >> 1);
      const to = h + at, rz = room + first * row * 2;
      stepNatively(rows, H, own, rh + at, to, previous, operand, bias, packedRZ, packedN, half, rz);
    } else {
      multiplyWeights(rows, 2 * H, H, previous, row, packedRZ, own, row * 3, true, space);
      for (let r: usize = 0; r < rows * row; r += row) resetRow(own + r * 3, bias, row, previous + r, rh + at + r);
      multiplyWeights(rows, H, H, rh + at, row, packedN, own + 2 * row, row * 3, true, space);
      for (let r: usize = 0; r < rows * row; r += row) updateRow(own + r * 3, bias, row, previous + r, h + at + r);
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

/**
 * The first half of a step of `cho_gru_forward`, for products that were computed before: `gates`[rows, 3H] holds W_ih x
 * and, of r and z, also W_hh h_{t-1}. Activates r and z, and writes r h_{t-1} to `rh`[rows, H].
 *
 * @extent gates: rows * 3 * H
 * @extent bias: 3 * H
 * @extent previous rh: rows * H
 * @work 9 * rows * H
 */
export function cho_gru_reset(
  rows: Count,
  H: Count,
  gates: Updates<f32>,
  bias: Reads<f32>,
  previous: Reads<f32>,
  rh: Writes<f32>,
  worker: u32,
  workers: u32,
): void {
  const row: usize = H << 2;
  const own = ownRows(rows, worker, workers);
  for (let r: u32 = 0; r < own; r++) {
    const at = (worker + r * workers) * row;
    resetRow(gates + at * 3, bias, row, previous + at, rh + at);
  }
}

/**
 * The second half of a step of `cho_gru_forward`: the sums of n in `gates`[rows, 3H] include the product with
 * r h_{t-1}. Activates n and writes the states to `h`[rows, H].
 *
 * @extent gates: rows * 3 * H
 * @extent bias: 3 * H
 * @extent previous h: rows * H
 * @work 9 * rows * H
 */
export function cho_gru_update(
  rows: Count,
  H: Count,
  gates: Updates<f32>,
  bias: Reads<f32>,
  previous: Reads<f32>,
  h: Writes<f32>,
  worker: u32,
  workers: u32,
): void {
  const row: usize = H << 2;
  const own = ownRows(rows, worker, workers);
  for (let r: u32 = 0; r < own; r++) {
    const at = (worker + r * workers) * row;
    updateRow(gates + at * 3, bias, row, previous + at, h + at);
  }
}

/** Replaces z and n by the gradients of their pre-activations, and dh by what reaches h_{t-1} through z. */
@inline
function deriveRow(gates: usize, row: usize, previous: usize, dOutput: usize, dh: usize): void {
  for (let j: usize = 0; j < row; j += 16) {
    const count = <u32> min((row - j) >> 2, 4);
    const z = loadPart(gates + row + j, count);
    const n = loadPart(gates + 2 * row + j, count);
    let d = loadPart(dh + j, count);
    if (dOutput != 0) d = f32x4.add(d, loadPart(dOutput + j, count));
    const lifted = lift(d);
    const slope = f32x4.mul(z, f32x4.sub(ONE, z));
    storePart(gates + row + j, gradient3(d, lifted, f32x4.sub(loadPart(previous + j, count), n), slope), count);
    const dn = gradient3(d, lifted, f32x4.sub(ONE, z), f32x4.sub(ONE, f32x4.mul(n, n)));
    storePart(gates + 2 * row + j, dn, count);
    storePart(dh + j, gradient2(d, lifted, z), count);
  }
}

/** Replaces r by the gradient of its pre-activation, given `drh` = W_hn^T dn, and adds to dh what passes r. */
@inline
function deriveResetRow(gates: usize, row: usize, previous: usize, drh: usize, dh: usize): void {
  for (let j: usize = 0; j < row; j += 16) {
    const count = <u32> min((row - j) >> 2, 4);
    const r = loadPart(gates + j, count);
    const d = loadPart(drh + j, count);
    const lifted = lift(d);
    const slope = f32x4.mul(r, f32x4.sub(ONE, r));
    storePart(gates + j, gradient3(d, lifted, loadPart(previous + j, count), slope), count);
    storePart(dh + j, f32x4.add(loadPart(dh + j, count), gradient2(d, lifted, r)), count);
  }
}

/** Copies `count` of every 3H numbers, those of rows of gates from `from` on, so that they are dense. */
@inline
function gatherRows(rows: u32, H: u32, count: u32, from: usize, half: bool, to: usize): void {
  const size: usize = half ? 2 : 4;
  for (let r: u32 = 0; r < rows; r++, from += 3 * H * size, to += count * size) memory.copy(to, from, count * size);
}

/**
 * The gradient of `cho_gru_forward`. `dOutput`[N, H] (null for none) is the gradient of the hidden states; `dh`[B, H]
 * holds that of the final states on entry and, if `initial` is 1, that of h0 on return. `gates` receives the gradient
 * of W_ih x. `packedRZ` and `packedN` are the two parts of W_hh, packed. With weights packed as bfloat16 numbers,
 * `gatesHalf` receives the result in `gates` as such. `room`[B, 4H] receives intermediate values.
 *
 * @extent sizes: steps
 * @extent gates: sum(sizes, steps) * 3 * H
 * @extent h dOutput: sum(sizes, steps) * H
 * @extent h0 dh: sizes[0] * H
 * @extent packedRZ: panels(2 * H, H)
 * @extent packedN: panels(H, H)
 * @extent gatesHalf: sum(sizes, steps) * 3 * H
 * @extent room: sizes[0] * 4 * H
 * @work sizes[0] < 2 ? 0 : 9 * steps * sizes[0] * H * H
 */
export function cho_gru_backward(
  steps: Count,
  sizes: Reads<i32>,
  H: Count,
  gates: Updates<f32>,
  h: Reads<f32>,
  h0: Reads<f32>,
  dOutput: Optional<Reads<f32>>,
  dh: Updates<f32>,
  initial: Flag,
  packedRZ: Reads<f32>,
  packedN: Reads<f32>,
  gatesHalf: Optional<Writes<u16>>,
  room: Writes<f32>,
  scratch: Scratch,
  worker: u32,
  workers: u32,
): void {
  const row: usize = H << 2;
  const space = ownScratch(scratch, worker);
  const first = firstSequence(sizes, steps, worker, workers);
  const last = firstSequence(sizes, steps, worker + 1, workers);
  const carry = dh + first * row;
  const B = stepSize(sizes, 0);
  const rz = room + first * row * 2, drh = room + (B * 2 + first) * row, dn = drh + B * row;
  const isHalf = gatesHalf != 0;
  let now = first + totalRows(sizes, steps);
  for (let t = steps; t-- > 0;) {
    const rows = rowsBetween(stepSize(sizes, t), first, last);
    now -= stepSize(sizes, t);
    if (rows == 0) continue;
    const at = now * row;
    const own = gates + at * 3, ownHalf = gatesHalf + (at * 3 >> 1);
    const previous = t > 0 ? h + at - stepSize(sizes, t - 1) * row : h0 + first * row;
    for (let r: usize = 0; r < rows * row; r += row) {
      deriveRow(own + r * 3, row, previous + r, dOutput == 0 ? 0 : dOutput + at + r, carry + r);
    }
    if (packsNatively()) {
      if (isHalf) roundRow(rows * 3 * H, own, ownHalf);
      gatherRows(rows, H, H, isHalf ? ownHalf + row : own + 2 * row, isHalf, dn);
      multiply_natively(rows, H, H, dn, packedN, 0, drh, 0, NONE);
    } else multiplyWeights(rows, H, H, own + 2 * row, row * 3, packedN, drh, row, false, space);
    for (let r: usize = 0; r < rows * row; r += row) {
      deriveResetRow(own + r * 3, row, previous + r, drh + r, carry + r);
    }
    if (isHalf) roundRow(rows * 3 * H, own, ownHalf);
    if (t == 0 && !initial) return;
    if (packsNatively()) {
      gatherRows(rows, H, 2 * H, isHalf ? ownHalf : own, isHalf, rz);
      multiply_natively(rows, H, 2 * H, rz, packedRZ, 0, carry, 1, NONE);
    } else multiplyWeights(rows, H, 2 * H, own, row * 3, packedRZ, carry, row, true, space);
  }
}
