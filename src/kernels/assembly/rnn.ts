// Elman's simple recurrent network: h_t = f(W_ih x_t + b_ih + W_hh h_{t-1} + b_hh) with f = tanh or relu.

import { packsNatively } from "./native";
import { backwardNatively, forwardNatively } from "./native_rnn";
import { Count, Flag, Optional, Reads, Scratch, Updates, Writes } from "./operands";
import { multiplyWeights, ownScratch } from "./product";
import { ownRows, stepSize, totalRows } from "./sequence";
import { flush, gradient2, lift, loadPart, ONE, splat, STATE, storePart, tanh } from "./vector";

@inline
function activate(relu: bool, h: usize, bias: usize, count: u32): void {
  const x = f32x4.add(loadPart(h, count), loadPart(bias, count));
  storePart(h, flush(relu ? f32x4.max(x, splat(0)) : tanh(x), STATE), count);
}

@inline
export function activateRow(relu: bool, H: u32, h: usize, bias: usize): void {
  let j: u32 = 0;
  for (; j + 4 <= H; j += 4) activate(relu, h + (j << 2), bias + (j << 2), 4);
  if (j < H) activate(relu, h + (j << 2), bias + (j << 2), H - j);
}

/**
 * Runs the recurrence over a packed batch. On entry, `h`[N, H] holds W_ih x; on return, the hidden states. `h0`[B, H]
 * is null for zeros; `bias`[H] = b_ih + b_hh. `packedHH` is W_hh^T, packed; null if `h` already contains the recurrent
 * product. With weights packed as bfloat16 numbers, `h0` holds such numbers, and `hHalf`[N, H] receives `h` as such.
 *
 * @extent sizes: steps
 * @extent h: sum(sizes, steps) * H
 * @extent h0: sizes[0] * H
 * @extent bias: H
 * @extent packedHH: panels(H, H)
 * @extent hHalf: sum(sizes, steps) * H
 * @work sizes[0] < 2 ? 0 : steps * sizes[0] * H * H
 */
export function rnn_forward(
  relu: Flag,
  steps: Count,
  sizes: Reads<i32>,
  H: Count,
  h: Updates<f32>,
  h0: Optional<Reads<f32>>,
  bias: Reads<f32>,
  packedHH: Optional<Reads<f32>>,
  hHalf: Optional<Writes<u16>>,
  scratch: Scratch,
  worker: u32,
  workers: u32,
): void {
  if (packsNatively() && packedHH != 0) {
    forwardNatively(relu, steps, sizes, H, h, h0, bias, packedHH, hHalf, worker, workers);
    return;
  }
  const row: usize = H << 2;
  const stride = row * workers;
  let now = h + worker * row;
  let previous = h0 == 0 ? 0 : h0 + worker * row;
  for (let t: u32 = 0; t < steps; t++) {
    const rows = ownRows(stepSize(sizes, t), worker, workers);
    if (previous != 0 && packedHH != 0) {
      multiplyWeights(rows, H, H, previous, stride, packedHH, now, stride, true, ownScratch(scratch, worker));
    }
    for (let r: u32 = 0; r < rows; r++) activateRow(relu != 0, H, now + r * stride, bias);
    previous = now;
    now += stepSize(sizes, t) * row;
  }
}

@inline
function derive(relu: bool, h: usize, dh: usize, dOutput: usize, dGates: usize, count: u32): void {
  let d = loadPart(dh, count);
  if (dOutput != 0) d = f32x4.add(d, loadPart(dOutput, count));
  const y = loadPart(h, count);
  const slope = relu ? v128.and(f32x4.gt(y, splat(0)), ONE) : f32x4.sub(ONE, f32x4.mul(y, y));
  storePart(dGates, gradient2(d, lift(d), slope), count);
}

@inline
export function deriveRow(relu: bool, row: usize, h: usize, dh: usize, dOutput: usize, dGates: usize): void {
  let j: usize = 0;
  for (; j + 16 <= row; j += 16) derive(relu, h + j, dh + j, dOutput == 0 ? 0 : dOutput + j, dGates + j, 4);
  if (j < row) {
    const count = <u32> (row - j) >> 2;
    derive(relu, h + j, dh + j, dOutput == 0 ? 0 : dOutput + j, dGates + j, count);
  }
}

/**
 * The gradient of `rnn_forward`. `dOutput`[N, H] (null for none) is the gradient of the hidden states; `dh`[B, H] holds
 * that of the final states on entry and, if `initial` is not 0, that of h0 on return; `dGates`[N, H] receives that of
 * the pre-activations. `packedHH` is W_hh, packed. With weights packed as bfloat16 numbers, `dGatesHalf` receives
 * `dGates` as such.
 *
 * @extent sizes: steps
 * @extent h dOutput dGates: sum(sizes, steps) * H
 * @extent dh: sizes[0] * H
 * @extent packedHH: panels(H, H)
 * @extent dGatesHalf: sum(sizes, steps) * H
 * @work sizes[0] < 2 ? 0 : steps * sizes[0] * H * H
 */
export function rnn_backward(
  relu: Flag,
  steps: Count,
  sizes: Reads<i32>,
  H: Count,
  h: Reads<f32>,
  dOutput: Optional<Reads<f32>>,
  dh: Updates<f32>,
  dGates: Writes<f32>,
  initial: Flag,
  packedHH: Reads<f32>,
  dGatesHalf: Optional<Writes<u16>>,
  scratch: Scratch,
  worker: u32,
  workers: u32,
): void {
  if (packsNatively()) {
    backwardNatively(
      relu,
      steps,
      sizes,
      H,
      h,
      dOutput,
      dh,
      dGates,
      initial,
      packedHH,
      dGatesHalf,
      worker,
      workers,
    );
    return;
  }
  const row: usize = H << 2;
  const stride = row * workers;
  const carry = dh + worker * row;
  let offset = worker * row + totalRows(sizes, steps) * row;
  for (let t = steps; t-- > 0;) {
    const rows = ownRows(stepSize(sizes, t), worker, workers);
    offset -= stepSize(sizes, t) * row;
    for (let r: u32 = 0; r < rows; r++) {
      const at = offset + r * stride;
      const own = dOutput == 0 ? 0 : dOutput + at;
      deriveRow(relu != 0, row, h + at, carry + r * stride, own, dGates + at);
    }
    if (t == 0 && !initial) return;
    multiplyWeights(rows, H, H, dGates + offset, stride, packedHH, carry, stride, false, ownScratch(scratch, worker));
  }
}
