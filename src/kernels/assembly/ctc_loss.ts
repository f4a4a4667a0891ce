// Connectionist temporal classification (Graves et al. 2006): the loss of labels whose frames are unknown. Workers
// share the sequences.
//
// An alignment gives every frame a label or the blank, and becomes the labels when repetitions are merged and blanks
// dropped. It passes through some of 2 S + 1 states: blank, label 0, blank, label 1, ..., blank. They are computed in
// pairs of a blank and the label after it; the label of the last pair does not exist and is impossible.
// Log-probabilities are doubles, because those of long alignments have many digits before the point; what a frame adds
// to them is computed in floats.

import { ln } from "./cross_entropy";
import { Count, Flag, Reads, Updates, Writes } from "./operands";
import { rowExpSum, rowMax } from "./softmax";
import { expOrZero, gradient2, lift, loadPart, log, shareStart, splat, storePart } from "./vector";

/** The log-probability of what cannot happen. It is finite, so that differences are numbers. */
const IMPOSSIBLE: f64 = -1e30;
/** The log-probability of a sequence is below this if a step of each of its alignments is impossible. */
const LEAST: f64 = -1e29;

/** The bytes of a row for S labels: see `alignmentRow`. */
@inline
function rowBytes(S: u32): usize {
  return <usize> (2 * S + 4) << 3;
}

/**
 * Returns the address of the first state of a frame, from frame -1 on. Before it stand two other numbers: the logarithm
 * of the sum of e^x over the frame's logits, and an impossible state.
 */
@inline
function alignmentRow(rows: usize, t: i32, S: u32): usize {
  return rows + <usize> (t + 1) * rowBytes(S) + 16;
}

/** Stores n impossible states. */
function fillImpossible(row: usize, n: u32): void {
  for (let s: u32 = 0; s < n; s++) store<f64>(row + (s << 3), IMPOSSIBLE);
}

@inline
function pairOf(first: f64, second: f64): v128 {
  return f64x2.replace_lane(f64x2.splat(first), 1, second);
}

/** Returns the log-probability of a class, at least `IMPOSSIBLE`; NaN stays NaN. */
@inline
function logProbability(x: usize, c: u32, logSum: f64): f64 {
  const y = <f64> load<f32>(x + (<usize> c << 2)) - logSum;
  return y < IMPOSSIBLE ? IMPOSSIBLE : y;
}

/** Returns the log-probability of label k, which is impossible beyond the last one. */
@inline
function labelProbability(x: usize, labels: usize, k: u32, size: u32, logSum: f64): f64 {
  return k < size ? logProbability(x, load<u32>(labels + (<usize> k << 2)), logSum) : IMPOSSIBLE;
}

/** Whether an alignment may go from label k - 1 to label k without a blank. Before label 0 there is only the start. */
@inline
function skips(labels: usize, k: u32): bool {
  if (k == 0) return true;
  const at = labels + (<usize> k << 2);
  return load<u32>(at) != load<u32>(at - 4);
}

/** log(e^a + e^b + e^c) for two doubles each. */
@inline
function logSumExp(a: v128, b: v128, c: v128): v128 {
  const most = f64x2.pmax(f64x2.pmax(a, b), c);
  const toA = f32x4.demote_f64x2_zero(f64x2.sub(a, most)), toB = f32x4.demote_f64x2_zero(f64x2.sub(b, most));
  const ab = expOrZero(v128.shuffle<f32>(toA, toB, 0, 1, 4, 5));
  const last = expOrZero(f32x4.demote_f64x2_zero(f64x2.sub(c, most)));
  const sum = f32x4.add(f32x4.add(ab, v128.shuffle<f32>(ab, ab, 2, 3, 0, 1)), last);
  return f64x2.add(most, f64x2.promote_low_f32x4(log(sum)));
}

