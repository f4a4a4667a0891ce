import type { Pause } from "../../../src/train/mod.ts";
import { commonLength } from "../common_length.ts";
import { SHORT_MEAN } from "../short_texts.ts";
import { treebankWords } from "../treebank_tokenizer.ts";
import { RowsBuilder, type SparseRows } from "./sparse_rows.ts";

/**
 * The features of texts: which n-grams are counted. They are hashed (Weinberger et al. 2009), so that no vocabulary
 * needs to be kept.
 */
export interface LinearFeatures {
  /** Longest n-grams of words; 0 for none. */
  readonly words: number;
  /** Whether n-grams of words are also counted with the shape of each word that begins with a capital in its place. */
  readonly shapes: boolean;
  /** Shortest and longest n-grams of letters, within words if words are counted too; null for none. */
  readonly letters: readonly [shortest: number, longest: number] | null;
  /** Number of letters of texts whose letters are features together with their positions; null for none. */
  readonly positions: number | null;
  /**
   * Number of letters of the regions into which texts with positions are divided: the n-grams of 3 to 6 letters are
   * features together with their region. Default: no regions, as in models of earlier versions.
   */
  readonly regions?: number;
  /**
   * Largest number of words or letters between the two parts of a feature, which are words or, in texts without words,
   * 3 letters each. Default: 0, no such features, as in models of earlier versions.
   */
  readonly gaps?: number;
  /**
   * Whether the first word, and the first two, are features together with each later word. Default: false, as in models
   * of earlier versions.
   */
  readonly openings?: boolean;
  /**
   * Whether the n-grams of letters of texts without words include marks at the ends of the text. Default: false, as in
   * models of earlier versions.
   */
  readonly marks?: boolean;
  /** Number of buckets that n-grams are hashed to, a power of 2. */
  readonly buckets: number;
}

/** The share of texts with capitals above which shapes are features. */
const CASED_SHARE = 0.1;

/** The largest number of buckets. */
export const MAX_BUCKETS = 2 ** 20;

/**
 * Chooses the features for texts. Texts without spaces are sequences of symbols, such as DNA: their features are the
 * n-grams of letters, with gaps if there are few different ones. If nearly all have one length, the letters at each
 * position count too, and the n-grams in each region, since the place of a motif varies by a few letters; otherwise,
 * unless there are few different ones, marks tell the beginning and the end, as of names, from the rest. All other
 * texts consist of words: pairs of them may have others between, capitals count if more than a tenth of the texts have
 * any, and the first words count with all others where texts are as short as questions.
 */
export function featuresFor(texts: readonly string[]): LinearFeatures {
  return texts.some((text) => /\S\s+\S/.test(text)) ? wordFeatures(texts) : symbolFeatures(texts);
}

function wordFeatures(texts: readonly string[]): LinearFeatures {
  const shapes = texts.filter((text) => /\p{Lu}/u.test(text)).length > CASED_SHARE * texts.length;
  const words = texts.reduce((sum, text) => sum + (text.match(/\S+/g)?.length ?? 0), 0);
  const openings = words < SHORT_MEAN * texts.length;
  return { words: 3, shapes, letters: [2, 6], positions: null, gaps: 3, openings, buckets: MAX_BUCKETS };
}

function symbolFeatures(texts: readonly string[]): LinearFeatures {
  const [lengths, different] = [[] as number[], new Set<string>()];
  for (const text of texts) {
    const symbols = symbolsOf(text);
    lengths.push(symbols.length);
    for (const symbol of symbols) if (different.size <= FEW_SYMBOLS) different.add(symbol);
  }
  const length = commonLength(lengths);
  const gaps = different.size <= FEW_SYMBOLS ? 4 : 0;
  const symbols = { words: 0, shapes: false, letters: [1, 6], gaps, buckets: MAX_BUCKETS } as const;
  return length === null
    ? { ...symbols, positions: null, ...gaps === 0 && { marks: true } }
    : { ...symbols, positions: length, regions: REGION };
}

