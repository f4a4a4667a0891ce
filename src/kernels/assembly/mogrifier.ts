// Mogrifier LSTM (Melis et al. 2020). Before each step of an LSTM (see lstm.ts), its input x and the hidden state h of
// the step before scale each other in rounds i = 1, 2, ..., from x^-1 = x and h^0 = h on:
//   x^i = 2 sigmoid(Q^i h^{i-1}) x^{i-2} for odd i,   h^i = 2 sigmoid(R^i x^{i-1}) h^{i-2} for even i.
// Round i is the pair of rounds i / 2 of its kind. All arrays are dense, and a worker's sequences follow each other, so
// that native products can read them.

import { activateRow, addRow, deriveRow } from "./lstm";
import { activate_natively, LOGISTIC, multiply_natively, NONE, packsNatively, roundRow, TANH } from "./native";
import { cellRow, outputRow } from "./native_lstm";
import { Count, Optional, Reads, Scratch, Updates, Writes } from "./operands";
import { multiplyWeights, ownScratch } from "./product";
import { firstSequence, rowsBetween, stepSize, totalRows } from "./sequence";
import { flush, gate, gradient2, gradient3, keepGate, lift, loadPart, ONE, shareStart, STATE, storePart } from "./vector";

/**
 * C[m, n] (+)= A[m, k] packed; with native products, the bias (null for none) and the activation follow. If `half` is
 * not null, A is rounded there, for weights packed as bfloat16 numbers.
 */
function multiply(
  m: u32,
  n: u32,
  k: u32,
  a: usize,
  packed: usize,
  c: usize,
  accumulate: bool,
  half: usize,
  space: usize,
  bias: usize = 0,
  activation: u32 = NONE,
): void {
  if (!packsNatively()) {
    multiplyWeights(m, n, k, a, k << 2, packed, c, n << 2, accumulate, space);
    return;
  }
  if (half != 0) roundRow(m * k, a, half);
  multiply_natively(m, n, k, half == 0 ? a : half, packed, bias, c, accumulate, activation);
}

/** Makes n pre-activations at `s` gates, unless the product has, and scales by them: to = 2 s from. */
function scale(n: u32, activated: bool, s: usize, from: usize, to: usize): void {
  for (const end = s + (n << 2); s < end; s += 16, from += 16, to += 16) {
    const count = <u32> min((end - s) >> 2, 4);
    const sum = loadPart(s, count);
    const share = activated ? keepGate(sum) : gate(sum);
    storePart(s, share, count);
    storePart(to, flush(f32x4.mul(f32x4.add(share, share), loadPart(from, count)), STATE), count);
  }
}

/**
 * Scales n numbers by twice the logistic function of `s`, which it replaces: to = 2 sigmoid(s) from. One round for
 * products that were computed before. Workers share the numbers.
 *
 * @extent s from to: n
 * @inplace to from
 * @work 4 * n
 */
export function mogrify(
  n: Count,
  s: Updates<f32>,
  from: Reads<f32>,
  to: Writes<f32>,
  worker: u32,
  workers: u32,
): void {
  const first = shareStart(n, 16, worker, workers);
  const at: usize = first << 2;
  scale(shareStart(n, 16, worker + 1, workers) - first, false, s + at, from + at, to + at);
}

/** Computes the states of dense rows from their gates: without the bias in WebAssembly, activated in the library. */
function computeStates(
  rows: u32,
  row: usize,
  bias: usize,
  gates: usize,
  previousC: usize,
  c: usize,
  tanhC: usize,
  h: usize,
): void {
  if (!packsNatively()) {
    for (let at: usize = 0; at < rows * row; at += row) {
      activateRow(gates + 4 * at, bias, row, previousC + at, c + at, tanhC + at, h + at);
    }
    return;
  }
  for (let at: usize = 0; at < rows * row; at += row) {
    cellRow(gates + 4 * at, row, gates + 4 * at, row, previousC + at, c + at);
  }
  activate_natively(rows * <u32> row >> 2, c, tanhC, TANH);
  for (let at: usize = 0; at < rows * row; at += row) outputRow(gates + 4 * at + 3 * row, tanhC + at, h + at, row);
}

