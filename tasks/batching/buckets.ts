/** Maximum number of ids in a batch, including padding; a single longer text still forms a batch. */
const MAX_BATCH_IDS = 2 ** 14;

/**
 * Divides texts into batches of similar length: `batch` texts each, fewer if they are long. `jitter` is added to the
 * lengths for sorting, so that the batches differ between epochs; their sizes do not. Each batch is a list of indices.
 */
export function bucketByLength(lengths: ArrayLike<number>, batch: number, jitter?: ArrayLike<number>): Int32Array[] {
  const order = orderBy(Float64Array.from(lengths));
  const sizes = bucketSizes(order.map((place) => lengths[place]), batch);
  const seeming = jitter ? orderBy(Float64Array.from(lengths, (length, i) => length + jitter[i])) : order;
  let start = 0;
  return sizes.map((size) => seeming.slice(start, start += size));
}

/** Returns the indices that sort the keys in ascending order; equal keys keep their order. */
function orderBy(keys: Float64Array): Int32Array {
  return Int32Array.from(keys, (_, i) => i).sort((a, b) => keys[a] - keys[b] || a - b);
}

/** Returns the sizes of the batches for lengths in ascending order. */
function bucketSizes(ascending: Int32Array, batch: number): number[] {
  const sizes: number[] = [];
  let size = 0;
  for (const length of ascending) {
    if (size === batch || (size > 0 && length * (size + 1) > MAX_BATCH_IDS)) {
      sizes.push(size);
      size = 0;
    }
    size++;
  }
  return size === 0 ? sizes : [...sizes, size];
}
