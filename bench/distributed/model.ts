// The cost model of data-parallel training: a ring all-reduce of M bytes between n nodes takes 2 (n - 1) messages of
// M/n bytes, so 2 (n - 1) (latency + M / n / bandwidth) (Patarasuk and Yuan 2009); libraries send small ones along a
// tree, in about 2 log2(n) messages.

import { median } from "../support.ts";

/** A connection between nodes. */
export interface Link {
  /** Seconds of a message without content. */
  readonly latency: number;
  /** Bytes per second. */
  readonly bandwidth: number;
}

/** An all-reduce. */
export interface Exchange {
  readonly bytes: number;
  readonly nodes: number;
}

/** The time of an all-reduce. */
export interface Timing extends Exchange {
  readonly seconds: number;
}

/** Computes the seconds of an all-reduce: the faster of the ring and the tree. */
export function costOf({ bytes, nodes }: Exchange, { latency, bandwidth }: Link): number {
  if (nodes === 1) return 0;
  const ring = 2 * (nodes - 1) * (latency + bytes / nodes / bandwidth);
  const tree = 2 * Math.ceil(Math.log2(nodes)) * (latency + bytes / bandwidth);
  return Math.min(ring, tree);
}

/**
 * Fits a link to timings of several sizes and numbers of nodes: the latency to the smallest sizes, the bandwidth to
 * those of at least 1 MiB.
 */
export function fitLink(timings: readonly Timing[]): Link {
  const least = Math.min(...timings.map(({ bytes }) => bytes));
  const latency = median(
    timings.filter(({ bytes }) => bytes === least).map(({ nodes, seconds }) =>
      seconds / (2 * Math.ceil(Math.log2(nodes)))
    ),
  );
  const bandwidth = median(
    timings.filter(({ bytes }) => bytes >= 2 ** 20).map(({ bytes, nodes, seconds }) =>
      2 * (nodes - 1) / nodes * bytes / Math.max(seconds - 2 * (nodes - 1) * latency, seconds / 10)
    ),
  );
  return { latency, bandwidth };
}

/** Computes by how much the model is wrong on average: the mean of |predicted / measured - 1|. */
export function errorOf(timings: readonly Timing[], link: Link): number {
  return timings.reduce((sum, own) => sum + Math.abs(costOf(own, link) / own.seconds - 1), 0) / timings.length;
}

/** A model: bytes of its gradients, and seconds of a step of one node. */
export interface TrainedModel {
  readonly bytes: number;
  readonly seconds: number;
}

/** Computes how many times as many steps nodes take as one, each with a batch as large, without overlap. */
export function speedup({ bytes, seconds }: TrainedModel, nodes: number, link: Link): number {
  return nodes * seconds / (seconds + costOf({ bytes, nodes }, link));
}

/** Models of three sizes, with about the time of a step of two threads and native products. */
export const MODELS: Readonly<Record<string, TrainedModel>> = {
  "1 million parameters, 30 ms per step": { bytes: 4e6, seconds: 0.03 },
  "10 million parameters, 300 ms per step": { bytes: 40e6, seconds: 0.3 },
  "100 million parameters, 3 s per step": { bytes: 400e6, seconds: 3 },
};

/** Networks between nodes, in Gbit/s. */
const RATES = [1, 10, 100];

/** Numbers of nodes. */
export const NODES = [2, 4, 8, 16, 32, 64, 128, 256];

/** The links that measurements suggest. */
export interface Fitted {
  /** The link that fits the measurements of a network of 1 Gbit/s. */
  readonly gigabit: Link;
  /** Bytes per second that processes of one machine exchange and add up, faster than which no network makes them. */
  readonly most: number;
}

/**
 * Returns the networks for which predictions are made: the latency is the fitted one, the bandwidth the fitted share of
 * the nominal one, but no more than processes manage without a network.
 */
export function networksOf({ gigabit: { latency, bandwidth }, most }: Fitted): Record<string, Link> {
  return Object.fromEntries(
    RATES.map((rate) => [`${rate} Gbit/s`, { latency, bandwidth: Math.min(most, bandwidth * rate) }]),
  );
}

/** The number of nodes that take the most steps with one batch that all share, and how many times as many as one. */
export function bestShare({ bytes, seconds }: TrainedModel, link: Link): { nodes: number; speedup: number } {
  const speedupOf = (nodes: number): number => seconds / (seconds / nodes + costOf({ bytes, nodes }, link));
  const nodes = [1, ...NODES].reduce((best, own) => speedupOf(own) > speedupOf(best) ? own : best);
  return { nodes, speedup: speedupOf(nodes) };
}

/** The largest number of nodes that each still take at least half as many steps as one alone. */
export function mostUseful(model: TrainedModel, link: Link): number {
  return [1, ...NODES].findLast((nodes) => speedup(model, nodes, link) >= nodes / 2)!;
}
