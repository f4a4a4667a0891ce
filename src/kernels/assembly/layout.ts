// Moves floats between layouts: strided copies and row gathers.

import { Count, Flag, Reads, Updates, Writes } from "./operands";
import { loadPart, shareStart, splat, storePart } from "./vector";

@inline
function run(n: u32, from: usize, fromStride: u32, to: usize, toStride: u32, accumulate: bool): void {
  if (fromStride == 1 && toStride == 1) {
    if (accumulate) addRow(to, from, n);
    else memory.copy(to, from, n << 2);
    return;
  }
  for (let i: u32 = 0; i < n; i++) {
    const at = to + (i * toStride << 2);
    const x = load<f32>(from + (i * fromStride << 2));
    store<f32>(at, accumulate ? load<f32>(at) + x : x);
  }
}

/**
 * to[i, j, k, l] (+)= from[i, j, k, l] over a d0 x d1 x d2 x d3 block with any strides (in floats): transposes, slices,
 * concatenations and broadcasts. If a stride of `to` is 0, the values are added in ascending order by one worker.
 *
 * @extent from: span(d0, f0, d1, f1, d2, f2, d3, f3)
 * @extent to: span(d0, t0, d1, t1, d2, t2, d3, t3)
 */
export function copy_strided(
  d0: Count,
  d1: Count,
  d2: Count,
  d3: Count,
  from: Reads<f32>,
  f0: Count,
  f1: Count,
  f2: Count,
  f3: Count,
  to: Updates<f32>,
  t0: Count,
  t1: Count,
  t2: Count,
  t3: Count,
  accumulate: Flag,
  worker: u32,
  workers: u32,
): void {
  if (worker > 0) return;
  for (let i: u32 = 0; i < d0; i++) {
    for (let j: u32 = 0; j < d1; j++) {
      for (let k: u32 = 0; k < d2; k++) {
        const source = from + (i * f0 + j * f1 + k * f2 << 2);
        const target = to + (i * t0 + j * t1 + k * t2 << 2);
        run(d3, source, f3, target, t3, accumulate != 0);
      }
    }
  }
}

/**
 * to[r] = from[index[r]] for rows of `width` floats; a negative index gives zeros.
 *
 * @extent index: rows
 * @extent from: (most(index, rows) + 1) * width
 * @extent to: rows * width
 * @work 4 * rows * width
 */
export function gather_rows(
  rows: Count,
  width: Count,
  index: Reads<i32>,
  from: Reads<f32>,
  to: Writes<f32>,
  worker: u32,
  workers: u32,
): void {
  const end = shareStart(rows, 1, worker + 1, workers);
  const bytes: usize = width << 2;
  for (let r = shareStart(rows, 1, worker, workers); r < end; r++) {
    const source = load<i32>(index + (r << 2));
    if (source < 0) memory.fill(to + r * bytes, 0, bytes);
    else memory.copy(to + r * bytes, from + <usize> source * bytes, bytes);
  }
}

/**
 * to[index[r]] += from[r] for rows of `width` floats, in ascending order of r; negative indexes are skipped. Workers
 * share the columns, since several rows may meet in one.
 *
 * @extent index: rows
 * @extent from: rows * width
 * @extent to: (most(index, rows) + 1) * width
 * @work 4 * rows * width
 */
export function scatter_add_rows(
  rows: Count,
  width: Count,
  index: Reads<i32>,
  from: Reads<f32>,
  to: Updates<f32>,
  worker: u32,
  workers: u32,
): void {
  const left = shareStart(width, 4, worker, workers);
  const right = shareStart(width, 4, worker + 1, workers);
  const bytes: usize = width << 2;
  for (let r: u32 = 0; r < rows; r++) {
    const target = load<i32>(index + (r << 2));
    if (target >= 0) addRow(to + <usize> target * bytes + (left << 2), from + r * bytes + (left << 2), right - left);
  }
}

/** to[i] += from[i] for i < n. */
@inline
function addRow(to: usize, from: usize, n: u32): void {
  const whole = to + ((n & ~3) << 2);
  for (; to < whole; to += 16, from += 16) v128.store(to, f32x4.add(v128.load(to), v128.load(from)));
  if (n & 3) storePart(to, f32x4.add(loadPart(to, n & 3), loadPart(from, n & 3)), n & 3);
}

/**
 * x[i] = 0 for all i < n in `count` spans [start, end). Workers share the spans.
 *
 * @extent spans: 2 * count
 * @extent x: n
 * @work 4 * n
 */
export function zero_spans(
  n: Count,
  count: Count,
  spans: Reads<i32>,
  x: Updates<f32>,
  worker: u32,
  workers: u32,
): void {
  const end = spans + (shareStart(count, 1, worker + 1, workers) << 3);
  for (let span = spans + (shareStart(count, 1, worker, workers) << 3); span < end; span += 8) {
    const start = load<u32>(span);
    memory.fill(x + (start << 2), 0, load<u32>(span, 4) - start << 2);
  }
}

/**
 * y[r] += b for every row of `n` floats. Workers share the rows.
 *
 * @extent b: n
 * @extent y: rows * n
 * @work 4 * rows * n
 */
export function add_bias(rows: Count, n: Count, b: Reads<f32>, y: Updates<f32>, worker: u32, workers: u32): void {
  const end = shareStart(rows, 1, worker + 1, workers);
  for (let r = shareStart(rows, 1, worker, workers); r < end; r++) {
    addRow(y + (r * n << 2), b, n);
  }
}

/**
 * sums[j] += x[0, j] + x[1, j] + ..., from left to right; `ldx` is the row length in floats. Four rows are added at a
 * time. Workers share the columns.
 *
 * @extent x: span(rows, ldx, n, 1)
 * @extent sums: n
 * @work 4 * rows * n
 */
export function add_row_sums(
  rows: Count,
  n: Count,
  x: Reads<f32>,
  ldx: Count,
  sums: Updates<f32>,
  worker: u32,
  workers: u32,
): void {
  const left = shareStart(n, 16, worker, workers);
  const count = shareStart(n, 16, worker + 1, workers) - left;
  const pitch: usize = ldx << 2;
  const to = sums + (left << 2);
  let from = x + (left << 2);
  let r: u32 = 0;
  for (; r + 4 <= rows; r += 4, from += 4 * pitch) addFourRows(to, from, pitch, count);
  for (; r < rows; r++, from += pitch) addRow(to, from, count);
}

/** to[i] = (((to[i] + a[i]) + b[i]) + c[i]) + d[i] for i < n, for four rows from `a` on. */
@inline
function addFourRows(to: usize, a: usize, pitch: usize, n: u32): void {
  const b = a + pitch;
  const c = b + pitch;
  const d = c + pitch;
  const end: usize = (n & ~3) << 2;
  for (let i: usize = 0; i < end; i += 16) {
    const two = f32x4.add(f32x4.add(v128.load(to + i), v128.load(a + i)), v128.load(b + i));
    v128.store(to + i, f32x4.add(f32x4.add(two, v128.load(c + i)), v128.load(d + i)));
  }
  for (let i = end; i < <usize> (n << 2); i += 4) {
    const two = load<f32>(to + i) + load<f32>(a + i) + load<f32>(b + i);
    store<f32>(to + i, two + load<f32>(c + i) + load<f32>(d + i));
  }
}
