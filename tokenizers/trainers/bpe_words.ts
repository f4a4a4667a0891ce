import type { BPESettings } from "./bpe_settings.ts";
import { SymbolRow } from "./symbol_row.ts";

/**
 * The characters of a corpus. With a prefix or suffix, a character has one form per kind of position in a word: 0 for
 * plain, plus 1 with the continuing prefix, plus 2 with the end suffix.
 */
export class BPECharacters {
  readonly #pieces: ReadonlyMap<string, number>;
  readonly #settings: BPESettings;
  /** The count of each character in each form, keyed by 4 times the code point plus the form. */
  readonly #forms = new Map<number, number>();
  #length = 0;

  /** Counts the characters of pieces. */
  constructor(pieces: ReadonlyMap<string, number>, settings: BPESettings) {
    this.#pieces = pieces;
    this.#settings = settings;
    for (const [piece, count] of pieces) {
      this.#scan(piece, (form) => {
        this.#forms.set(form, (this.#forms.get(form) ?? 0) + count);
        this.#length++;
      });
    }
  }

  /**
   * The initial tokens, by id: the special tokens, the alphabet by code point, and the characters that occur with the
   * prefix, with the suffix and with both, each group by code point.
   */
  tokens(): string[] {
    const tokens = new Set(this.#settings.specialTokens);
    for (const code of this.#alphabet()) tokens.add(String.fromCodePoint(code));
    const marked = [...this.#forms.keys()].filter((form) => form % 4 > 0 && tokens.has(characterOf(form)));
    marked.sort((a, b) => a % 4 - b % 4 || a - b);
    for (const form of marked) tokens.add(this.#token(form));
    return [...tokens];
  }

  /**
   * Spells the words with the ids of these tokens, skipping characters without a token, and words in which nothing can
   * be merged.
   */
  words(vocabulary: ReadonlyMap<string, number>): SymbolRow {
    const ids = new Map<number, number>();
    for (const form of this.#forms.keys()) {
      const id = vocabulary.has(characterOf(form)) ? vocabulary.get(this.#token(form)) : undefined;
      if (id !== undefined) ids.set(form, id);
    }
    const cells = new Int32Array(this.#length + 1);
    const starts = new Uint32Array(this.#pieces.size + 1);
    const counts = new Float64Array(this.#pieces.size);
    let at = 0;
    let size = 0;
    for (const [piece, count] of this.#pieces) {
      this.#scan(piece, (form) => {
        const id = ids.get(form);
        if (id !== undefined) cells[at++] = id;
      });
      if (at - starts[size] < 2) at = starts[size];
      else {
        counts[size++] = count;
        starts[size] = at;
      }
    }
    return new SymbolRow(cells, starts, counts, size);
  }

  /** The code points to keep, ascending. Ties at the limit go to the smaller code points. */
  #alphabet(): number[] {
    const counts = new Map<number, number>();
    for (const [form, count] of this.#forms) counts.set(form >> 2, (counts.get(form >> 2) ?? 0) + count);
    for (const character of this.#settings.initialAlphabet) counts.set(character.codePointAt(0)!, Infinity);
    const frequent = [...counts].sort(([a, m], [b, n]) => (m === n ? 0 : n - m) || a - b);
    const kept = frequent.slice(0, this.#settings.limitAlphabet ?? Infinity).map(([code]) => code);
    return kept.sort((a, b) => a - b);
  }

  /** Calls `visit` with the form of each character of a piece. */
  #scan(piece: string, visit: (form: number) => void): void {
    const continuing = this.#settings.continuingSubwordPrefix ? 1 : 0;
    const last = this.#settings.endOfWordSuffix ? 2 : 0;
    for (let at = 0; at < piece.length;) {
      const code = piece.codePointAt(at)!;
      const end = at + (code > 0xffff ? 2 : 1);
      visit(4 * code + (at > 0 ? continuing : 0) + (end === piece.length ? last : 0));
      at = end;
    }
  }

  #token(form: number): string {
    const prefix = form & 1 ? this.#settings.continuingSubwordPrefix : "";
    const suffix = form & 2 ? this.#settings.endOfWordSuffix : "";
    return `${prefix}${characterOf(form)}${suffix}`;
  }
}

function characterOf(form: number): string {
  return String.fromCodePoint(form >> 2);
}
