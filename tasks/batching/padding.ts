/** Some texts side by side, time-major and padded. */
export interface PaddedTexts {
  /** Which texts: their places among all. */
  readonly places: Int32Array;
  /** Their ids [T, B]; 0 beyond a text's end. */
  readonly ids: Int32Array;
  /** The number of ids of each text [B]. */
  readonly lengths: Int32Array;
}

/** Puts the texts at these places side by side. */
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
