import type { Random } from "../../src/nn/mod.ts";
import { type PaddedTexts, padTexts } from "../batching/mod.ts";
import type { EncodedPairs } from "./pairs.ts";

/** A padded batch of sentence pairs. */
export interface PairBatch {
  /** The encoder's input. */
  readonly source: PaddedTexts;
  /** The decoder's input: the boundary followed by the target symbols. */
  readonly input: PaddedTexts;
  /** The expected output of each step: the target symbols followed by the boundary. */
  readonly expected: Int32Array;
  /** The steps that are not padding, as t B + b, in the order of `expected`. */
  readonly steps: Int32Array;
}

/**
 * Divides pairs into batches of similar length with at most `tokens` symbols on each side, including padding; a single
 * longer pair forms a batch. `random` shuffles pairs of equal lengths; it does not change the number of batches. Each
 * batch is a list of indices.
 */
export function bucketPairs({ sources, targets }: EncodedPairs, tokens: number, random?: Random): Int32Array[] {
  const draws = random?.uniform(sources.length);
  const order = Int32Array.from(sources, (_, i) => i).sort((a, b) =>
    targets[a].length - targets[b].length || sources[a].length - sources[b].length ||
    (draws ? draws[a] - draws[b] : a - b)
  );
  const buckets: Int32Array[] = [];
  let [start, longest] = [0, 0];
  order.forEach((place, end) => {
    const most = Math.max(longest, sources[place].length, targets[place].length + 1);
    const isFull = end > start && most * (end - start + 1) > tokens;
    if (isFull) buckets.push(order.slice(start, end));
    if (isFull) start = end;
    longest = isFull ? Math.max(sources[place].length, targets[place].length + 1) : most;
  });
  if (start < order.length) buckets.push(order.slice(start));
  return buckets;
}

/** Pads the pairs at the given indices to a batch; `boundary` begins and ends a target sentence. */
export function padPairs({ sources, targets }: EncodedPairs, places: Int32Array, boundary: number): PairBatch {
  const own = [...places].map((place) => targets[place]);
  const input = padTexts(own.map((ids) => Int32Array.of(boundary, ...ids)), Int32Array.from(own, (_, i) => i));
  const B = places.length;
  const count = own.reduce((sum, { length }) => sum + length + 1, 0);
  const [expected, steps] = [new Int32Array(count), new Int32Array(count)];
  let at = 0;
  own.forEach((ids, b) => {
    for (let t = 0; t <= ids.length; t++, at++) {
      expected[at] = ids[t] ?? boundary;
      steps[at] = t * B + b;
    }
  });
  return { source: padTexts(sources, places), input, expected, steps };
}

/** Computes the share of padding on both sides of the batches. */
export function paddedPairShare({ sources, targets }: EncodedPairs, buckets: readonly Int32Array[]): number {
  let [padded, own] = [0, 0];
  for (const bucket of buckets) {
    for (const lengths of [bucket.map((i) => sources[i].length), bucket.map((i) => targets[i].length + 1)]) {
      padded += Math.max(...lengths) * bucket.length;
      own += lengths.reduce((sum, length) => sum + length, 0);
    }
  }
  return padded === 0 ? 0 : 1 - own / padded;
}
