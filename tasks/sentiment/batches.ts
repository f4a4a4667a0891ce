/** Some texts side by side, time-major and padded. */
export interface TextBatch {
  /** Which texts: their places among all. */
  readonly places: Int32Array;
  /** Their ids [T, B]; 0 beyond a text's end. */
  readonly ids: Int32Array;
  /** The number of ids of each text [B]. */
  readonly lengths: Int32Array;
}

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

/** Puts the texts at these places side by side. */
export function padTexts(texts: readonly Int32Array[], places: Int32Array): TextBatch {
  const B = places.length;
  const lengths = Int32Array.from(places, (place) => texts[place].length);
  const ids = new Int32Array(B * Math.max(...lengths));
  for (let b = 0; b < B; b++) {
    const text = texts[places[b]];
    for (let t = 0; t < text.length; t++) ids[t * B + b] = text[t];
  }
  return { places, ids, lengths };
}

/** The share of padding in batches of these texts. */
export function paddedShare(lengths: ArrayLike<number>, buckets: readonly Int32Array[]): number {
  let padded = 0;
  let own = 0;
  for (const bucket of buckets) {
    const inBucket = Array.from(bucket, (place) => lengths[place]);
    padded += Math.max(...inBucket) * bucket.length;
    own += inBucket.reduce((sum, length) => sum + length, 0);
  }
  return padded === 0 ? 0 : 1 - own / padded;
}
