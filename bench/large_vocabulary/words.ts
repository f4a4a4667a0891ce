/**
 * A text of any vocabulary size, made on the spot from a seed: ids whose frequencies follow Zipf's law and of which
 * half depend on the word before. It replaces real texts with so many words, which are too large to fetch.
 */
import { Random } from "../../src/nn/mod.ts";

/** Number of words that are likely after each word. */
const SUCCESSORS = 4;
/** Share of the words that are drawn from the successors of the word before. */
const SHARE = 1 / 2;

/** A source of ids. */
export interface Source {
  /** Draws a text. */
  readonly draw: (length: number) => Int32Array;
  /** Returns the mean loss, in nats, of predicting each id of a text but the first with the true probabilities. */
  readonly loss: (ids: Int32Array) => number;
}

/**
 * Returns a source of ids from 0 to V - 1, sorted by falling frequency: id r has a share of about 1 / (r + 1) of a
 * text. A word is, with a probability of a half, one of four successors of the word before, which were drawn by the
 * same law; otherwise it is drawn by that law.
 */
export function makeSource(V: number, seed: number): Source {
  const random = new Random(seed);
  const cumulative = new Float64Array(V);
  for (let r = 0, sum = 0; r < V; r++) cumulative[r] = sum += 1 / (r + 1);
  const total = cumulative[V - 1];
  const drawAll = (count: number): Int32Array =>
    Int32Array.from(random.uniform(count), (u) => placeOf(cumulative, u * total));
  const successors = drawAll(SUCCESSORS * V);
  const draw = (length: number): Int32Array => {
    const ids = drawAll(length);
    random.uniform(length).forEach((u, i) => {
      if (i > 0 && u < SHARE) ids[i] = successors[SUCCESSORS * ids[i - 1] + Math.floor(u / SHARE * SUCCESSORS)];
    });
    return ids;
  };
  const probability = (id: number, before: number): number => {
    const own = successors.subarray(SUCCESSORS * before, SUCCESSORS * (before + 1));
    const likely = own.reduce((count, one) => count + (one === id ? 1 : 0), 0) / SUCCESSORS;
    return SHARE * likely + (1 - SHARE) / (id + 1) / total;
  };
  const loss = (ids: Int32Array): number =>
    ids.reduce((sum, id, i) => i === 0 ? 0 : sum - Math.log(probability(id, ids[i - 1])), 0) / (ids.length - 1);
  return { draw, loss };
}

/** Returns the index of the first number above x. */
function placeOf(ascending: Float64Array, x: number): number {
  let [low, high] = [0, ascending.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle] > x) high = middle;
    else low = middle + 1;
  }
  return low;
}