/** Computes the log-probabilities of all beginnings of alignments that end in each state of each frame. */
function forward(x: usize, pitch: usize, C: u32, frames: i32, labels: usize, size: u32, blank: u32, rows: usize, S: u32): void {
  let previous = alignmentRow(rows, -1, S);
  // The start is a state before the first one, from which the first blank and the first label can be reached.
  fillImpossible(previous, 2 * size + 2);
  store<f64>(previous - 8, 0);
  for (let t = 0; t < frames; t++, x += pitch) {
    const row = alignmentRow(rows, t, S);
    const most = rowMax(x, C);
    const logSum = <f64> most + ln(rowExpSum(x, C, most));
    store<f64>(row - 16, logSum);
    store<f64>(row - 8, IMPOSSIBLE);
    const blanks = logProbability(x, blank, logSum);
    for (let k: u32 = 0; k <= size; k++) {
      const from = previous + (<usize> k << 4);
      const two = k < size && skips(labels, k) ? load<f64>(from - 8) : IMPOSSIBLE;
      const before = logSumExp(v128.load(from), v128.load(from - 8), pairOf(IMPOSSIBLE, two));
      const own = pairOf(blanks, labelProbability(x, labels, k, size, logSum));
      v128.store(row + (<usize> k << 4), f64x2.add(before, own));
    }
    previous = row;
  }
}

/** Returns the log-probability of all alignments, which end in the last blank or the last label. */
function totalOf(rows: usize, frames: i32, size: u32, S: u32): f64 {
  const end = alignmentRow(rows, frames - 1, S) + (<usize> size << 4);
  const states = v128.load(end - 8);
  const other = v128.shuffle<f64>(states, states, 1, 0);
  return f64x2.extract_lane(logSumExp(states, other, f64x2.splat(IMPOSSIBLE)), 0);
}

/**
 * The loss of B sequences of logits [T, B, C]: -log of the sum of the probabilities, softmax(x), of all alignments of
 * their labels. A sequence has lengths[b] frames and sizes[b] of S labels, none of them the blank. If it has no
 * alignment, its loss is infinity, or 0 if `zeroes`. `alignments` keeps what the gradient needs.
 *
 * @extent x: T * B * C
 * @extent lengths sizes losses: B
 * @extent labels: B * S
 * @extent alignments: B * (T + 2) * (2 * S + 4)
 * @work T * B * (4 * C + 40 * S)
 */
export function ctc_loss(
  T: Count,
  B: Count,
  C: Count,
  S: Count,
  blank: Count,
  zeroes: Flag,
  x: Reads<f32>,
  lengths: Reads<i32>,
  labels: Reads<i32>,
  sizes: Reads<i32>,
  alignments: Writes<f64>,
  losses: Writes<f32>,
  worker: u32,
  workers: u32,
): void {
  const pitch: usize = B * C << 2;
  const end = shareStart(B, 1, worker + 1, workers);
  for (let b = shareStart(B, 1, worker, workers); b < end; b++) {
    const frames = load<i32>(lengths + (b << 2)), size = load<u32>(sizes + (b << 2));
    const rows = alignments + <usize> b * (T + 2) * rowBytes(S);
    forward(x + (b * C << 2), pitch, C, frames, labels + (b * S << 2), size, blank, rows, S);
    const total = totalOf(rows, frames, size, S);
    store<f32>(losses + (b << 2), total < LEAST ? (zeroes ? 0 : Infinity) : <f32> -total);
  }
}

/** dx += slope e^(x - logSum) for the C classes of a frame. */
function addSoftmax(x: usize, C: u32, logSum: f64, slope: v128, lifted: v128, dx: usize): void {
  // In two parts, so that large logits lose no precision.
  const high = <f32> logSum;
  const m = splat(high), rest = splat(<f32> (logSum - <f64> high));
  for (let c: u32 = 0; c < C; c += 4) {
    const count = min(C - c, 4), at: usize = c << 2;
    const p = expOrZero(f32x4.sub(f32x4.sub(loadPart(x + at, count), m), rest));
    storePart(dx + at, f32x4.add(loadPart(dx + at, count), gradient2(slope, lifted, p)), count);
  }
}

