import type { Random } from "../../src/nn/mod.ts";

/** Options of `RareWords`. */
export interface RareWordOptions {
  /** Id of the unknown token. */
  readonly unknownId: number;
  /** Probability that a word that occurs once is replaced. */
  readonly rate: number;
}

/**
 * Replaces words that occur once in the training texts by the unknown token, now and then. Where no other word is
 * dropped, that token would keep its random initial vector, although new texts have about as many unknown words as the
 * training texts have words that occur once (Good 1953).
 */
export class RareWords {
  #options: RareWordOptions;
  /** For each id, whether it occurs once. */
  #isRare: Uint8Array;

  /** Counts the ids of texts. */
  constructor(texts: readonly Int32Array[], options: RareWordOptions) {
    this.#options = options;
    const size = 1 + texts.reduce((most, ids) => ids.reduce((a, b) => Math.max(a, b), most), options.unknownId);
    const counts = new Uint8Array(size);
    for (const ids of texts) for (const id of ids) counts[id] = Math.min(2, counts[id] + 1);
    this.#isRare = counts.map((count) => count === 1 ? 1 : 0);
    this.#isRare[options.unknownId] = 0;
  }

  /** Returns texts in which rare words are replaced at random. */
  drop(texts: readonly Int32Array[], random: Random): readonly Int32Array[] {
    const { unknownId, rate } = this.#options;
    const isRare = (id: number): boolean => this.#isRare[id] === 1;
    const draws = random.uniform(texts.reduce((sum, ids) => sum + ids.filter(isRare).length, 0));
    let drawn = 0;
    return texts.map((ids) =>
      ids.some(isRare) ? ids.map((id) => isRare(id) && draws[drawn++] < rate ? unknownId : id) : ids
    );
  }
}
