// Shared by the time loops. A sequence batch is packed: step t has sizes[t] rows, never more than step t - 1, and its
// rows follow those of step t - 1. Row r of every step belongs to the same sequence. A worker takes the rows r =
// worker, worker + workers, ...: rows are independent, so a whole loop needs no barrier.

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
