// Generates reviews of films, meals, telephones and other things, for sentiment analysis without a file of labeled
// texts. The label of a sentence follows from its grammar, in which a word is negated, surpassed or outweighed as often
// as it is meant literally.

import { InputRangeError } from "../../errors.ts";
import { SeededRandom } from "../../tokenizers/random.ts";
import { type Derivation, Deriver, type Polarity } from "./reviews_derivation.ts";
import { FUNCTION_WORDS, REVIEW_GRAMMARS } from "./reviews_grammar.ts";

/** A review of one sentence, and its label. */
export interface Review {
  /** The sentence, with its punctuation. */
  readonly text: string;
  /** The sentiment of the whole sentence. */
  readonly label: "positive" | "negative";
}

/** Share of the combinations of a phrase and a word that is reserved for test sentences. */
const RESERVED_SHARE = 0.1;

/** Draws of one sentence after which the requested count is considered impossible. */
const MAX_DRAWS = 1000;

/**
 * Generates distinct review sentences in random order, half of them positive. The seed determines them.
 *
 * Throws `RangeError` if the count is not an integer or exceeds what the grammar can generate.
 *
 * @example
 * ```ts
 * import { generateReviews } from "@elman/elman/tasks";
 * import { assertEquals } from "@std/assert";
 *
 * const reviews = generateReviews(10, { seed: 7 });
 * assertEquals(reviews.filter(({ label }) => label === "positive").length, 5);
 * assertEquals(generateReviews(10, { seed: 7 }), reviews);
 * ```
 */
export function generateReviews(count: number, { seed = 1 }: { seed?: number } = {}): Review[] {
  return new ReviewSource(seed).draw(count, () => true);
}

/**
 * Generates training, validation and test reviews. No sentence occurs in two parts, and all words of test occur in
 * train.
 *
 * A tenth of all combinations of a phrase and a word, such as "anything but" with "dull", occurs in no sentence of
 * train or valid; the first combination of every test sentence is one of these. They are the same for every seed.
 *
 * Throws `RangeError` if a count is not an integer or cannot be met, for example because train is too small to have the
 * words of test.
 *
 * @example
 * ```ts
 * import { reviewCorpus } from "@elman/elman/tasks";
 * import { assert, assertEquals } from "@std/assert";
 *
 * const { train, valid, test } = reviewCorpus({ train: 600, valid: 20, test: 20 });
 * assertEquals([train.length, valid.length, test.length], [600, 20, 20]);
 * assert(!train.some(({ text }) => text === test[0].text));
 * ```
 */
export function reviewCorpus(
  { seed = 1, train = 6000, valid = 600, test = 600 }: {
    seed?: number;
    train?: number;
    valid?: number;
    test?: number;
  } = {},
): { train: Review[]; valid: Review[]; test: Review[] } {
  const source = new ReviewSource(seed);
  const isOrdinary = ({ pairs }: Derivation) => !pairs.some(isReserved);
  const trainReviews = source.draw(train, isOrdinary);
  const validReviews = source.draw(valid, isOrdinary);
  const known = new Set(trainReviews.flatMap(({ text }) => wordsOf(text)));
  // Only the first combination decides; if any could, longer sentences would be more likely.
  const testReviews = source.draw(
    test,
    ({ text, pairs }) =>
      pairs.length > 0 && isReserved(pairs[0]) && wordsOf(writeSentence(text)).every((word) => known.has(word)),
  );
  return { train: trainReviews, valid: validReviews, test: testReviews };
}

/** Draws distinct sentences. */
class ReviewSource {
  readonly #random: SeededRandom;
  readonly #derivers = REVIEW_GRAMMARS.map((grammar) => new Deriver(grammar, FUNCTION_WORDS));
  readonly #seen = new Set<string>();

  constructor(seed: number) {
    this.#random = new SeededRandom(seed);
  }

  draw(count: number, accepts: (derivation: Derivation) => boolean): Review[] {
    if (!Number.isSafeInteger(count) || count < 0) {
      throw new InputRangeError(`reviews: expected a whole number of sentences, found ${count}`);
    }
    const reviews = Array.from({ length: count }, (_, i) => this.#drawOne(i % 2 === 0 ? 1 : -1, accepts));
    for (let i = count - 1; i > 0; i--) {
      const j = this.#below(i + 1);
      [reviews[i], reviews[j]] = [reviews[j], reviews[i]];
    }
    return reviews;
  }

  #drawOne(polarity: Polarity, accepts: (derivation: Derivation) => boolean): Review {
    for (let draws = 0; draws < MAX_DRAWS; draws++) {
      const deriver = this.#derivers[this.#below(this.#derivers.length)];
      const derivation = deriver.derive("sentence", polarity, () => this.#random.next());
      if (!derivation || this.#seen.has(derivation.text) || !accepts(derivation)) continue;
      this.#seen.add(derivation.text);
      const mark = this.#below(12) === 0 ? "!" : ".";
      return { text: writeSentence(derivation.text) + mark, label: polarity === 1 ? "positive" : "negative" };
    }
    throw new InputRangeError(
      `reviews: expected fewer sentences, found no new one after ${this.#seen.size} in ${MAX_DRAWS} draws`,
    );
  }

  #below(end: number): number {
    return Math.floor(this.#random.next() * end);
  }
}

/** Adds a capital, and writes "an" before vowels. */
function writeSentence(text: string): string {
  return (text[0].toUpperCase() + text.slice(1)).replace(/\b(a)(?= [aeiou])/gi, "$1n");
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}-]+/gu) ?? [];
}

/** Whether a combination is reserved for test sentences, by its FNV-1a hash. */
function isReserved(pair: string): boolean {
  let hash = 0x811c9dc5;
  for (let i = 0; i < pair.length; i++) hash = Math.imul(hash ^ pair.charCodeAt(i), 0x01000193);
  return new SeededRandom(hash).next() < RESERVED_SHARE;
}
