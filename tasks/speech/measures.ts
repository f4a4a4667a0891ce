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
  const costs = new Costs(reference, found);
  const pairs: AlignedPair[] = [];
  let [i, j] = [reference.length, found.length];
  while (i > 0 || j > 0) {
    const [before, row] = [i > 0 ? costs.row(i - 1) : undefined, costs.row(i)];
    if (before && row[j] === before[j] + 1) pairs.push({ reference: reference[--i], found: undefined });
    // An additional symbol that costs no more than a match.
    else if (!before || row[j - 1] < before[j - 1]) pairs.push({ reference: undefined, found: found[--j] });
    else pairs.push({ reference: reference[--i], found: found[--j] });
  }
  return pairs.reverse();
}

/**
 * The least number of errors between each beginning of the reference and each of the transcript. Of the rows, one for
 * each beginning of the reference, only every k-th is kept, with k = the square root of their number; those between are
 * computed again when an alignment is followed back, so that the texts of hours fit into memory.
 */
class Costs {
  #reference: readonly string[];
  #found: readonly string[];
  #step: number;
  /** Every k-th row. */
  #kept: Uint32Array[] = [];
  /** The rows from one that is kept to the next, and the number of the first. */
  #block: Uint32Array[] = [];
  #first = Infinity;

  constructor(reference: readonly string[], found: readonly string[]) {
    this.#reference = reference;
    this.#found = found;
    this.#step = Math.ceil(Math.sqrt(reference.length + 1));
    let row = Uint32Array.from({ length: found.length + 1 }, (_, j) => j);
    for (let i = 0; i <= reference.length; i++) {
      if (i > 0) row = this.#after(row, i);
      if (i % this.#step === 0) this.#kept.push(row);
    }
  }

  /** Returns a row. Rows are asked for from the last to the first. */
  row(i: number): Uint32Array {
    if (i < this.#first) this.#compute(Math.floor(i / this.#step));
    return this.#block[i - this.#first];
  }

  /** Computes the rows from one that is kept up to the next, which the alignment may still need. */
  #compute(kept: number): void {
    this.#first = kept * this.#step;
    const last = Math.min(this.#first + this.#step, this.#reference.length);
    this.#block = [this.#kept[kept]];
    for (let i = this.#first + 1; i <= last; i++) this.#block.push(this.#after(this.#block.at(-1)!, i));
  }

  /** Returns row i, which follows another. */
  #after(before: Uint32Array, i: number): Uint32Array<ArrayBuffer> {
    const row = new Uint32Array(before.length);
    row[0] = i;
    for (let j = 1; j < row.length; j++) {
      const isMatch = this.#reference[i - 1] === this.#found[j - 1];
      row[j] = Math.min(before[j - 1] + (isMatch ? 0 : 1), before[j] + 1, row[j - 1] + 1);
    }
    return row;
  }
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
