// Shared by the time loops. A sequence batch is packed: step t has sizes[t] rows, never more than step t - 1, and its
// rows follow those of step t - 1. Row r of every step belongs to the same sequence. A worker takes the rows r =
// worker, worker + workers, ...: rows are independent, so a whole loop needs no barrier. Where workers share the
// columns of a product instead, they meet after every step. A loop without products shares the columns and needs no
// meeting.

import { shareStart } from "./vector";

/** Number of a step's `size` rows that belong to the worker. */
@inline
export function ownRows(size: u32, worker: u32, workers: u32): u32 {
  return size > worker ? (size - worker + workers - 1) / workers : 0;
}

/** Rows of step t of a packed batch. */
@inline
export function stepSize(sizes: usize, t: u32): u32 {
  return load<u32>(sizes + (<usize> t << 2));
}

/** Rows in all steps of a packed batch. */
export function totalRows(sizes: usize, steps: u32): u32 {
  let rows: u32 = 0;
  for (let t: u32 = 0; t < steps; t++) rows += stepSize(sizes, t);
  return rows;
}

/**
 * First sequence of a worker whose sequences follow each other: all workers have about the same number of rows.
 * Sequences of a batch are sorted by descending length.
 */
export function firstSequence(sizes: usize, steps: u32, worker: u32, workers: u32): u32 {
  const B = stepSize(sizes, 0);
  if (worker == 0) return 0;
  if (worker >= workers) return B;
  const wanted = <u32> (<u64> totalRows(sizes, steps) * worker / workers);
  let low: u32 = 0;
  let high = B;
  while (low < high) {
    const middle = (low + high) >> 1;
    let rows: u32 = 0;
    for (let t: u32 = 0; t < steps; t++) rows += min(stepSize(sizes, t), middle);
    if (rows < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Offset in bytes of the first of H columns that belong to a worker, where workers share the columns of every row. */
@inline
export function columnStart(H: u32, worker: u32, workers: u32): usize {
  return <usize> shareStart(H, 16, worker, workers) << 2;
}

/** Number of a step's `size` rows that belong to the sequences [first, last). */
@inline
export function rowsBetween(size: u32, first: u32, last: u32): u32 {
  return size > first ? min(size, last) - first : 0;
}

/** Polls before a worker that waits for the others sleeps: about 200 microseconds, as long as a step takes. */
const POLLS = 400000;
/** A sleep in nanoseconds, and the number of sleeps after which a worker must have died. */
const SLEEP: i64 = 1000000;
const MOST_SLEEPS = 10000;

/**
 * Waits until all workers have called it `times` times in this run of a kernel; `counter` is an integer in memory that
 * was 0 before. What a worker wrote before is then visible to the others. Traps if a worker does not come. Only for
 * kernels of native products: the main thread of a page must not sleep.
 */
export function meet(counter: usize, times: i32, workers: i32): void {
  if (workers == 1) return;
  const all = times * workers;
  if (atomic.add<i32>(counter, 1) + 1 == all) {
    atomic.notify(counter);
    return;
  }
  for (let i = 0; i < POLLS; i++) if (atomic.load<i32>(counter) >= all) return;
  for (let i = 0; i < MOST_SLEEPS; i++) {
    const seen = atomic.load<i32>(counter);
    if (seen >= all) return;
    atomic.wait<i32>(counter, seen, SLEEP);
  }
  unreachable();
}
