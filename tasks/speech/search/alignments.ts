import type { FoundLabel } from "../greedy.ts";

/** The alignments of a prefix that end alike: the sum of their probabilities and the likeliest one. */
export interface Alignments {
  /** The log-probability of all of them. */
  readonly sum: number;
  /** The log-probability of the likeliest one. */
  readonly best: number;
  /** Where the likeliest one has the labels. */
  readonly place: Place | undefined;
}

/** Where an alignment has its last label, and the labels before it. */
export interface Place extends FoundLabel {
  readonly before: Place | undefined;
}

/** The alignment of no frames. */
export const START: Alignments = { sum: 0, best: 0, place: undefined };
/** No alignment. */
export const NEVER: Alignments = { sum: -Infinity, best: -Infinity, place: undefined };

/** Alignments that go on with a class of the given log-probability. */
export function continued({ sum, best }: Alignments, log: number, place: Place | undefined): Alignments {
  return { sum: sum + log, best: best + log, place };
}

/** Adds alignments of the same labels. */
export function join(a: Alignments, b: Alignments): Alignments {
  const { best, place } = a.best >= b.best ? a : b;
  return { sum: logAdd(a.sum, b.sum), best, place };
}

/** Returns log(exp(a) + exp(b)). */
export function logAdd(a: number, b: number): number {
  const most = Math.max(a, b);
  return most === -Infinity ? most : most + Math.log1p(Math.exp(-Math.abs(a - b)));
}

/** Lists places from the first label to the last. */
export function placesOf(last: Place | undefined): Place[] {
  const places: Place[] = [];
  for (let place = last; place; place = place.before) places.push(place);
  return places.reverse();
}
