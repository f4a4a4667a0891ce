// Sums and norms. Partial sums have a fixed extent, so that the number of workers changes nothing.

import { shareStart } from "./vector";

/** Floats that one partial sum covers. */
const PART: u32 = 4096;

/** Adds the squares of up to 4096 floats in double precision. */
function partSquares(x: usize, n: u32): f64 {
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  const n4 = n & ~3;
  for (let i: u32 = 0; i < n4; i += 4) {
    const v = v128.load(x + (i << 2));
    const a = f64x2.promote_low_f32x4(v);
    const b = f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 2, 3));
    low = f64x2.add(low, f64x2.mul(a, a));
    high = f64x2.add(high, f64x2.mul(b, b));
  }
  const both = f64x2.add(low, high);
  let total = f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
  for (let i = n4; i < n; i++) {
    const v = <f64> load<f32>(x + (i << 2));
    total += v * v;
  }
  return total;
}

/** parts[i] = sum of the squares of the i-th 4096 floats, as doubles. */
export function sum_squares(n: u32, x: usize, parts: usize, worker: u32, workers: u32): void {
  const end = shareStart(n, PART, worker + 1, workers);
  for (let i = shareStart(n, PART, worker, workers); i < end; i += PART) {
    store<f64>(parts + (i / PART << 3), partSquares(x + (i << 2), min(PART, end - i)));
  }
}

/** y = scale (x[0] + x[1] + ...), added in double precision by one worker. */
export function sum(n: u32, x: usize, scale: f64, y: usize, worker: u32, workers: u32): void {
  if (worker > 0) return;
  let total: f64 = 0;
  for (let i: u32 = 0; i < n; i++) total += load<f32>(x + (i << 2));
  store<f32>(y, <f32> (total * scale));
}
