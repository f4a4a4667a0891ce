import { sharedLengths, suffixArray } from "./suffix_array.ts";
import type { CountedWord, ScoredPieces } from "./unigram_pieces.ts";

/** Ends each word. */
const SEPARATOR = 0;

/** The words concatenated, with characters as numbers. */
interface FlatWords {
  /** The characters in code point order; the first is the separator. */
  readonly alphabet: readonly string[];
  /** The number of each character, with {@linkcode SEPARATOR} after each word. */
  readonly symbols: Int32Array;
  /** The number of occurrences of each character of the alphabet. */
  readonly counts: Float64Array;
}

/** Substrings of the words that occur more than once. */
interface Repeats {
  /** A start of each repeat. */
  readonly starts: readonly number[];
  /** The number of characters of each repeat. */
  readonly lengths: readonly number[];
  /** The number of occurrences of each repeat. */
  readonly counts: readonly number[];
}

/**
 * Selects the initial pieces: all characters, plus the longer substrings that occur at least twice in the distinct
 * words, by coverage (count times length). A substring always followed by the same character is skipped, since the
 * longer one covers the same positions.
 *
 * @param words The distinct words.
 * @param limit Maximum number of pieces; the characters are always included.
 * @param maxLength Maximum number of characters per piece.
 * @param endings Whether to include substrings that occur only at the ends of words.
 */
export function seedPieces(
  words: readonly CountedWord[],
  limit: number,
  maxLength: number,
  endings: boolean,
): ScoredPieces {
  const flat = flatten(words);
  const { alphabet, symbols, counts } = flat;
  const characters = alphabet.map((_, symbol) => symbol).slice(1).sort((a, b) => counts[b] - counts[a] || b - a);
  const tokens = characters.map((symbol) => alphabet[symbol]);
  const weights = characters.map((symbol) => counts[symbol]);
  const repeats = findRepeats(flat, maxLength, endings);
  for (const repeat of byCoverage(repeats)) {
    if (tokens.length >= limit) break;
    const start = repeats.starts[repeat];
    const length = repeats.lengths[repeat];
    let token = "";
    for (let at = start; at < start + length; at++) token += alphabet[symbols[at]];
    tokens.push(token);
    weights.push(repeats.counts[repeat] * length);
  }
  const logTotal = Math.log(weights.reduce((sum, weight) => sum + weight, 0));
  return { tokens, scores: Float64Array.from(weights, (weight) => Math.log(weight) - logTotal) };
}

function flatten(words: readonly CountedWord[]): FlatWords {
  const occurrences = new Map<string, number>();
  let length = 0;
  for (const [word, count] of words) {
    for (const character of word) {
      occurrences.set(character, (occurrences.get(character) ?? 0) + count);
      length++;
    }
    length++;
  }
  const alphabet = ["", ...[...occurrences.keys()].sort((a, b) => a.codePointAt(0)! - b.codePointAt(0)!)];
  const symbolOf = new Map(alphabet.map((character, symbol) => [character, symbol]));
  const symbols = new Int32Array(length);
  let at = 0;
  for (const [word] of words) {
    for (const character of word) symbols[at++] = symbolOf.get(character)!;
    symbols[at++] = SEPARATOR;
  }
  return { alphabet, symbols, counts: Float64Array.from(alphabet, (character) => occurrences.get(character) ?? 0) };
}

/**
 * Finds the inner nodes of the suffix tree: intervals of the suffix array that share a prefix, using a stack
 * (Abouelhoda, Kurtz and Ohlebusch 2004).
 */
function findRepeats({ symbols, alphabet }: FlatWords, maxLength: number, endings: boolean): Repeats {
  const suffixes = suffixArray(symbols, alphabet.length);
  const shared = sharedLengths(symbols, suffixes);
  const room = charactersToEnd(symbols);
  // Cut shared prefixes at the end of the word, as if every separator were a different character.
  if (endings) { for (let i = 0; i < shared.length; i++) shared[i] = Math.min(shared[i], room[suffixes[i]]); }
  const [starts, lengths, counts]: number[][] = [[], [], []];
  const openLengths = [0];
  const openPlaces = [0];
  for (let i = 1; i <= suffixes.length; i++) {
    const length = i < suffixes.length ? shared[i] : 0;
    let place = i - 1;
    while (openLengths[openLengths.length - 1] > length) {
      const closed = openLengths.pop()!;
      place = openPlaces.pop()!;
      if (closed < 2 || closed > maxLength || closed > room[suffixes[place]]) continue;
      starts.push(suffixes[place]);
      lengths.push(closed);
      counts.push(i - place);
    }
    if (openLengths[openLengths.length - 1] === length) continue;
    openLengths.push(length);
    openPlaces.push(place);
  }
  return { starts, lengths, counts };
}

/** For each position, the number of characters to the end of the word. */
function charactersToEnd(symbols: Int32Array): Int32Array {
  const room = new Int32Array(symbols.length);
  for (let at = symbols.length - 2; at >= 0; at--) room[at] = symbols[at] === SEPARATOR ? 0 : room[at + 1] + 1;
  return room;
}

/** Sorts repeats by coverage, largest first; ties in reverse code point order. */
function byCoverage({ lengths, counts }: Repeats): number[] {
  const size = lengths.length;
  // Pack both numbers into one: sorting numbers without a comparison function is many times as fast.
  const keys = Float64Array.from(lengths, (length, repeat) => length * counts[repeat] * size + repeat).sort();
  return Array.from(keys.reverse(), (key) => key % size);
}
