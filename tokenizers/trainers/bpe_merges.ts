import { InputRangeError } from "../../errors.ts";
import type { BPESettings } from "./bpe_settings.ts";
import { BPECharacters } from "./bpe_words.ts";
import { checkCounts, mostTokens } from "./checks.ts";
import { grownInts } from "../grown.ts";
import { MergeQueue } from "./merge_queue.ts";
import { PairTable } from "./pair_table.ts";
import type { ProgressReporter } from "./progress_reporter.ts";
import type { SymbolRow } from "./symbol_row.ts";

/** The result of training byte-pair encoding. */
export interface LearnedMerges {
  /** The tokens and their ids. */
  readonly vocabulary: Map<string, number>;
  /** The pairs of merged tokens, in merge order. */
  readonly merges: [string, string][];
}

/**
 * Learns merges: repeatedly merges the most frequent adjacent pair into a new token; ties go to the pair with the
 * smallest ids.
 *
 * @param counts How often each piece occurs.
 * @param settings The training settings.
 * @param reporter Receives the progress.
 * @param action The action that error messages start with.
 * @param order Reorders the initial tokens, whose ids break ties.
 * @throws {RangeError} If the counts are empty or not positive integers, or the vocabulary is too small for the special
 * tokens and the alphabet.
 */
export function learnMerges(
  counts: ReadonlyMap<string, number>,
  settings: BPESettings,
  reporter: ProgressReporter,
  action: string,
  order: (tokens: string[]) => string[] = (tokens) => tokens,
): LearnedMerges {
  checkCounts(action, counts);
  reporter.report("spell pieces", 0, counts.size);
  const characters = new BPECharacters(counts, settings);
  const tokens = order(characters.tokens());
  const most = mostTokens(settings, tokens.length);
  if (tokens.length > most) {
    throw new InputRangeError(
      `${action}: expected a vocabSize of at least ${tokens.length}, the special tokens and the alphabet, ` +
        `found ${most}`,
    );
  }
  const vocabulary = new Map(tokens.map((token, id) => [token, id]));
  const words = characters.words(vocabulary);
  reporter.report("spell pieces", counts.size, counts.size);
  const merges = new MergeLearner(words, settings).learn(tokens, vocabulary, most, reporter);
  return { vocabulary, merges };
}

class MergeLearner {
  readonly #words: SymbolRow;
  readonly #settings: BPESettings;
  readonly #pairs = new PairTable();
  readonly #queue = new MergeQueue(this.#pairs);
  /** The pairs that arose since the last entries were queued, with their positions, and the count of each pair. */
  #newPairs = new Int32Array(1024);
  #newPlaces = new Int32Array(1024);
  #news = 0;
  #newsOf = new Int32Array(1024);
  #touched: number[] = [];

  constructor(words: SymbolRow, settings: BPESettings) {
    this.#words = words;
    this.#settings = settings;
  }

