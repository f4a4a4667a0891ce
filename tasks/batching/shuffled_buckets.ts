import { type Engine, Random } from "../../src/nn/mod.ts";
import { argmax } from "../data/argmax.ts";
import { bucketByLength } from "./buckets.ts";

/** Options of the batches of an epoch. */
export interface EpochOptions {
  /** Number of sequences in a batch. */
  readonly batch: number;
  /** The seed of the run. */
  readonly seed: number;
  /** The epoch, from 0. */
  readonly epoch: number;
  /** The engine that generates random numbers. */
  readonly engine: Engine;
}

/** Draws the batches of an epoch, of similar length and in random order; the same epoch always gives the same. */
export function shuffledBuckets(
  lengths: readonly number[],
  { batch, seed, epoch, engine }: EpochOptions,
): Int32Array[] {
  const random = new Random(seed, { engine, stream: 2 * epoch });
  const draws = random.uniform(lengths.length, -0.5, 0.5);
  // Sequences of a batch need not have the same length, but padding costs time.
  const buckets = bucketByLength(lengths, batch, draws.map((draw, i) => draw * (1 + lengths[i])));
  const order = random.uniform(buckets.length);
  return buckets.map((bucket, i) => ({ bucket, draw: order[i] })).sort((a, b) => a.draw - b.draw)
    .map(({ bucket }) => bucket);
}

/** Index of the batch with the most frames, including padding. */
export function largestBucket(buckets: readonly Int32Array[], lengths: readonly number[]): number {
  const sizes = buckets.map((bucket) => bucket.length * Math.max(...bucket.map((i) => lengths[i])));
  return argmax(sizes);
}
