import { sharedLengths, suffixArray } from "./suffix_array.ts";
import type { CountedWord, ScoredPieces } from "./unigram_pieces.ts";

/** What stands after each word. */
const SEPARATOR = 0;

/** The words one after the other, with characters as numbers. */
interface FlatWords {
  /** The characters, in the order of their code points; the first is the separator. */
  readonly alphabet: readonly string[];
  /** Each character's number, and {@linkcode SEPARATOR} after each word. */
  readonly symbols: Int32Array;
  /** How often each character of the alphabet occurs in the corpus. */
  readonly counts: Float64Array;
}

/** Parts of the words that occur more than once. */
interface Repeats {
  /** Where each of them stands. */
  readonly starts: readonly number[];
  /** Its characters. */
  readonly lengths: readonly number[];
  /** In how many places it occurs. */
  readonly counts: readonly number[];
}

/**
 * The pieces to begin with: all characters, and of the longer parts that occur at least twice in the distinct words
 * those that cover the most of them, count times length. A part that is always followed by the same character is left
 * out: the longer one covers the same places.
 *
 * @param words The distinct words.
 * @param limit How many pieces there are at most; the characters are there in any case.
 * @param maxLength How many characters a piece has at most.
 * @param endings Whether there are also parts that only ever end words.
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
 * The inner nodes of the suffix tree: intervals of the suffix array that share a beginning, found with a stack
 * (Abouelhoda, Kurtz and Ohlebusch 2004).
 */
function findRepeats({ symbols, alphabet }: FlatWords, maxLength: number, endings: boolean): Repeats {
  const suffixes = suffixArray(symbols, alphabet.length);
  const shared = sharedLengths(symbols, suffixes);
  const room = charactersToEnd(symbols);
  // Words that end alike branch where they end, as if each separator were another character.
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

/** For each place the number of characters from there to the end of the word. */
function charactersToEnd(symbols: Int32Array): Int32Array {
  const room = new Int32Array(symbols.length);
  for (let at = symbols.length - 2; at >= 0; at--) room[at] = symbols[at] === SEPARATOR ? 0 : room[at + 1] + 1;
  return room;
}

/**
 * The repeats from the one that covers the most characters on; of equals the last in the order of code points comes
 * first.
 */
function byCoverage({ lengths, counts }: Repeats): number[] {
  const size = lengths.length;
  // Both numbers in one, since numbers without a comparison function are sorted many times as fast.
  const keys = Float64Array.from(lengths, (length, repeat) => length * counts[repeat] * size + repeat).sort();
  return Array.from(keys.reverse(), (key) => key % size);
}