/** The largest number of different symbols that count with gaps: DNA has 4 letters, or 15 with ambiguous ones. */
const FEW_SYMBOLS = 16;

/** The largest number of kinds of features. */
const MAX_KINDS = 4;

/** The number of symbols at neighboring positions that form one feature, at most. */
const POSITION_SYMBOLS = 2;

/** Number of letters of a region, and the lengths of the n-grams in it. */
const REGION = 10;
const REGION_NGRAMS = { shortest: 3, longest: 6 };

/** Number of texts that are read between two pauses. */
export const TEXTS = 1000;

/** Computes the features of texts. */
export class FeatureReader {
  #features: LinearFeatures;
  #keys: Keys;
  /** The hashes of the n-grams of letters of each word that has been read. */
  #lettersOf = new Map<string, Int32Array>();

  constructor(features: LinearFeatures) {
    this.#features = features;
    this.#keys = new Keys(features.buckets);
  }

  /** Computes the features of texts, one row each. */
  read(texts: Iterable<string>): SparseRows {
    const builder = new RowsBuilder();
    for (const text of texts) this.#add(text, builder);
    return builder.build();
  }

  /** Computes the features of many texts as `read` does, with pauses. */
  async readInTurns(texts: readonly string[], pause: Pause): Promise<SparseRows> {
    const builder = new RowsBuilder();
    for (const [i, text] of texts.entries()) {
      if (i % TEXTS === 0) await pause();
      this.#add(text, builder);
    }
    return builder.build();
  }

  /** Adds a row in which each kind of features counts the same, however many there are. */
  #add(text: string, builder: RowsBuilder): void {
    this.#collect(text);
    const keys = this.#keys.take();
    const counts = new Array<number>(MAX_KINDS).fill(0);
    for (let i = 0; i < keys.length; i++) counts[keys[i] % MAX_KINDS]++;
    const kinds = counts.filter((count) => count > 0).length;
    const weights = counts.map((count) => 1 / Math.sqrt(count * kinds));
    const [columns, values] = [new Int32Array(keys.length), new Float32Array(keys.length)];
    for (let i = 0; i < keys.length; i++) {
      columns[i] = keys[i] / MAX_KINDS | 0;
      values[i] = weights[keys[i] % MAX_KINDS];
    }
    builder.add(columns, values);
  }

  /** Collects a text's features by kind: n-grams of words, shapes and letters, or letters by place. */
  #collect(text: string): void {
    if (this.#features.words > 0) this.#collectWords(treebankWords(text));
    else this.#collectSymbols(symbolsOf(text).map(hashOf));
  }

  #collectWords(cased: readonly string[]): void {
    const { words: longest, shapes, letters, gaps = 0, openings } = this.#features;
    const keys = this.#keys;
    const words = cased.map((word) => word.toLowerCase());
    // Marks at the ends tell the first and the last word from the others.
    const marked = (words: readonly string[]): number[] => ["<", ...words, ">"].map(hashOf);
    const parts = marked(words);
    keys.add(ngramHashes(parts, { longest, kind: WORDS }), 0);
    keys.add(gapHashes(parts, { width: 1, gaps, kindOf: () => GAPS }), 0);
    if (openings) keys.add(openingHashes(parts), 0);
    if (shapes) keys.add(ngramHashes(marked(cased.map(shapeOf)), { longest, kind: SHAPES }), 1);
    if (letters) { for (const word of new Set(words)) keys.add(this.#letterHashes(word), 2); }
  }

  #collectSymbols(symbols: readonly number[]): void {
    const { letters, positions, regions, gaps = 0, marks } = this.#features;
    const keys = this.#keys;
    const marked = marks ? [START, ...symbols, END] : symbols;
    if (letters) keys.add(ngramHashes(marked, { shortest: letters[0], longest: letters[1], kind: LETTERS }), 2);
    keys.add(gapHashes(symbols, { width: 3, gaps, kindOf: (gap) => extend(GAPS, gap) }), 0);
    if (symbols.length !== positions) return;
    keys.add(positionHashes(symbols), 3);
    if (regions) keys.add(regionHashes(symbols, regions), 1);
  }

  /** Returns the hashes of the n-grams of a word's letters, with marks at its ends. */
  #letterHashes(word: string): Int32Array {
    let hashes = this.#lettersOf.get(word);
    if (!hashes) {
      const [shortest, longest] = this.#features.letters!;
      hashes = ngramHashes([...`<${word}>`].map(hashOf), { shortest, longest, kind: LETTERS });
      if (this.#lettersOf.size < MAX_WORDS) this.#lettersOf.set(word, hashes);
    }
    return hashes;
  }
}

