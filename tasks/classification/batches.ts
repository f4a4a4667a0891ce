/** Most ids of a batch, padding included, unless a single text has more. */
const MOST_IDS = 2 ** 14;

/**
 * Divides texts into batches of texts of about the same length: `batch` texts each, fewer where they are long. `jitter` has a number for each
 * text by which its length seems other than it is, so that batches differ from epoch to epoch; their sizes do not.
 */
export function bucketByLength(lengths: ArrayLike<number>, batch: number, jitter?: ArrayLike<number>): Int32Array[] {
  const order = orderBy(Float64Array.from(lengths));
  const sizes = bucketSizes(order.map((place) => lengths[place]), batch);
  const seeming = jitter ? orderBy(Float64Array.from(lengths, (length, i) => length + jitter[i])) : order;
  let start = 0;
  return sizes.map((size) => seeming.slice(start, start += size));
}

/** The places of the keys in ascending order, equal ones as they stand. */
function orderBy(keys: Float64Array): Int32Array {
  return Int32Array.from(keys, (_, i) => i).sort((a, b) => keys[a] - keys[b] || a - b);
}

/** How many texts of ascending lengths stand side by side. */
function bucketSizes(ascending: Int32Array, batch: number): number[] {
  const sizes: number[] = [];
  let size = 0;
  for (const length of ascending) {
    if (size === batch || (size > 0 && length * (size + 1) > MOST_IDS)) {
      sizes.push(size);
      size = 0;
    }
    size++;
  }
  return size === 0 ? sizes : [...sizes, size];
}
