import { rangeOf, spellingLog, writableWords } from "./label_texts.ts";
import type { Extension, PrefixScorer } from "./scorer.ts";
import { scoreWords, type WordState } from "./word_scorer.ts";

/** The n-grams of an order, by their words with spaces between. */
export interface NGrams {
  /** The natural logarithms of the probabilities of their last words after the others. */
  readonly logs: Map<string, number>;
  /** The natural logarithms of the factors of shorter n-grams that continue them. */
  readonly backoffs: Map<string, number>;
}

/**
 * An n-gram language model with back-off (Katz 1987). A context is the last words of a text, as many as the model looks
 * back.
 *
 * @example
 * ```ts
 * import { NGramModel, type NGrams } from "@elman/elman/tasks";
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 *
 * const unigrams: NGrams = { logs: new Map([["red", Math.log(0.25)], ["</s>", Math.log(0.5)]]), backoffs: new Map() };
 * const model = new NGramModel([unigrams]);
 * assertAlmostEquals(Math.exp(model.score(["red"])), 0.125);
 * assertEquals(model.score(["blue"]), -Infinity);
 * ```
 */
export class NGramModel {
  /** The word in place of one that the model does not know, if it has one. */
  readonly unknown: string | undefined;
  #orders: readonly NGrams[];
  /** The n-grams of each order, sorted, and their logarithms; made when `most` is first asked. */
  #sorted: readonly { readonly ngrams: readonly string[]; readonly logs: Float64Array }[] | undefined;

  /** `orders` has the n-grams of 1 word, of 2 words and so on. */
  constructor(orders: readonly NGrams[]) {
    this.#orders = orders;
    this.unknown = ["<unk>", "<UNK>"].find((word) => orders[0].logs.has(word));
  }

  /** The largest number of words of an n-gram. */
  get order(): number {
    return this.#orders.length;
  }

  /** The words that it knows. */
  get words(): Iterable<string> {
    return this.#orders[0].logs.keys();
  }

  /** Returns the context of the first word. */
  begin(): readonly string[] {
    return this.#cut(["<s>"]);
  }

  /**
   * Returns the context after a word, and its log-probability. One that the model does not know scores -Infinity,
   * unless it has `<unk>`.
   */
  add(
    context: readonly string[],
    word: string,
  ): { readonly state: readonly string[]; readonly score: number } {
    const known = this.#orders[0].logs.has(word) ? word : this.unknown;
    if (known === undefined) return { state: context, score: -Infinity };
    return { state: this.#cut([...context, known]), score: this.#log(context, known) };
  }

  /** Whether it scores a word, be it as `<unk>`. */
  knows(word: string): boolean {
    return this.unknown !== undefined || this.#orders[0].logs.has(word);
  }

  /** Returns the log-probability of the end of a text. */
  end(context: readonly string[]): number {
    return this.#orders[0].logs.has("</s>") ? this.#log(context, "</s>") : 0;
  }

  /**
   * Returns an upper bound of the log-probabilities of the words with a beginning; -Infinity if there are none. It is
   * that of the likeliest one, unless a word with an n-gram of its own would be likelier without.
   */
  most(context: readonly string[], beginning: string): number {
    this.#sorted ??= this.#orders.map(({ logs }) => {
      const ngrams = [...logs.keys()].sort();
      return { ngrams, logs: Float64Array.from(ngrams, (ngram) => logs.get(ngram)!) };
    });
    const { ngrams, logs } = this.#sorted[context.length];
    let most = -Infinity;
    const [first, end] = rangeOf(ngrams, [...context, beginning].join(" "));
    for (let i = first; i < end; i++) most = Math.max(most, logs[i]);
    if (context.length > 0) most = Math.max(most, this.#backoff(context) + this.most(context.slice(1), beginning));
    // A factor above 1 also raises the bound of words that it is not for, since they have an n-gram of their own.
    return Math.min(0, most);
  }

  /** The log-probability of a whole text: of its words and its end. */
  score(words: readonly string[]): number {
    let [context, sum] = [this.begin(), 0];
    for (const word of words) {
      const { state, score } = this.add(context, word);
      [context, sum] = [state, sum + score];
    }
    return sum + this.end(context);
  }

  #log(context: readonly string[], word: string): number {
    const known = this.#orders[context.length].logs.get([...context, word].join(" "));
    if (known !== undefined) return known;
    if (context.length === 0) return -Infinity;
    return this.#backoff(context) + this.#log(context.slice(1), word);
  }

  #backoff(context: readonly string[]): number {
    return this.#orders[context.length - 1].backoffs.get(context.join(" ")) ?? 0;
  }

  #cut(words: readonly string[]): readonly string[] {
    return this.order === 1 ? [] : words.slice(1 - this.order);
  }
}

/**
 * Returns a scorer of labels, whose texts are given. A word that the model lacks is spelled: it is as probable as
 * `<unk>`, or as the rarest word if the model has none, times one in the number of symbols for each of its characters.
 * Without `<unk>`, nothing is known after it. Throws `RangeError` if the labels cannot write any word of the model.
 */
export function ngramScorer(
  action: string,
  model: NGramModel,
  texts: readonly string[],
): PrefixScorer<WordState<readonly string[]>> {
  const words = Array.from(model.words).filter((word) => !/^<.*>$/.test(word));
  const known = new Set(writableWords(action, "a language model of words", words, texts));
  const logs = words.map((word) => model.add([], word).score).filter(Number.isFinite);
  const rarest = logs.reduce((least, log) => Math.min(least, log), 0);
  const symbol = spellingLog(texts);
  const spell = (context: readonly string[], word: string): Extension<readonly string[]> => {
    const { state, score } = model.unknown === undefined
      ? { state: [], score: rarest }
      : model.add(context, model.unknown);
    return { state, score: score + symbol * Array.from(word).length };
  };
  return scoreWords(texts, {
    begin: () => model.begin(),
    add: (context, word) => known.has(word) ? model.add(context, word) : spell(context, word),
    most: (context, beginning) => Math.max(model.most(context, beginning), spell(context, beginning).score),
    end: (context) => model.end(context),
  });
}
