/** The numbers of errors in a transcript, or in several. */
export interface Errors {
  /** Wrong symbols. */
  readonly substitutions: number;
  /** Missing symbols. */
  readonly deletions: number;
  /** Additional symbols. */
  readonly insertions: number;
  /** Number of symbols of the reference. */
  readonly length: number;
}

/** A step of an alignment; a symbol that is missing on a side is undefined there. */
export interface AlignedPair {
  readonly reference: string | undefined;
  readonly found: string | undefined;
}

/** No errors yet. */
export const NO_ERRORS: Errors = { substitutions: 0, deletions: 0, insertions: 0, length: 0 };

/**
 * Aligns the symbols of a transcript with those of a reference, with as few errors as possible (Levenshtein 1966).
 * Equal beginnings and equal ends are aligned first. Of several such alignments of the rest, the one with the latest
 * missing symbols is chosen, then the one with the latest additional symbols, as in jiwer.
 */
export function alignSymbols(reference: readonly string[], found: readonly string[]): AlignedPair[] {
  const shortest = Math.min(reference.length, found.length);
  let start = 0;
  while (start < shortest && reference[start] === found[start]) start++;
  let same = 0;
  while (same < shortest - start && reference.at(-1 - same) === found.at(-1 - same)) same++;
  const inner = [reference, found].map((symbols) => symbols.slice(start, symbols.length - same));
  const pair = (symbol: string): AlignedPair => ({ reference: symbol, found: symbol });
  return [
    ...reference.slice(0, start).map(pair),
    ...alignOther(inner[0], inner[1]),
    ...reference.slice(reference.length - same).map(pair),
  ];
}

/** Aligns symbols that neither begin nor end alike. */
function alignOther(reference: readonly string[], found: readonly string[]): AlignedPair[] {
  const costs = costsOf(reference, found);
  const pairs: AlignedPair[] = [];
  let [i, j] = [reference.length, found.length];
  while (i > 0 || j > 0) {
    if (i > 0 && costs[i][j] === costs[i - 1][j] + 1) pairs.push({ reference: reference[--i], found: undefined });
    // An additional symbol that costs no more than a match.
    else if (i === 0 || costs[i][j - 1] < costs[i - 1][j - 1]) pairs.push({ reference: undefined, found: found[--j] });
    else pairs.push({ reference: reference[--i], found: found[--j] });
  }
  return pairs.reverse();
}

/** Returns the least number of errors between each beginning of the reference and each of the transcript. */
function costsOf(reference: readonly string[], found: readonly string[]): Uint32Array[] {
  const costs = [Uint32Array.from({ length: found.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= reference.length; i++) {
    const [before, row] = [costs[i - 1], new Uint32Array(found.length + 1)];
    row[0] = i;
    for (let j = 1; j <= found.length; j++) {
      const isMatch = reference[i - 1] === found[j - 1];
      row[j] = Math.min(before[j - 1] + (isMatch ? 0 : 1), before[j] + 1, row[j - 1] + 1);
    }
    costs.push(row);
  }
  return costs;
}

/** Counts the errors of an alignment. */
export function countErrors(pairs: readonly AlignedPair[]): Errors {
  const count = (holds: (pair: AlignedPair) => boolean): number => pairs.filter(holds).length;
  return {
    substitutions: count(({ reference: a, found: b }) => a !== undefined && b !== undefined && a !== b),
    deletions: count(({ found }) => found === undefined),
    insertions: count(({ reference }) => reference === undefined),
    length: count(({ reference }) => reference !== undefined),
  };
}

/** Adds the errors of several transcripts. */
export function addErrors(all: readonly Errors[]): Errors {
  return all.reduce((sum, own) => ({
    substitutions: sum.substitutions + own.substitutions,
    deletions: sum.deletions + own.deletions,
    insertions: sum.insertions + own.insertions,
    length: sum.length + own.length,
  }), NO_ERRORS);
}

/**
 * The errors as a share of the reference's symbols: the error rate. Insertions in an empty reference count as 1 each.
 */
export function errorRate({ substitutions, deletions, insertions, length }: Errors): number {
  const errors = substitutions + deletions + insertions;
  return length === 0 ? errors : errors / length;
}

/** Splits a text into words at white space. */
export function wordsOf(text: string): string[] {
  return text.trim().split(/\s+/).filter((word) => word !== "");
}

/** Splits a text into characters; white space counts as one space. */
export function charactersOf(text: string): string[] {
  return [...wordsOf(text).join(" ")];
}

/**
 * Counts the errors in the words and the characters of a transcript.
 *
 * @example
 * ```ts
 * import { addErrors, compareTexts, errorRate } from "@elman/elman/tasks";
 * import { assertEquals } from "@std/assert";
 *
 * const { words, characters } = compareTexts("one two three", "one too");
 * assertEquals(words, { substitutions: 1, deletions: 1, insertions: 0, length: 3 });
 * assertEquals(errorRate(words), 2 / 3);
 * assertEquals(addErrors([words, words]).deletions, 2);
 * assertEquals(characters.length, 13);
 * ```
 */
export function compareTexts(
  reference: string,
  found: string,
): { readonly words: Errors; readonly characters: Errors } {
  return {
    words: countErrors(alignSymbols(wordsOf(reference), wordsOf(found))),
    characters: countErrors(alignSymbols(charactersOf(reference), charactersOf(found))),
  };
}