  /** Learns merges until the vocabulary has so many tokens. */
  learn(
    tokens: string[],
    vocabulary: Map<string, number>,
    most: number,
    reporter: ProgressReporter,
  ): [string, string][] {
    const { minCount, continuingSubwordPrefix: prefix } = this.#settings;
    reporter.report("count pairs", 0);
    this.#countPairs();
    const merged: number[] = [];
    while (vocabulary.size < most) {
      reporter.report("merge", vocabulary.size, most);
      const entry = this.#queue.pop();
      if (entry < 0) break;
      const pair = this.#queue.pair(entry);
      if (this.#pairs.count(pair) < Math.max(1, minCount)) break;
      const token = tokens[this.#pairs.left(pair)] + unmarked(tokens[this.#pairs.right(pair)], prefix);
      let id = vocabulary.get(token);
      if (id === undefined) {
        id = tokens.push(token) - 1;
        vocabulary.set(token, id);
      }
      merged.push(pair);
      this.#merge(entry, id);
    }
    reporter.report("merge", vocabulary.size, vocabulary.size);
    // If a pair is merged more than once, its last merge counts, as in the reference implementation.
    const distinct = [...new Set(merged.reverse())].reverse();
    return distinct.map((pair) => [tokens[this.#pairs.left(pair)], tokens[this.#pairs.right(pair)]]);
  }

  /** Queues the pairs of all words. Goes through the words twice, so that nothing but the positions is stored. */
  #countPairs(): void {
    this.#forEachPair((pair, _, count) => this.#tally(pair, count));
    const [places, ends] = this.#lists();
    this.#forEachPair((pair, place) => places[ends[pair]++] = place);
    this.#enqueue(places);
  }

  #forEachPair(visit: (pair: number, place: number, count: number) => void): void {
    const words = this.#words;
    for (let word = 0; word < words.size; word++) {
      const count = words.count(word);
      const last = words.end(word) - 1;
      for (let at = words.start(word); at < last; at++) {
        visit(this.#pairs.find(words.symbol(at), words.symbol(at + 1)), at, count);
      }
    }
  }

  /** Merges all remaining occurrences of an entry's pair. */
  #merge(entry: number, id: number): void {
    const words = this.#words;
    const pair = this.#queue.pair(entry);
    const left = this.#pairs.left(pair);
    const right = this.#pairs.right(pair);
    const places = this.#queue.places(entry);
    const end = this.#queue.end(entry);
    for (let i = this.#queue.start(entry); i < end; i++) {
      const at = places[i];
      if (words.symbol(at) !== left) continue;
      const second = at + words.length(at);
      if (words.symbol(second) !== right) continue;
      const word = words.wordAt(at);
      if (second < words.end(word)) this.#mergeAt(at, second, id, word, left, right);
    }
    this.#queueNews();
  }

  #mergeAt(at: number, second: number, id: number, word: number, left: number, right: number): void {
    const words = this.#words;
    const count = words.count(word);
    words.merge(at, second, id);
    const length = words.length(at);
    const after = at + length;
    if (at > words.start(word)) {
      const before = words.previous(at);
      const symbol = words.symbol(before);
      this.#pairs.add(this.#pairs.find(symbol, left), -count);
      if (this.#fits(length, before)) this.#arise(symbol, id, before, count);
    }
    if (after < words.end(word)) {
      const symbol = words.symbol(after);
      this.#pairs.add(this.#pairs.find(right, symbol), -count);
      if (this.#fits(length, after)) this.#arise(id, symbol, at, count);
    }
  }

  #fits(length: number, neighbor: number): boolean {
    const { maxTokenLength } = this.#settings;
    return maxTokenLength === undefined || length + this.#words.length(neighbor) < maxTokenLength;
  }

  /** Records a pair that arose at a position. */
  #arise(left: number, right: number, place: number, count: number): void {
    const pair = this.#pairs.find(left, right);
    this.#tally(pair, count);
    if (this.#news === this.#newPairs.length) {
      this.#newPairs = grownInts(this.#newPairs, 2 * this.#news);
      this.#newPlaces = grownInts(this.#newPlaces, 2 * this.#news);
    }
    this.#newPairs[this.#news] = pair;
    this.#newPlaces[this.#news++] = place;
  }

  #tally(pair: number, count: number): void {
    this.#pairs.add(pair, count);
    if (pair >= this.#newsOf.length) this.#newsOf = grownInts(this.#newsOf, 2 * pair);
    if (this.#newsOf[pair]++ === 0) this.#touched.push(pair);
  }

  /** Queues the recorded pairs. */
  #queueNews(): void {
    const [places, ends] = this.#lists();
    for (let i = 0; i < this.#news; i++) places[ends[this.#newPairs[i]]++] = this.#newPlaces[i];
    this.#news = 0;
    this.#enqueue(places);
  }

  /** An array for the positions of the new pairs, pair by pair, and where each pair's positions start in it. */
  #lists(): [places: Int32Array, ends: Int32Array] {
    const ends = this.#newsOf;
    let end = 0;
    for (const pair of this.#touched) {
      const start = end;
      end += ends[pair];
      ends[pair] = start;
    }
    return [new Int32Array(end), ends];
  }

  /** Queues the new pairs with their positions, which are now listed. */
  #enqueue(places: Int32Array): void {
    const ends = this.#newsOf;
    let start = 0;
    for (const pair of this.#touched) {
      const end = ends[pair];
      if (this.#pairs.count(pair) > 0) this.#queue.push(pair, places, start, end);
      start = end;
      ends[pair] = 0;
    }
    this.#touched.length = 0;
  }
}

/** The spelling of a token when it is appended to another. */
function unmarked(token: string, prefix: string | undefined): string {
  return prefix && token.startsWith(prefix) ? token.slice(prefix.length) : token;
}
