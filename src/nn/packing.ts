import { InputRangeError } from "../../errors.ts";

/**
 * Describes how a padded batch `[T, B]` is packed: longest sequence first, step by step, without the padding. Step t
 * has `sizes[t]` rows; row r of every step belongs to sequence `order[r]`.
 */
export interface Packing {
  /** Number of rows of each step; never increases. */
  readonly sizes: Int32Array;
  /** Total number of rows. */
  readonly rows: number;
  /** Number of sequences B. */
  readonly batch: number;
  /** Whether all sequences have T steps and keep their order, so that packed and padded layouts are the same. */
  readonly isDense: boolean;
  /** Sequence of each row of the first step. */
  readonly order: Int32Array;
  /** Row of each sequence in the first step. */
  readonly ranks: Int32Array;
  /** Padded row of each packed row. */
  readonly fromPadded: Int32Array;
  /** Packed row of each padded row; -1 for padding. */
  readonly toPadded: Int32Array;
  /** For each packed row, the row at the mirrored step of the same sequence. */
  readonly reversed: Int32Array;
  /** For each row of the first step, the last row of its sequence. */
  readonly last: Int32Array;
  /** For each packed row after the first step, the row of the same sequence one step earlier. */
  readonly previous: Int32Array;
}

/** Number of dense packings to cache: a training loop reuses two or three. */
const CACHED_PACKINGS = 8;
const kept = new Map<string, Packing>();

/** Packs a batch whose sequences all have T steps. */
export function densePacking(T: number, B: number): Packing {
  const key = `${T} ${B}`;
  let packing = kept.get(key);
  if (!packing) {
    packing = pack(T, new Int32Array(B).fill(T), Int32Array.from({ length: B }, (_, b) => b), true);
    if (kept.size === CACHED_PACKINGS) kept.delete(kept.keys().next().value!);
    kept.set(key, packing);
  }
  return packing;
}

/** Packs sequences with the given lengths. Throws `RangeError` if a length is not from 1 to T. */
export function raggedPacking(T: number, lengths: ArrayLike<number>): Packing {
  const checked = Int32Array.from(lengths);
  for (let b = 0; b < checked.length; b++) {
    if (!(lengths[b] >= 1 && lengths[b] <= T && Number.isInteger(lengths[b]))) {
      throw new InputRangeError(
        `pack sequences: expected lengths from 1 to ${T}, found ${lengths[b]} for sequence ${b}`,
      );
    }
  }
  if (checked.every((length) => length === T)) return densePacking(T, checked.length);
  const order = Int32Array.from({ length: checked.length }, (_, b) => b).sort((a, b) =>
    checked[b] - checked[a] || a - b
  );
  return pack(T, checked, order, false);
}

function pack(T: number, lengths: Int32Array, order: Int32Array, isDense: boolean): Packing {
  const batch = lengths.length;
  const sorted = order.map((b) => lengths[b]);
  const sizes = Int32Array.from(
    { length: sorted[0] ?? 0 },
    (_, t) => sorted.reduce((n, length) => n + +(length > t), 0),
  );
  const starts = Int32Array.from(sizes);
  for (let t = 0, sum = 0; t < sizes.length; t++) {
    starts[t] = sum;
    sum += sizes[t];
  }
  const rows = sorted.reduce((sum, length) => sum + length, 0);
  const ranks = new Int32Array(batch);
  order.forEach((b, r) => ranks[b] = r);
  const fromPadded = new Int32Array(rows);
  const toPadded = new Int32Array(T * batch).fill(-1);
  const reversed = new Int32Array(rows);
  const previous = new Int32Array(rows - (sizes[0] ?? 0));
  for (let t = 0; t < sizes.length; t++) {
    for (let r = 0; r < sizes[t]; r++) {
      const row = starts[t] + r;
      fromPadded[row] = t * batch + order[r];
      toPadded[fromPadded[row]] = row;
      reversed[row] = starts[sorted[r] - 1 - t] + r;
      if (t > 0) previous[row - sizes[0]] = starts[t - 1] + r;
    }
  }
  const last = sorted.map((length, r) => starts[length - 1] + r);
  return { sizes, rows, batch, isDense, order, ranks, fromPadded, toPadded, reversed, last, previous };
}
