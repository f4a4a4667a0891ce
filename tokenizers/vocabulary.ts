import { InputRangeError } from "../errors.ts";
import { firstOf } from "./first_of.ts";
import { COUNTS, WordCounts } from "./word_counts.ts";
import { checkKind, checkOptions, type Kinds, LIST, NUMBER, oneOf, TEXT, TEXTS } from "./options.ts";

/** The special symbols of a {@linkcode Vocabulary}. */
export interface VocabularyOptions {
  /** The symbol for everything outside the vocabulary, such as `"<unk>"`. Default: none. */
  unknown?: string;
  /** Other symbols that are not ordinary text, such as `"<eos>"`. */
  specials?: readonly string[];
}

/** Options of {@linkcode Vocabulary.fromCounts}. */
export interface VocabularyCountOptions extends VocabularyOptions {
  /** Drop symbols that occur less often than this. Special symbols are always kept. Default: 1. */
  minCount?: number;
  /** Maximum number of symbols, including special symbols; keeps the most frequent. Default: no limit. */
  vocabSize?: number;
  /**
   * Order of the ids after the special symbols: `"count"` puts the most frequent symbol first, ties in the given order;
   * `"given"` keeps the order of the counts. Default: `"count"`.
   */
  order?: "count" | "given";
}

/** Maximum number of symbols: as many as a `Map` holds. */
const MAX_SIZE = 2 ** 24;

const BUILD = "build a vocabulary";

type SymbolCount = readonly [symbol: string, count: number];

const KINDS: Kinds<VocabularyOptions> = { unknown: TEXT, specials: LIST };
const COUNT_KINDS: Kinds<VocabularyCountOptions> = {
  ...KINDS,
  minCount: NUMBER,
  vocabSize: NUMBER,
  order: oneOf(["count", "given"]),
};

/** Statistics of the symbols of a text that are not in a vocabulary. */
export interface OutOfVocabulary {
  /** Number of symbols in the text. */
  readonly symbols: number;
  /** Number of symbols outside the vocabulary. */
  readonly unknown: number;
  /** Fraction of symbols outside the vocabulary, from 0 to 1; 0 for an empty text. */
  readonly rate: number;
  /** Number of distinct symbols in the text. */
  readonly types: number;
  /** Number of distinct symbols outside the vocabulary. */
  readonly unknownTypes: number;
  /** The symbols outside the vocabulary with their counts, most frequent first, ties in the given order. */
  readonly mostFrequent: readonly (readonly [symbol: string, count: number])[];
}

/**
 * An immutable two-way map between V symbols and the ids 0 to V - 1.
 *
 * @example Build a vocabulary from counts
 * ```ts
 * import { Vocabulary } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const counts = new Map([["rare", 1], ["cat", 2], ["the", 9]]);
 * const vocabulary = Vocabulary.fromCounts(counts, { unknown: "<unk>", minCount: 2 });
 * assertEquals(vocabulary.symbols, ["<unk>", "the", "cat"]);
 * assertEquals(vocabulary.id("cat"), 2);
 * assertEquals(vocabulary.id("rare"), undefined);
 * ```
 */
export class Vocabulary {
  /** The symbols by id. */
  readonly symbols: readonly string[];
  /** The unknown symbol, if there is one, and the other special symbols. */
  readonly specials: readonly string[];
  /** The id of the unknown symbol; `undefined` if there is none. */
  readonly unknownId: number | undefined;
  readonly #ids = new Map<string, number>();
  readonly #counts: readonly number[] | undefined;

