// The time loops of an LSTM with native products whose recurrent weights exceed a core's own cache. The weights are cut
// into parts, each with all columns of `share` consecutive units, and each worker multiplies the states of all
// sequences by its own parts, which stay in its cache. The next step needs the states of all units, so workers meet in
// between. The library's fast products want dense matrices: a part's products stand in `space`, behind the counter for
// meeting.

import { addRow, deriveRow } from "./lstm";
import { activate_natively, LOGISTIC, multiply_natively, NONE, roundRow, TANH } from "./native";
import { cellRow, outputRow, startGates } from "./native_lstm";
import { Count, Flag, Optional, Reads, Updates, Writes } from "./operands";
import { meet, stepSize, totalRows } from "./sequence";

/** Bytes of `space` for the counter. */
const COUNTER: usize = 64;

/** Copies rows of `width` bytes. */
function copyRows(rows: u32, width: usize, from: usize, pitchFrom: usize, to: usize, pitchTo: usize): void {
  for (let r: u32 = 0; r < rows; r++, from += pitchFrom, to += pitchTo) memory.copy(to, from, width);
}

/** Rounds rows of `n` floats, `pitch` floats apart, to bfloat16 numbers as far apart. */
function roundRows(rows: u32, n: u32, from: usize, to: usize, pitch: usize): void {
  for (let r: u32 = 0; r < rows; r++) roundRow(n, from + r * pitch * 4, to + r * pitch * 2);
}

/**
 * `lstm_forward` without a projection, with workers that share the units. `packed` and `bias` have the columns of the
 * parts one after the other, the four gates of a part's units in each; `packed` is made by `pack_columns` in parts of
 * 4 * share columns, `size` floats apart. `space` starts with a zero.
 *
 * @extent sizes: steps
 * @extent gates: sum(sizes, steps) * 4 * H
 * @extent h c tanhC: sum(sizes, steps) * H
 * @extent h0 c0: sizes[0] * H
 * @extent bias: 4 * H
 * @extent packed: ceil(H / share) * size
 * @extent hHalf: sum(sizes, steps) * H
 * @extent space: 16 + 5 * sizes[0] * H
 * @work 16 * steps * sizes[0] * H * H
 */
export function lstm_forward_by_columns(
  steps: Count,
  sizes: Reads<i32>,
  H: Count,
  gates: Updates<f32>,
  h: Writes<f32>,
  c: Writes<f32>,
  tanhC: Writes<f32>,
  h0: Optional<Reads<f32>>,
  c0: Optional<Reads<f32>>,
  bias: Reads<f32>,
  share: Count,
  size: Count,
  packed: Reads<f32>,
  hHalf: Optional<Writes<u16>>,
  space: Updates<f32>,
  worker: u32,
  workers: u32,
): void {
  const row: usize = H << 2;
  const B = stepSize(sizes, 0);
  let previousH = h0;
  let previousC = c0;
  let now: usize = 0;
  for (let t: u32 = 0; t < steps; t++) {
    const rows = stepSize(sizes, t);
    const half = hHalf == 0 ? 0 : hHalf + now * (row >> 1);
    const states = h + now * row;
    if (t > 0) meet(space, t, workers);
    for (let left = worker * share; left < H; left += workers * share) {
      const units = min(share, H - left);
      const at: usize = left << 2;
      const sums = space + COUNTER + B * at * 5;
      const gatesNow = gates + now * row * 4 + at;
      multiplyStates(rows, H, units, previousH, packed + (left / share * size << 2), bias + at * 4, gatesNow, sums);
      const cells = now * row + at;
      computeStates(rows, row, units, sums, gatesNow, previousC == 0 ? 0 : previousC + at, c + cells, tanhC + cells, states + at);
      if (half != 0) roundRows(rows, units, states + at, half + (at >> 1), H);
    }
    previousH = half == 0 ? states : half;
    previousC = c + now * row;
    now += rows;
  }
}

/** Computes the logistic function of the gates of a part's units in `sums`[rows, 4 * units]. */
function multiplyStates(
  rows: u32,
  H: u32,
  units: u32,
  previousH: usize,
  packed: usize,
  bias: usize,
  gates: usize,
  sums: usize,
): void {
  const width: usize = units << 2;
  // Rows of gates, four to a row of the batch, are H floats apart.
  copyRows(rows * 4, width, gates, H << 2, sums, width);
  if (previousH == 0) startGates(rows, width, sums, bias);
  else multiply_natively(rows, 4 * units, H, previousH, packed, bias, sums, 1, LOGISTIC);
}