/** dx_c -= d. */
@inline
function subtractAt(dx: usize, c: u32, d: f32): void {
  const at = dx + (<usize> c << 2);
  store<f32>(at, load<f32>(at) - d);
}

/**
 * Goes back through the frames and adds the gradient of the logits: slope (softmax(x) - the share of the alignments
 * that give the frame each class). `ends` has, for each state, the log-probability of its frame's logits and all ends
 * of alignments after it.
 */
function backward(x: usize, pitch: usize, C: u32, frames: i32, labels: usize, size: u32, blank: u32, rows: usize, S: u32, ends: usize, slope: f32, dx: usize): void {
  const total = totalOf(rows, frames, size, S);
  if (total < LEAST) return;
  const factor = splat(slope), lifted = lift(factor);
  fillImpossible(ends, 2 * size + 4);
  store<f64>(ends + (<usize> size << 4), 0);
  for (let t = frames - 1; t >= 0; t--) {
    const at: usize = <usize> t * pitch;
    const row = alignmentRow(rows, t, S), frame = x + at, to = dx + at;
    const logSum = load<f64>(row - 16);
    addSoftmax(frame, C, logSum, factor, lifted, to);
    const blanks = logProbability(frame, blank, logSum);
    let blankShare: f32 = 0;
    for (let k: u32 = 0; k <= size; k++) {
      const place: usize = <usize> k << 4, from = ends + place;
      const two = k + 1 < size && skips(labels, k + 1) ? load<f64>(from + 24) : IMPOSSIBLE;
      const after = logSumExp(v128.load(from), v128.load(from + 8), pairOf(IMPOSSIBLE, two));
      const through = f64x2.sub(f64x2.add(v128.load(row + place), after), f64x2.splat(total));
      const shares = gradient2(factor, lifted, expOrZero(f32x4.demote_f64x2_zero(through)));
      blankShare += f32x4.extract_lane(shares, 0);
      if (k < size) subtractAt(to, load<u32>(labels + (<usize> k << 2)), f32x4.extract_lane(shares, 1));
      const own = pairOf(blanks, labelProbability(frame, labels, k, size, logSum));
      v128.store(from, f64x2.add(after, own));
    }
    subtractAt(to, blank, blankShare);
  }
}

/**
 * dx += the gradient of the losses of `ctc_loss` times `slopes`; none for a sequence without an alignment. The last row
 * of each sequence's `alignments` is replaced.
 *
 * @extent x dx: T * B * C
 * @extent lengths sizes slopes: B
 * @extent labels: B * S
 * @extent alignments: B * (T + 2) * (2 * S + 4)
 * @work T * B * (4 * C + 40 * S)
 */
export function ctc_loss_backward(
  T: Count,
  B: Count,
  C: Count,
  S: Count,
  blank: Count,
  x: Reads<f32>,
  lengths: Reads<i32>,
  labels: Reads<i32>,
  sizes: Reads<i32>,
  alignments: Updates<f64>,
  slopes: Reads<f32>,
  dx: Updates<f32>,
  worker: u32,
  workers: u32,
): void {
  const pitch: usize = B * C << 2;
  const end = shareStart(B, 1, worker + 1, workers);
  for (let b = shareStart(B, 1, worker, workers); b < end; b++) {
    const frames = load<i32>(lengths + (b << 2)), size = load<u32>(sizes + (b << 2));
    const rows = alignments + <usize> b * (T + 2) * rowBytes(S);
    const ends = rows + <usize> (T + 1) * rowBytes(S);
    const own: usize = b * C << 2, slope = load<f32>(slopes + (b << 2));
    backward(x + own, pitch, C, frames, labels + (b * S << 2), size, blank, rows, S, ends, slope, dx + own);
  }
}
