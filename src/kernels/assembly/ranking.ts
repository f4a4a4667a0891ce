// The largest elements of rows. Workers share the rows.

import { Count, Reads, Writes } from "./operands";
import { shareStart, splat } from "./vector";

/** Number of floats compared at once with the smallest one in the list. */
const PART: u32 = 16;

/** Whether any of 16 floats is larger than a bound. */
@inline
function isAnyLarger(x: usize, bound: v128): bool {
  const low = v128.or(f32x4.gt(v128.load(x), bound), f32x4.gt(v128.load(x, 16), bound));
  const high = v128.or(f32x4.gt(v128.load(x, 32), bound), f32x4.gt(v128.load(x, 48), bound));
  return v128.any_true(v128.or(low, high));
}

/** The value at index places[i] of a row. */
@inline
function named(x: usize, places: usize, i: u32): f32 {
  return load<f32>(x + (load<u32>(places + (i << 2)) << 2));
}

/** Inserts index j of a row into the sorted list of `at` indexes, behind those whose values are not smaller. */
@inline
function insert(x: usize, places: usize, at: u32, j: u32): void {
  const value = load<f32>(x + (j << 2));
  for (; at > 0 && named(x, places, at - 1) < value; at--) {
    store<u32>(places + (at << 2), load<u32>(places + (at - 1 << 2)));
  }
  store<u32>(places + (at << 2), j);
}

/** `largest` for a single row. */
function largestOfRow(n: u32, count: u32, x: usize, places: usize): void {
  let found: u32 = 0;
  let least: f32 = -Infinity;
  for (let start: u32 = 0; start < n; start += PART) {
    const isFull = found == count;
    if (isFull && start + PART <= n && !isAnyLarger(x + (start << 2), splat(least))) continue;
    const end = min(start + PART, n);
    for (let j = start; j < end; j++) {
      const value = load<f32>(x + (j << 2));
      if (found < count) {
        if (value == value) insert(x, places, found++, j);
      } else if (value > least) insert(x, places, count - 1, j);
      if (found == count) least = named(x, places, count - 1);
    }
  }
  for (; found < count; found++) store<i32>(places + (found << 2), -1);
}

/**
 * places[r] = the indexes of the `count` largest of the n floats of row r: largest first, ties in ascending order, then
 * -1 if there are fewer. NaN is skipped.
 *
 * @extent x: rows * n
 * @extent places: rows * count
 * @work 4 * rows * n
 */
export function largest(
  rows: Count,
  n: Count,
  count: Count,
  x: Reads<f32>,
  places: Writes<i32>,
  worker: u32,
  workers: u32,
): void {
  if (count == 0) return;
  const end = shareStart(rows, 1, worker + 1, workers);
  for (let r = shareStart(rows, 1, worker, workers); r < end; r++) {
    largestOfRow(n, count, x + (r * n << 2), places + (r * count << 2));
  }
}
