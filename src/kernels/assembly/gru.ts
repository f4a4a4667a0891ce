// Gated recurrent unit (Cho et al. 2014), gates in the order r, z, n, with the reset gate applied after the recurrent
// product:
//   n_t = tanh(W_in x + b_in + r (W_hn h_{t-1} + b_hn)),   h_t = n + z (h_{t-1} - n).

import { packsNatively } from "./native";
import { backwardNatively, forwardNatively } from "./native_gru";
import { Count, Flag, Optional, Reads, Scratch, Updates, Writes } from "./operands";
import { multiplyWeights, ownScratch } from "./product";
import { ownRows, stepSize, totalRows } from "./sequence";
import {
  flush,
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

@inline
function activate(
  gates: usize,
  hn: usize,
  bias: usize,
  biasHN: usize,
  row: usize,
  previous: usize,
  h: usize,
  count: u32,
): void {
  const r = gate(f32x4.add(loadPart(gates, count), loadPart(bias, count)));
  const z = gate(f32x4.add(loadPart(gates + row, count), loadPart(bias + row, count)));
  let recurrent = loadPart(biasHN, count);
  if (previous != 0) recurrent = f32x4.add(loadPart(hn, count), recurrent);
  const n = tanh(fma(r, recurrent, f32x4.add(loadPart(gates + 2 * row, count), loadPart(bias + 2 * row, count))));
  const before = previous == 0 ? splat(0) : loadPart(previous, count);
  storePart(gates, r, count);
  storePart(gates + row, z, count);
  storePart(gates + 2 * row, n, count);
  storePart(hn, recurrent, count);
  storePart(h, flush(fma(z, f32x4.sub(before, n), n), STATE), count);
}

@inline
export function activateRow(gates: usize, hn: usize, bias: usize, biasHN: usize, row: usize, previous: usize, h: usize): void {
  let j: usize = 0;
  for (; j + 16 <= row; j += 16) {
    activate(gates + j, hn + j, bias + j, biasHN + j, row, previous == 0 ? 0 : previous + j, h + j, 4);
  }
  if (j < row) {
    const count = <u32> (row - j) >> 2;
    activate(gates + j, hn + j, bias + j, biasHN + j, row, previous == 0 ? 0 : previous + j, h + j, count);
  }
}

/**
 * Runs the recurrence over a packed batch. On entry, `gates`[N, 3H] holds W_ih x; on return, the activated gates, with
 * W_hn h + b_hn in `hn`[N, H] and the hidden states in `h`[N, H]. `h0`[B, H] is null for zeros; `bias`[3H] = b_ih +
 * b_hh for r and z, b_in for n. `packedRZ` and `packedN` are the two parts of W_hh^T, packed; null if `gates` and `hn`
 * already contain the recurrent products. With weights packed as bfloat16 numbers, `h0Half` holds h0 as such, and
 * `hHalf`[N, H] receives `h` as such. `room`[B, 2H] is for native products only.
 *
 * @extent sizes: steps
 * @extent gates: sum(sizes, steps) * 3 * H
 * @extent hn h: sum(sizes, steps) * H
 * @extent h0: sizes[0] * H
 * @extent bias: 3 * H
 * @extent biasHN: H
 * @extent packedRZ: panels(H, 2 * H)
 * @extent packedN: panels(H, H)
 * @extent hHalf: sum(sizes, steps) * H
 * @extent h0Half: sizes[0] * H
 * @extent room: sizes[0] * 2 * H
 * @work sizes[0] < 2 ? 0 : 9 * steps * sizes[0] * H * H
 */
export function gru_forward(
  steps: Count,
  sizes: Reads<i32>,
  H: Count,
  gates: Updates<f32>,
  hn: Updates<f32>,
  h: Writes<f32>,
  h0: Optional<Reads<f32>>,
  bias: Reads<f32>,
  biasHN: Reads<f32>,
  packedRZ: Optional<Reads<f32>>,
  packedN: Optional<Reads<f32>>,
  hHalf: Optional<Writes<u16>>,
  h0Half: Optional<Reads<u16>>,
  room: Writes<f32>,
  scratch: Scratch,
  worker: u32,
  workers: u32,
): void {
  if (packsNatively() && packedRZ != 0) {
    forwardNatively(
      steps,
      sizes,
      H,
      gates,
      hn,
      h,
      h0,
      bias,
      biasHN,
      packedRZ,
      packedN,
      hHalf,
      h0Half,
      room,
      worker,
      workers,
    );
    return;
  }
  const row: usize = H << 2;
  const stride = row * workers;
  const space = ownScratch(scratch, worker);
  let first: usize = worker;
  let previous = h0 == 0 ? 0 : h0 + worker * row;
  for (let t: u32 = 0; t < steps; t++) {
    const rows = ownRows(stepSize(sizes, t), worker, workers);
    const gatesNow = gates + first * row * 3;
    if (previous != 0 && packedRZ != 0) {
      multiplyWeights(rows, 2 * H, H, previous, stride, packedRZ, gatesNow, stride * 3, true, space);
      multiplyWeights(rows, H, H, previous, stride, packedN, hn + first * row, stride, false, space);
    }
    for (let r: u32 = 0; r < rows; r++) {
      const at = (first + r * workers) * row;
      activateRow(gates + at * 3, hn + at, bias, biasHN, row, previous == 0 ? 0 : previous + r * stride, h + at);
    }
    previous = h + first * row;
    first += stepSize(sizes, t);
  }
}

@inline
function derive(gates: usize, hn: usize, row: usize, previous: usize, dOutput: usize, dh: usize, count: u32): void {
  const r = loadPart(gates, count);
  const z = loadPart(gates + row, count);
  const n = loadPart(gates + 2 * row, count);
  const before = previous == 0 ? splat(0) : loadPart(previous, count);
  let d = loadPart(dh, count);
  if (dOutput != 0) d = f32x4.add(d, loadPart(dOutput, count));
  const lifted = lift(d);
  const dn = gradient3(d, lifted, f32x4.sub(ONE, z), f32x4.sub(ONE, f32x4.mul(n, n)));
  const dz = gradient3(d, lifted, f32x4.sub(before, n), f32x4.mul(z, f32x4.sub(ONE, z)));
  const liftedN = lift(dn);
  const dr = gradient3(dn, liftedN, loadPart(hn, count), f32x4.mul(r, f32x4.sub(ONE, r)));
  storePart(gates, dr, count);
  storePart(gates + row, dz, count);
  storePart(gates + 2 * row, dn, count);
  storePart(hn, gradient2(dn, liftedN, r), count);
  storePart(dh, gradient2(d, lifted, z), count);
}

@inline
export function deriveRow(gates: usize, hn: usize, row: usize, previous: usize, dOutput: usize, dh: usize): void {
  let j: usize = 0;
  for (; j + 16 <= row; j += 16) {
    derive(gates + j, hn + j, row, previous == 0 ? 0 : previous + j, dOutput == 0 ? 0 : dOutput + j, dh + j, 4);
  }
  if (j < row) {
    const count = <u32> (row - j) >> 2;
    derive(gates + j, hn + j, row, previous == 0 ? 0 : previous + j, dOutput == 0 ? 0 : dOutput + j, dh + j, count);
  }
}

/**
 * The gradient of `gru_forward`. `dOutput`[N, H] (null for none) is the gradient of the hidden states; `dh`[B, H] holds
 * that of the final states on entry and that of h0 on return. `gates` receives the gradient of W_ih x, and `hn` that of
 * W_hn h. `packedRZ` and `packedN` are the two parts of W_hh, packed. With weights packed as bfloat16 numbers,
 * `gatesHalf` and `hnHalf` receive the results in `gates` and `hn` as such. `room`[B, 2H] is for native products only.
 *
 * @extent sizes: steps
 * @extent gates: sum(sizes, steps) * 3 * H
 * @extent hn h dOutput: sum(sizes, steps) * H
 * @extent h0 dh: sizes[0] * H
 * @extent packedRZ: panels(2 * H, H)
 * @extent packedN: panels(H, H)
 * @extent gatesHalf: sum(sizes, steps) * 3 * H
 * @extent hnHalf: sum(sizes, steps) * H
 * @extent room: sizes[0] * 2 * H
 * @work sizes[0] < 2 ? 0 : 9 * steps * sizes[0] * H * H
 */
export function gru_backward(
  steps: Count,
  sizes: Reads<i32>,
  H: Count,
  gates: Updates<f32>,
  hn: Updates<f32>,
  h: Reads<f32>,
  h0: Optional<Reads<f32>>,
  dOutput: Optional<Reads<f32>>,
  dh: Updates<f32>,
  initial: Flag,
  packedRZ: Reads<f32>,
  packedN: Reads<f32>,
  gatesHalf: Optional<Writes<u16>>,
  hnHalf: Optional<Writes<u16>>,
  room: Writes<f32>,
  scratch: Scratch,
  worker: u32,
  workers: u32,
): void {
  if (packsNatively()) {
    backwardNatively(
      steps,
      sizes,
      H,
      gates,
      hn,
      h,
      h0,
      dOutput,
      dh,
      initial,
      packedRZ,
      packedN,
      gatesHalf,
      hnHalf,
      room,
      worker,
      workers,
    );
    return;
  }
  const row: usize = H << 2;
  const stride = row * workers;
  const space = ownScratch(scratch, worker);
  const carry = dh + worker * row;
  let first: usize = worker + totalRows(sizes, steps);
  for (let t = steps; t-- > 0;) {
    const rows = ownRows(stepSize(sizes, t), worker, workers);
    first -= stepSize(sizes, t);
    for (let r: u32 = 0; r < rows; r++) {
      const own = r * workers;
      const at = (first + own) * row;
      let previous = h0 == 0 ? 0 : h0 + (worker + own) * row;
      if (t > 0) previous = h + at - stepSize(sizes, t - 1) * row;
      deriveRow(gates + at * 3, hn + at, row, previous, dOutput == 0 ? 0 : dOutput + at, carry + own * row);
    }
    if (t == 0 && !initial) return;
    multiplyWeights(rows, H, 2 * H, gates + first * row * 3, stride * 3, packedRZ, carry, stride, true, space);
    multiplyWeights(rows, H, H, hn + first * row, stride, packedN, carry, stride, true, space);
  }
}
