/** A padded, time-major batch of texts. */
export interface PaddedTexts {
  /** Indices of the texts in the whole data set [B]. */
  readonly places: Int32Array;
  /** The ids [T, B]; 0 after the end of a text. */
  readonly ids: Int32Array;
  /** Number of ids of each text [B]. */
  readonly lengths: Int32Array;
}

/** Batches the texts at some indices, padded to the longest of them. */
export function padTexts(texts: readonly Int32Array[], places: Int32Array): PaddedTexts {
  const B = places.length;
  const lengths = Int32Array.from(places, (place) => texts[place].length);
  const ids = new Int32Array(B * Math.max(...lengths));
  for (let b = 0; b < B; b++) {
    const text = texts[places[b]];
    for (let t = 0; t < text.length; t++) ids[t * B + b] = text[t];
  }
  return { places, ids, lengths };
}

/** Computes the share of padding, from 0 to 1, in batches of texts; each bucket holds the indices of one batch. */
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
