import type { BPESettings } from "./bpe_settings.ts";
import { BPECharacters, type Words } from "./bpe_words.ts";
import { checkCounts } from "./checks.ts";
import { grownInts } from "../grown.ts";
import { MergeQueue } from "./merge_queue.ts";
import { PairTable } from "./pair_table.ts";
import type { ProgressReporter } from "./progress_reporter.ts";

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
  if (tokens.length > settings.vocabSize) {
    throw new RangeError(
      `${action}: expected a vocabSize of at least ${tokens.length}, the special tokens and the alphabet, ` +
        `found ${settings.vocabSize}`,
    );
  }
  const vocabulary = new Map(tokens.map((token, id) => [token, id]));
  const words = characters.words(vocabulary);
  reporter.report("spell pieces", counts.size, counts.size);
  const merges = new MergeLearner(words, settings).learn(tokens, vocabulary, reporter);
  return { vocabulary, merges };
}

class MergeLearner {
  readonly #words: Words;
  readonly #settings: BPESettings;
  /** The number of characters of each symbol; used if tokens have a maximum length. */
  readonly #lengths: Int32Array | undefined;
  readonly #pairs = new PairTable();
  readonly #queue = new MergeQueue(this.#pairs);
  /** The positions (of first symbols) where pairs arose, ascending within a queue entry. */
  #places = new Int32Array(1024);
  #placed = 0;
  /** The pairs that arose since the last entries were queued, with their positions, and the count of each pair. */
  #newPairs = new Int32Array(1024);
  #newPlaces = new Int32Array(1024);
  #news = 0;
  #newsOf = new Int32Array(1024);
  #touched: number[] = [];

  constructor(words: Words, settings: BPESettings) {
    this.#words = words;
    this.#settings = settings;
    if (settings.maxTokenLength !== undefined) this.#lengths = new Int32Array(words.symbols.length).fill(1);
  }

  learn(tokens: string[], vocabulary: Map<string, number>, reporter: ProgressReporter): [string, string][] {
    const { vocabSize, minCount, continuingSubwordPrefix: prefix } = this.#settings;
    reporter.report("count pairs", 0);
    this.#countPairs();
    const merged: number[] = [];
    while (vocabulary.size < vocabSize) {
      reporter.report("merge", vocabulary.size, vocabSize);
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

  #countPairs(): void {
    const { symbols, next, words, counts } = this.#words;
    for (let at = 0; at < symbols.length; at++) {
      if (next[at] >= 0) this.#arise(symbols[at], symbols[next[at]], at, counts[words[at]]);
    }
    this.#enqueue();
  }

  /** Merges all remaining occurrences of an entry's pair. */
  #merge(entry: number, id: number): void {
    const { symbols, previous, next, words, counts } = this.#words;
    const pair = this.#queue.pair(entry);
    const left = this.#pairs.left(pair);
    const right = this.#pairs.right(pair);
    const end = this.#queue.end(entry);
    for (let i = this.#queue.start(entry); i < end; i++) {
      const at = this.#places[i];
      const second = next[at];
      if (symbols[at] !== left || second < 0 || symbols[second] !== right) continue;
      const before = previous[at];
      const after = next[second];
      const count = counts[words[at]];
      const length = this.#lengths === undefined ? 0 : this.#lengths[at] += this.#lengths[second];
      symbols[at] = id;
      symbols[second] = -1;
      next[at] = after;
      if (before >= 0) {
        this.#pairs.add(this.#pairs.find(symbols[before], left), -count);
        if (this.#fits(length, before)) this.#arise(symbols[before], id, before, count);
      }
      if (after >= 0) {
        previous[after] = at;
        this.#pairs.add(this.#pairs.find(right, symbols[after]), -count);
        if (this.#fits(length, after)) this.#arise(id, symbols[after], at, count);
      }
    }
    this.#enqueue();
  }

  #fits(length: number, neighbor: number): boolean {
    return this.#lengths === undefined || length + this.#lengths[neighbor] < this.#settings.maxTokenLength!;
  }

  /** Records a pair that arose at a position. */
  #arise(left: number, right: number, place: number, count: number): void {
    const pair = this.#pairs.find(left, right);
    this.#pairs.add(pair, count);
    if (pair >= this.#newsOf.length) this.#newsOf = grownInts(this.#newsOf, 2 * pair);
    if (this.#newsOf[pair]++ === 0) this.#touched.push(pair);
    if (this.#news === this.#newPairs.length) {
      this.#newPairs = grownInts(this.#newPairs, 2 * this.#news);
      this.#newPlaces = grownInts(this.#newPlaces, 2 * this.#news);
    }
    this.#newPairs[this.#news] = pair;
    this.#newPlaces[this.#news++] = place;
  }

  /** Queues the recorded pairs, each with its positions side by side. */
  #enqueue(): void {
    const needed = this.#placed + this.#news;
    if (needed > this.#places.length) this.#places = grownInts(this.#places, 2 * needed);
    const ends = this.#newsOf;
    let end = this.#placed;
    for (const pair of this.#touched) {
      const start = end;
      end += ends[pair];
      ends[pair] = start;
    }
    for (let i = 0; i < this.#news; i++) this.#places[ends[this.#newPairs[i]]++] = this.#newPlaces[i];
    for (const pair of this.#touched) {
      if (this.#pairs.count(pair) > 0) this.#queue.push(pair, this.#placed, ends[pair]);
      this.#placed = ends[pair];
      ends[pair] = 0;
    }
    this.#touched.length = 0;
    this.#news = 0;
  }
}

/** The spelling of a token when it is appended to another. */
function unmarked(token: string, prefix: string | undefined): string {
  return prefix && token.startsWith(prefix) ? token.slice(prefix.length) : token;
}
