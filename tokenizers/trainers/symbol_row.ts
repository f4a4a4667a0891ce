/** Binary logarithm of the number of positions for each entry of the index that finds the word of a position. */
const STRIDE_BITS = 4;

/**
 * The words of a corpus as one row of symbols, which are merged in place. A symbol stands at the position of its first
 * character; all its other positions hold negative numbers, the second and the last one its negated length, so that
 * both neighbors of a symbol can be found.
 */
export class SymbolRow {
  readonly #cells: Int32Array;
  /** Where each word starts, and where the last one ends. */
  readonly #starts: Uint32Array;
  readonly #counts: Float64Array;
  /** The word at every 16th position. */
  readonly #index: Int32Array;
  /** Number of words. */
  readonly size: number;

  /**
   * Takes over arrays; they may be longer than the words require.
   *
   * @param cells The symbols of all words, of at least one symbol each, and one more cell.
   * @param starts Where each word starts, and where the last one ends.
   * @param counts How often each word occurs.
   * @param size Number of words.
   */
  constructor(cells: Int32Array, starts: Uint32Array, counts: Float64Array, size: number) {
    this.#cells = cells;
    this.#starts = starts;
    this.#counts = counts;
    this.size = size;
    this.#index = new Int32Array((starts[size] >>> STRIDE_BITS) + 1);
    for (let i = 0, word = 0; i < this.#index.length; i++) {
      while (word < size && starts[word + 1] <= i << STRIDE_BITS) word++;
      this.#index[i] = word;
    }
  }

  /** Where a word starts. */
  start(word: number): number {
    return this.#starts[word];
  }

  /** Where a word ends. */
  end(word: number): number {
    return this.#starts[word + 1];
  }

  /** How often a word occurs. */
  count(word: number): number {
    return this.#counts[word];
  }

  /** The word at a position. */
  wordAt(at: number): number {
    let word = this.#index[at >>> STRIDE_BITS];
    while (this.#starts[word + 1] <= at) word++;
    return word;
  }

  /** The symbol at a position; negative inside a symbol. */
  symbol(at: number): number {
    return this.#cells[at];
  }

  /** The number of characters of the symbol that starts at a position. */
  length(at: number): number {
    const next = this.#cells[at + 1];
    return next < 0 ? -next : 1;
  }

  /** Where the symbol before this one starts; there must be one in the word. */
  previous(at: number): number {
    const last = this.#cells[at - 1];
    return last < 0 ? at + last : at - 1;
  }

  /** Replaces a symbol and the next one, which starts at `second`, by one symbol. */
  merge(at: number, second: number, symbol: number): void {
    const end = second + this.length(second);
    this.#cells[second] = -1;
    this.#cells[at] = symbol;
    this.#cells[at + 1] = at - end;
    this.#cells[end - 1] = at - end;
  }
}