/**
 * Runs the recurrence over a packed batch of inputs `x`[N, E] from the states `h0` and `c0`. With X = ceil(rounds / 2)
 * and Y = rounds - X: `xs`[X, N, E] receives x^1, x^3, ..., `hs`[1 + Y, N, H] h^0, h^2, ..., and `scalesX`[X, N, E] and
 * `scalesH`[Y, N, H] the logistic functions of the rounds. The others are as for `lstm_forward`. `packedQ` are the
 * packed transposes of the X matrices Q[E, H], `sizeQ` floats apart, and `packedR` those of the Y matrices R[H, E].
 * `half`, not null for weights packed as bfloat16 numbers, has room for the inputs of a product.
 *
 * @extent sizes: steps
 * @extent x: sum(sizes, steps) * E
 * @extent xs scalesX: ceil(rounds / 2) * sum(sizes, steps) * E
 * @extent hs: (1 + rounds - ceil(rounds / 2)) * sum(sizes, steps) * H
 * @extent scalesH: (rounds - ceil(rounds / 2)) * sum(sizes, steps) * H
 * @extent gates: sum(sizes, steps) * 4 * H
 * @extent h c tanhC: sum(sizes, steps) * H
 * @extent h0 c0: sizes[0] * H
 * @extent bias: 4 * H
 * @extent packedIH: panels(E, 4 * H)
 * @extent packedHH: panels(H, 4 * H)
 * @extent packedQ: ceil(rounds / 2) * sizeQ
 * @extent packedR: (rounds - ceil(rounds / 2)) * sizeR
 * @extent half: sizes[0] * (4 * H + E)
 * @work sizes[0] < 2 ? 0 : 4 * steps * sizes[0] * H * (4 * H + 4 * E + rounds * E)
 */
export function mogrifier_forward(
  steps: Count,
  sizes: Reads<i32>,
  E: Count,
  H: Count,
  rounds: Count,
  x: Reads<f32>,
  xs: Writes<f32>,
  hs: Writes<f32>,
  scalesX: Writes<f32>,
  scalesH: Writes<f32>,
  gates: Writes<f32>,
  h: Writes<f32>,
  c: Writes<f32>,
  tanhC: Writes<f32>,
  h0: Reads<f32>,
  c0: Reads<f32>,
  bias: Reads<f32>,
  packedIH: Reads<f32>,
  packedHH: Reads<f32>,
  packedQ: Reads<f32>,
  sizeQ: Count,
  packedR: Reads<f32>,
  sizeR: Count,
  half: Optional<Writes<u16>>,
  scratch: Scratch,
  worker: u32,
  workers: u32,
): void {
  const rowX: usize = E << 2, rowH: usize = H << 2;
  const space = ownScratch(scratch, worker);
  const activated = packsNatively();
  const first = firstSequence(sizes, steps, worker, workers);
  const last = firstSequence(sizes, steps, worker + 1, workers);
  const own = half == 0 ? 0 : half + first * (2 * rowH + (rowX >> 1));
  const N = totalRows(sizes, steps);
  let previousH = h0 + first * rowH, previousC = c0 + first * rowH;
  let now = first;
  for (let t: u32 = 0; t < steps; t++) {
    const rows = rowsBetween(stepSize(sizes, t), first, last);
    if (rows == 0) return;
    let nowX = x + now * rowX, nowH = hs + now * rowH;
    let toX = xs + now * rowX, toH = nowH, sX = scalesX + now * rowX, sH = scalesH + now * rowH;
    memory.copy(nowH, previousH, rows * rowH);
    let q = packedQ, r = packedR;
    for (let i: u32 = 1; i <= rounds; i++) {
      if (i & 1) {
        multiply(rows, E, H, nowH, q, sX, false, own, space, 0, LOGISTIC);
        scale(rows * E, activated, sX, nowX, toX);
        nowX = toX, toX += N * rowX, sX += N * rowX, q += sizeQ << 2;
      } else {
        multiply(rows, H, E, nowX, r, sH, false, own, space, 0, LOGISTIC);
        toH += N * rowH;
        scale(rows * H, activated, sH, nowH, toH);
        nowH = toH, sH += N * rowH, r += sizeR << 2;
      }
    }
    const at = now * rowH;
    multiply(rows, 4 * H, E, nowX, packedIH, gates + 4 * at, false, own, space);
    multiply(rows, 4 * H, H, nowH, packedHH, gates + 4 * at, true, own, space, bias, LOGISTIC);
    computeStates(rows, rowH, bias, gates + 4 * at, previousC, c + at, tanhC + at, h + at);
    previousH = h + at, previousC = c + at;
    now += stepSize(sizes, t);
  }
}

/**
 * The gradient of one round of n numbers: replaces `s` by that of its pre-activation, and d y by d of what y scaled.
 */
