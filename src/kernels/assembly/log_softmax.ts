// Logarithms of the softmax over rows. Workers share the rows.

import { ln } from "./cross_entropy";
import { Count, Reads, Updates, Writes } from "./operands";
import { rowExpSum, rowMax } from "./softmax";
import { expOrZero, fma, loadPart, shareStart, splat, storePart, sumLanes } from "./vector";

/**
 * y = x - log(sum(e^x)) for each row of n floats.
 *
 * @extent x y: rows * n
 * @inplace y x
 * @work 4 * rows * n
 */
export function log_softmax(rows: Count, n: Count, x: Reads<f32>, y: Writes<f32>, worker: u32, workers: u32): void {
  const end = shareStart(rows, 1, worker + 1, workers);
  for (let r = shareStart(rows, 1, worker, workers); r < end; r++) {
    const from = x + (r * n << 2), to = y + (r * n << 2);
    const most = rowMax(from, n);
    // Subtracted one after the other, so that large logits lose no precision.
    const m = splat(most), rest = splat(<f32> ln(rowExpSum(from, n, most)));
    for (let j: u32 = 0; j < n; j += 4) {
      const count = min(n - j, 4), at: usize = j << 2;
      storePart(to + at, f32x4.sub(f32x4.sub(loadPart(from + at, count), m), rest), count);
    }
  }
}

/**
 * dx += dy - e^y sum(dy) for each row of n floats, where y = log_softmax(x).
 *
 * @extent y dy dx: rows * n
 * @work 4 * rows * n
 */
export function log_softmax_backward(
  rows: Count,
  n: Count,
  y: Reads<f32>,
  dy: Reads<f32>,
  dx: Updates<f32>,
  worker: u32,
  workers: u32,
): void {
  const end = shareStart(rows, 1, worker + 1, workers);
  for (let r = shareStart(rows, 1, worker, workers); r < end; r++) {
    const at: usize = r * n << 2;
    let sum = splat(0);
    for (let j: u32 = 0; j < n; j += 4) sum = f32x4.add(sum, loadPart(dy + at + (j << 2), min(n - j, 4)));
    const total = splat(-sumLanes(sum));
    for (let j: u32 = 0; j < n; j += 4) {
      const count = min(n - j, 4), own = at + (j << 2);
      const d = fma(expOrZero(loadPart(y + own, count)), total, loadPart(dy + own, count));
      storePart(dx + own, f32x4.add(loadPart(dx + own, count), d), count);
    }
  }
}