/** Number of bits of a digit of a key, of which there are two, and the largest digit. */
const DIGIT = Math.log2(MAX_BUCKETS * MAX_KINDS) / 2;
const MOST_DIGIT = 2 ** DIGIT - 1;

/** The different features of a text: for each, the bucket times the largest number of kinds, plus its kind. */
class Keys {
  #shift: number;
  #keys = new Int32Array(1024);
  #other = new Int32Array(1024);
  /** The number of keys with each digit, then where those with it end. */
  #ends = new Int32Array(MOST_DIGIT + 1);
  #size = 0;

  constructor(buckets: number) {
    this.#shift = 31 - Math.log2(buckets);
  }

  /** Adds hashes of a kind. */
  add(hashes: ArrayLike<number>, kind: number): void {
    if (this.#size + hashes.length > this.#keys.length) this.#grow(this.#size + hashes.length);
    for (let i = 0; i < hashes.length; i++) {
      // Shifted in two parts: with a single bucket by 32 bits, which JavaScript takes for none.
      this.#keys[this.#size++] = (hashes[i] >>> 1 >>> this.#shift) * MAX_KINDS + kind;
    }
  }

  /** Removes all features, and returns the different ones in ascending order, until the next are added. */
  take(): Int32Array {
    for (const shift of [0, DIGIT]) this.#sort(shift);
    const keys = this.#keys.subarray(0, this.#size);
    let size = 0;
    for (let i = 0; i < keys.length; i++) if (i === 0 || keys[i] !== keys[i - 1]) keys[size++] = keys[i];
    this.#size = 0;
    return keys.subarray(0, size);
  }

  /** Sorts by one digit; keys with equal ones keep their order. */
  #sort(shift: number): void {
    const [keys, sorted, ends] = [this.#keys, this.#other, this.#ends.fill(0)];
    for (let i = 0; i < this.#size; i++) ends[keys[i] >> shift & MOST_DIGIT]++;
    for (let digit = 1; digit <= MOST_DIGIT; digit++) ends[digit] += ends[digit - 1];
    for (let i = this.#size - 1; i >= 0; i--) sorted[--ends[keys[i] >> shift & MOST_DIGIT]] = keys[i];
    [this.#keys, this.#other] = [sorted, keys];
  }

  #grow(least: number): void {
    const larger = new Int32Array(Math.max(2 * this.#keys.length, least));
    larger.set(this.#keys);
    this.#keys = larger;
    this.#other = new Int32Array(larger.length);
  }
}

/** Number of words whose n-grams of letters are kept. */
const MAX_WORDS = 100_000;

/** Returns the symbols of a text without spaces. */
function symbolsOf(text: string): string[] {
  return [...text.normalize("NFC").toLowerCase().trim()];
}

/** Returns the shape of a word that begins with a capital, such as "Xx" or "X-X"; other words are their own shape. */
function shapeOf(word: string): string {
  if (!/^\p{Lu}/u.test(word)) return word;
  return word.replace(/\p{Lu}+/gu, "X").replace(/\p{Ll}+/gu, "x").replace(/\p{N}+/gu, "0");
}

/** Start values of the hashes of the kinds of features, so that they differ for the same letters. */
const WORDS = 0x9e3779b9;
const SHAPES = 0x51ed270b;
const LETTERS = 0x7f4a7c15;
const POSITIONS = 0x2545f491;
const REGIONS = 0x6c8e9cf5;
const GAPS = 0x3c6ef372;
const OPENINGS = 0x1b873593;

/** The hashes of the marks at the ends of texts and words. */
const [START, END] = ["<", ">"].map(hashOf);

/** Returns a hash of a string's code units (FNV-1a). */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash;
}

/** The lengths of n-grams, and the start value of their hashes. */
interface Ngrams {
  readonly shortest?: number;
  readonly longest: number;
  readonly kind: number;
  /** Number of parts at which n-grams start. Default: all. */
  readonly starts?: number;
}

/** Returns the hashes of all n-grams of `shortest` to `longest` parts. */
function ngramHashes(
  parts: readonly number[],
  { shortest = 1, longest, kind, starts = parts.length }: Ngrams,
): Int32Array {
  const hashes = new Int32Array(starts * (longest - shortest + 1));
  let size = 0;
  for (let start = 0; start < starts; start++) {
    let hash = kind;
    for (let n = 1; n <= longest && start + n <= parts.length; n++) {
      hash = extend(hash, parts[start + n - 1]);
      if (n >= shortest) hashes[size++] = mix(hash);
    }
  }
  return hashes.subarray(0, size);
}

/** Two runs of parts with others between them. */
interface Gaps {
  /** Number of parts of each run. */
  readonly width: number;
  /** Largest number of parts between them; the smallest is 1. */
  readonly gaps: number;
  /** Returns the start value of the hashes for a number of parts between them. */
  readonly kindOf: (gap: number) => number;
}

/** Returns the hashes of all pairs of runs that have up to `gaps` parts between them. */
function gapHashes(parts: readonly number[], { width, gaps, kindOf }: Gaps): Int32Array {
  const hashes = new Int32Array(parts.length * gaps);
  let size = 0;
  for (let gap = 1; gap <= gaps; gap++) {
    const kind = kindOf(gap);
    for (let start = 0; start + 2 * width + gap <= parts.length; start++) {
      let hash = kind;
      for (let i = 0; i < width; i++) hash = extend(hash, parts[start + i]);
      for (let i = 0; i < width; i++) hash = extend(hash, parts[start + width + gap + i]);
      hashes[size++] = mix(hash);
    }
  }
  return hashes.subarray(0, size);
}

/** Returns the hashes of the first word, and of the first two, with each later one; a mark stands before the first. */
function openingHashes([, first, second, ...rest]: readonly number[]): number[] {
  if (second === undefined) return [];
  const one = extend(OPENINGS, first);
  const two = extend(one, second);
  return [mix(two), ...rest.flatMap((word) => [mix(extend(one, word)), mix(extend(two, word))])];
}

/** Returns the hashes of the symbols at each position, alone and with those that follow. */
function positionHashes(symbols: readonly number[]): number[] {
  return symbols.flatMap((_, place) => {
    let hash = extend(POSITIONS, place);
    return symbols.slice(place, place + POSITION_SYMBOLS).map((symbol) => mix(hash = extend(hash, symbol)));
  });
}

/** Returns the hashes of the n-grams in each region; regions overlap by half, so that none is cut at every border. */
function regionHashes(symbols: readonly number[], length: number): number[] {
  return symbols.flatMap((_, place) => {
    const ngram = symbols.slice(place, place + REGION_NGRAMS.longest);
    const half = Math.floor(2 * place / length);
    return [half - 1, half].flatMap((
      region,
    ) => [...ngramHashes(ngram, { ...REGION_NGRAMS, kind: extend(REGIONS, region), starts: 1 })]);
  });
}

/** Extends a hash by the next part. */
function extend(hash: number, next: number): number {
  return Math.imul(hash ^ next, 0x5bd1e995) + next | 0;
}

/** Spreads a hash's bits (the last step of MurmurHash3). */
function mix(hash: number): number {
  let h = hash ^ hash >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h = Math.imul(h ^ h >>> 13, 0xc2b2ae35);
  return (h ^ h >>> 16) >>> 0;
}