function unscale(n: u32, s: usize, y: usize, d: usize): void {
  for (const end = s + (n << 2); s < end; s += 16, y += 16, d += 16) {
    const count = <u32> min((end - s) >> 2, 4);
    const share = loadPart(s, count), slope = loadPart(d, count);
    const lifted = lift(slope);
    storePart(s, gradient3(slope, lifted, loadPart(y, count), f32x4.sub(ONE, share)), count);
    storePart(d, gradient2(slope, lifted, f32x4.add(share, share)), count);
  }
}

/**
 * The gradient of `mogrifier_forward`. `dOutput`[N, H] (null for none) is the gradient of the hidden states. `dh`[B, H]
 * and `dc`[B, H] hold those of the final states on entry and those of h0 and c0 on return. `gates`, `scalesX` and
 * `scalesH` receive the gradients of the pre-activations, and `dx`[N, E] that of x. The weights are packed.
 *
 * @extent sizes: steps
 * @extent xs scalesX: ceil(rounds / 2) * sum(sizes, steps) * E
 * @extent hs: (1 + rounds - ceil(rounds / 2)) * sum(sizes, steps) * H
 * @extent scalesH: (rounds - ceil(rounds / 2)) * sum(sizes, steps) * H
 * @extent gates: sum(sizes, steps) * 4 * H
 * @extent c tanhC dOutput: sum(sizes, steps) * H
 * @extent c0 dh dc: sizes[0] * H
 * @extent dx: sum(sizes, steps) * E
 * @extent packedIH: panels(4 * H, E)
 * @extent packedHH: panels(4 * H, H)
 * @extent packedQ: ceil(rounds / 2) * sizeQ
 * @extent packedR: (rounds - ceil(rounds / 2)) * sizeR
 * @extent half: sizes[0] * (4 * H + E)
 * @work sizes[0] < 2 ? 0 : 4 * steps * sizes[0] * H * (4 * H + 4 * E + rounds * E)
 */
export function mogrifier_backward(
  steps: Count,
  sizes: Reads<i32>,
  E: Count,
  H: Count,
  rounds: Count,
  xs: Reads<f32>,
  hs: Reads<f32>,
  scalesX: Updates<f32>,
  scalesH: Updates<f32>,
  gates: Updates<f32>,
  c: Reads<f32>,
  tanhC: Reads<f32>,
  c0: Reads<f32>,
  dOutput: Optional<Reads<f32>>,
  dh: Updates<f32>,
  dc: Updates<f32>,
  dx: Writes<f32>,
  packedIH: Reads<f32>,
  packedHH: Reads<f32>,
  packedQ: Reads<f32>,
  sizeQ: Count,
  packedR: Reads<f32>,
  sizeR: Count,
  half: Optional<Writes<u16>>,
  scratch: Scratch,
  worker: u32,
  workers: u32,
): void {
  const rowX: usize = E << 2, rowH: usize = H << 2;
  const space = ownScratch(scratch, worker);
  const first = firstSequence(sizes, steps, worker, workers);
  const last = firstSequence(sizes, steps, worker + 1, workers);
  const own = half == 0 ? 0 : half + first * (2 * rowH + (rowX >> 1));
  const N = totalRows(sizes, steps);
  const dH = dh + first * rowH, dC = dc + first * rowH;
  let now = first + N;
  for (let t = steps; t-- > 0;) {
    const rows = rowsBetween(stepSize(sizes, t), first, last);
    now -= stepSize(sizes, t);
    if (rows == 0) continue;
    const at = now * rowH;
    if (dOutput != 0) addRow(dH, dH, dOutput + at, rows * rowH);
    const previousC = t > 0 ? c + at - stepSize(sizes, t - 1) * rowH : c0 + first * rowH;
    for (let r: usize = 0; r < rows * rowH; r += rowH) {
      deriveRow(gates + 4 * (at + r), rowH, rowH, previousC + r, tanhC + at + r, dH + r, dC + r);
    }
    const dX = dx + now * rowX;
    multiply(rows, E, 4 * H, gates + 4 * at, packedIH, dX, false, own, space);
    multiply(rows, H, 4 * H, gates + 4 * at, packedHH, dH, false, own, space);
    for (let i = rounds; i > 0; i--) {
      const pair: usize = (i - 1) >> 1;
      if (i & 1) {
        const round = (pair * N + now) * rowX;
        unscale(rows * E, scalesX + round, xs + round, dX);
        multiply(rows, H, E, scalesX + round, packedQ + (pair * sizeQ << 2), dH, true, own, space);
      } else {
        const round = (pair * N + now) * rowH;
        unscale(rows * H, scalesH + round, hs + round + N * rowH, dH);
        multiply(rows, E, H, scalesH + round, packedR + (pair * sizeR << 2), dX, true, own, space);
      }
    }
  }
}