  /**
   * Creates a vocabulary; the first symbol gets id 0.
   *
   * @param symbols All symbols, including the special ones.
   * @param options Which symbols are special.
   * @param counts How often each symbol occurs, by id.
   * @throws {RangeError} If there are no symbols, a symbol occurs twice, a special symbol is not among them, or the
   * number of counts does not match.
   */
  constructor(symbols: Iterable<string>, options: VocabularyOptions = {}, counts?: readonly number[]) {
    this.symbols = [...checkKind(BUILD, "the symbols", symbols, TEXTS)];
    this.specials = specialsOf(checkOptions(BUILD, options, KINDS));
    if (this.size === 0) throw new InputRangeError("build a vocabulary: expected at least one symbol, found none");
    checkSize(this.size);
    for (const symbol of this.symbols) {
      if (this.#ids.has(symbol)) {
        throw new InputRangeError(`build a vocabulary: ${JSON.stringify(symbol)} occurs twice`);
      }
      this.#ids.set(symbol, this.#ids.size);
    }
    for (const special of this.specials) {
      if (this.#ids.has(special)) continue;
      throw new InputRangeError(`build a vocabulary: the special ${JSON.stringify(special)} is not among its symbols`);
    }
    if (counts && counts.length !== this.size) {
      throw new InputRangeError(`build a vocabulary: expected ${this.size} counts, found ${counts.length}`);
    }
    this.unknownId = options.unknown === undefined ? undefined : this.#ids.get(options.unknown);
    this.#counts = counts;
  }

  /**
   * Builds a vocabulary from symbol counts: the special symbols, then the symbols that `minCount` and `vocabSize` keep.
   * If `vocabSize` falls among symbols with equal counts, those given first are kept. The unknown symbol's count
   * includes the counts of all dropped symbols.
   *
   * @param counts How often each symbol occurs.
   * @throws {RangeError} If a limit is invalid, or would drop symbols and there is no `unknown` symbol.
   */
  static fromCounts(counts: ReadonlyMap<string, number>, options: VocabularyCountOptions = {}): Vocabulary {
    checkKind(BUILD, "the counts", counts, COUNTS);
    const { unknown, minCount = 1, vocabSize = Infinity, order = "count" } = checkOptions(BUILD, options, COUNT_KINDS);
    const specials = new Set(specialsOf(options));
    checkLimit("minCount", minCount, 1);
    if (vocabSize !== Infinity) checkLimit("vocabSize", vocabSize, specials.size + 1);
    checkSize(Math.min(vocabSize, specials.size + frequent(counts, minCount)));

    let types = 0;
    let occurrences = counts instanceof WordCounts ? counts.dropped : 0;
    const candidates = filtered(counts, ([symbol, count]) => {
      if (specials.has(symbol)) return false;
      types++;
      occurrences += count;
      return count >= minCount;
    });
    const kept = firstOf(candidates, vocabSize - specials.size, byCount);
    const outside = occurrences - kept.reduce((sum, [, count]) => sum + count, 0);
    if (unknown === undefined) refuseDropped(types - kept.length, types, outside);
    const special = Array.from(specials, (symbol): SymbolCount => {
      return [symbol, (counts.get(symbol) ?? 0) + (symbol === unknown ? outside : 0)];
    });
    const entries = [...special, ...(order === "given" ? inOrderOf(counts, kept) : kept)];
    return new Vocabulary(
      entries.map(([symbol]) => symbol),
      { unknown, specials: options.specials },
      entries.map(([, count]) => count),
    );
  }

  /** V, the number of symbols. */
  get size(): number {
    return this.symbols.length;
  }

  /** The symbol's id, or `undefined` if the vocabulary lacks it. */
  id(symbol: string): number | undefined {
    return this.#ids.get(symbol);
  }

  /**
   * The symbol with this id.
   *
   * @throws {RangeError} If the id is not an integer from 0 to `size - 1`.
   */
  symbol(id: number): string {
    const symbol = this.symbols[id];
    if (symbol === undefined) throw new InputRangeError(`decode an id: expected 0 to ${this.size - 1}, found ${id}`);
    return symbol;
  }

  /**
   * Returns the number of occurrences of an id in the corpus; `undefined` if the vocabulary was not built from counts.
   */
  count(id: number): number | undefined {
    return this.#counts?.[id];
  }

  /**
   * Reports which symbols of a text are outside this vocabulary.
   *
   * @param symbols The text's symbols, or a map with their counts.
   * @param most How many missing symbols to list. Default: 10.
   *
   * @example
   * ```ts
   * import { Vocabulary } from "@elman/elman/tokenizers";
   * import { assertEquals } from "@std/assert";
   *
   * const { rate, mostFrequent } = new Vocabulary(["the", "cat"]).outOfVocabulary(["the", "dog", "the", "dog"]);
   * assertEquals(rate, 0.5);
   * assertEquals(mostFrequent, [["dog", 2]]);
   * ```
   */
  outOfVocabulary(symbols: Iterable<string> | ReadonlyMap<string, number>, most = 10): OutOfVocabulary {
    const counts = COUNTS.holds(symbols)
      ? symbols as ReadonlyMap<string, number>
      : countOf(symbols as Iterable<string>);
    let [all, unknown, unknownTypes] = [0, 0, 0];
    const outside = filtered(counts, ([symbol, count]) => {
      all += count;
      if (this.#ids.has(symbol)) return false;
      unknown += count;
      unknownTypes++;
      return true;
    });
    const mostFrequent = firstOf(outside, most, byCount);
    return {
      symbols: all,
      unknown,
      rate: all === 0 ? 0 : unknown / all,
      types: counts.size,
      unknownTypes,
      mostFrequent,
    };
  }

  /** Each symbol with its id: `{ "<unk>": 0, ... }`. */
  toJSON(): Record<string, number> {
    return Object.fromEntries(this.symbols.map((symbol, id) => [symbol, id]));
  }
}

function specialsOf({ unknown, specials = [] }: VocabularyOptions): string[] {
  return unknown === undefined ? [...specials] : [unknown, ...specials.filter((special) => special !== unknown)];
}

function* filtered<Item>(items: Iterable<Item>, isKept: (item: Item) => boolean): Generator<Item> {
  for (const item of items) if (isKept(item)) yield item;
}

/** How many symbols occur at least `minCount` times. */
function frequent(counts: ReadonlyMap<string, number>, minCount: number): number {
  let types = 0;
  for (const count of counts.values()) if (count >= minCount) types++;
  return types;
}

function inOrderOf(counts: ReadonlyMap<string, number>, kept: readonly SymbolCount[]): SymbolCount[] {
  const symbols = new Set(kept.map(([symbol]) => symbol));
  return [...filtered(counts, ([symbol]) => symbols.has(symbol))];
}

function refuseDropped(dropped: number, types: number, occurrences: number): void {
  if (dropped === 0 && occurrences === 0) return;
  const what = dropped > 0
    ? `minCount and vocabSize would drop ${dropped} of ${types} symbols`
    : `counting dropped ${occurrences} occurrences of symbols beyond maxDistinct`;
  throw new InputRangeError(`build a vocabulary: ${what}, which requires an unknown symbol`);
}

function checkSize(size: number): void {
  if (size <= MAX_SIZE) return;
  throw new InputRangeError(
    `build a vocabulary: expected at most ${MAX_SIZE} symbols, found ${size}; minCount and vocabSize limit them`,
  );
}

function countOf(symbols: Iterable<string>): WordCounts {
  const counts = new WordCounts("count symbols");
  for (const symbol of symbols) counts.add(symbol);
  return counts;
}

function byCount([, a]: SymbolCount, [, b]: SymbolCount): number {
  return b - a;
}

function checkLimit(name: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new InputRangeError(
    `build a vocabulary: expected ${name} to be an integer of at least ${least}, found ${value}`,
  );
}