/** Computes the states of a part's units from `sums`, behind which tanh(c) is computed. */
function computeStates(
  rows: u32,
  row: usize,
  units: u32,
  sums: usize,
  gates: usize,
  previousC: usize,
  c: usize,
  tanhC: usize,
  h: usize,
): void {
  const width: usize = units << 2;
  const squashed = sums + rows * width * 4;
  for (let r: u32 = 0; r < rows; r++) {
    const before = previousC == 0 ? 0 : previousC + r * row;
    cellRow(sums + r * width * 4, width, gates + r * row * 4, row, before, c + r * row);
  }
  copyRows(rows, width, c, row, squashed, width);
  activate_natively(rows * units, squashed, squashed, TANH);
  copyRows(rows, width, squashed, width, tanhC, row);
  for (let r: u32 = 0; r < rows; r++) outputRow(gates + r * row * 4 + 3 * row, tanhC + r * row, h + r * row, width);
}

/** Adds rows of `width` bytes, `row` bytes apart. */
function addRows(rows: u32, row: usize, width: usize, to: usize, from: usize): void {
  for (let r: u32 = 0; r < rows; r++, to += row, from += row) addRow(to, to, from, width);
}

/** Replaces the gates of a part's units by the gradients of their pre-activations. */
function deriveRows(
  rows: u32,
  row: usize,
  width: usize,
  gates: usize,
  previousC: usize,
  tanhC: usize,
  dh: usize,
  dc: usize,
): void {
  for (let r: u32 = 0; r < rows; r++) {
    const at = r * row;
    deriveRow(gates + at * 4, row, width, previousC == 0 ? 0 : previousC + at, tanhC + at, dh + at, dc + at);
  }
}

/**
 * The gradient of `lstm_forward_by_columns`; operands as for `lstm_backward`. `packed` is W_hh, packed by
 * `pack_columns` in parts of `share` columns, `size` floats apart. `space` starts with a zero.
 *
 * @extent sizes: steps
 * @extent gates: sum(sizes, steps) * 4 * H
 * @extent c tanhC dOutput: sum(sizes, steps) * H
 * @extent c0 dh dc: sizes[0] * H
 * @extent packed: ceil(H / share) * size
 * @extent gatesHalf: sum(sizes, steps) * 4 * H
 * @extent space: 16 + sizes[0] * H
 * @work 16 * steps * sizes[0] * H * H
 */
export function lstm_backward_by_columns(
  steps: Count,
  sizes: Reads<i32>,
  H: Count,
  gates: Updates<f32>,
  c: Reads<f32>,
  tanhC: Reads<f32>,
  c0: Optional<Reads<f32>>,
  dOutput: Optional<Reads<f32>>,
  dh: Updates<f32>,
  dc: Updates<f32>,
  initial: Flag,
  share: Count,
  size: Count,
  packed: Reads<f32>,
  gatesHalf: Optional<Writes<u16>>,
  space: Updates<f32>,
  worker: u32,
  workers: u32,
): void {
  const row: usize = H << 2;
  const B = stepSize(sizes, 0);
  let now: usize = totalRows(sizes, steps);
  for (let t = steps; t-- > 0;) {
    const rows = stepSize(sizes, t);
    now -= rows;
    const previousC = t > 0 ? c + (now - stepSize(sizes, t - 1)) * row : c0;
    const gatesNow = gates + now * row * 4;
    const half = gatesHalf == 0 ? 0 : gatesHalf + now * row * 2;
    for (let left = worker * share; left < H; left += workers * share) {
      const units = min(share, H - left);
      const at: usize = left << 2;
      const states = now * row + at;
      if (dOutput != 0) addRows(rows, row, units << 2, dh + at, dOutput + states);
      const before = previousC == 0 ? 0 : previousC + at;
      deriveRows(rows, row, units << 2, gatesNow + at, before, tanhC + states, dh + at, dc + at);
      if (half != 0) roundRows(rows * 4, units, gatesNow + at, half + (at >> 1), H);
    }
    if (t == 0 && !initial) return;
    meet(space, steps - t, workers);
    for (let left = worker * share; left < H; left += workers * share) {
      const units = min(share, H - left);
      const own = space + COUNTER + B * (left << 2);
      const from = half == 0 ? gatesNow : half;
      multiply_natively(rows, units, 4 * H, from, packed + (left / share * size << 2), 0, own, 0, NONE);
      copyRows(rows, units << 2, own, units << 2, dh + (left << 2), row);
    }
  }
}
