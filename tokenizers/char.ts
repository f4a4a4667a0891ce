import { decodeAll, type StreamDecoder } from "./stream_decoder.ts";
import { characterBoundary } from "./surrogates.ts";
import type { Tokenizer } from "./tokenizer.ts";
import { type Pipeline, tokenizerJSON, wordLevelJSON } from "./tokenizer_json.ts";
import { Vocabulary } from "./vocabulary.ts";
import { checkKind, checkOptions, FLAG, instanceOf, type Kinds, NUMBER, TEXT_STREAM, TEXTS } from "./options.ts";

/** How {@linkcode CharTokenizer.train} chooses the vocabulary. */
export interface CharTrainOptions {
  /** Drop the characters that occur less often than this; needs `unknown`. 1 by default. */
  minCount?: number;
  /**
   * Keep at most this many symbols, `<unk>` among them: the most frequent, those of equal counts by code point; needs
   * `unknown`.
   */
  vocabSize?: number;
  /**
   * Whether a symbol `<unk>` (id 0) stands for the characters outside the vocabulary. Without it, as by default, they
   * are errors.
   */
  unknown?: boolean;
}

const TRAIN = "train a character tokenizer";

const KINDS: Kinds<CharTrainOptions> = { minCount: NUMBER, vocabSize: NUMBER, unknown: FLAG };

/**
 * One id for each character (Unicode code point). A surrogate without its partner counts as a character and stays as it
 * is, so that any string survives the way there and back.
 *
 * @example Train, encode and decode
 * ```ts
 * import { CharTokenizer } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const tokenizer = CharTokenizer.train("abracadabra");
 * assertEquals(tokenizer.vocabulary.symbols, ["a", "b", "c", "d", "r"]);
 * assertEquals([...tokenizer.encode("card")], [2, 0, 4, 3]);
 * assertEquals(tokenizer.decode([2, 0, 4, 3]), "card");
 * assertEquals(tokenizer.unknownSymbols("cards!"), ["s", "!"]);
 * ```
 */
export class CharTokenizer implements Tokenizer {
  /** `"char"` */
  readonly kind = "char";
  /** The characters and their ids. */
  readonly vocabulary: Vocabulary;
  /** id + 1 by code point, 0 for a character that the vocabulary lacks. */
  readonly #table: Uint32Array;

  /**
   * A tokenizer over these characters. For the vocabulary of a text see {@linkcode CharTokenizer.train}.
   *
   * @throws {RangeError} If a symbol, other than the unknown one, is not a single code point.
   */
  constructor(vocabulary: Vocabulary) {
    checkKind("build a character tokenizer", "the vocabulary", vocabulary, instanceOf(Vocabulary));
    this.vocabulary = vocabulary;
    const codes = vocabulary.symbols.map((symbol, id) => id === vocabulary.unknownId ? -1 : codePoint(symbol));
    this.#table = new Uint32Array(codes.reduce((most, code) => Math.max(most, code), 0) + 1);
    codes.forEach((code, id) => {
      if (code >= 0) this.#table[code] = id + 1;
    });
  }

  /**
   * The tokenizer of the characters that occur in a text, with ids in the order of their code points, after `<unk>` if
   * there is one.
   *
   * @param text The corpus, whole or in pieces; a piece may end between the two halves of a character.
   * @throws {RangeError} If the text is empty, or a limit is impossible or would drop characters without `unknown`.
   */
  static train(text: string | Iterable<string>, options: CharTrainOptions = {}): CharTokenizer {
    checkKind(TRAIN, "the corpus", text, TEXTS);
    checkOptions(TRAIN, options, KINDS);
    const counter = new CharacterCounter();
    for (const piece of typeof text === "string" ? [text] : text) counter.add(piece);
    return CharTokenizer.#fromCounts(counter.counts(), options);
  }

  /**
   * As {@linkcode CharTokenizer.train}, from a text that comes piece by piece, such as a stream of a file's text.
   *
   * @param pieces The corpus; a piece may end between the two halves of a character.
   * @throws {RangeError} As {@linkcode CharTokenizer.train}.
   */
  static async trainStream(pieces: AsyncIterable<string>, options: CharTrainOptions = {}): Promise<CharTokenizer> {
    checkKind(TRAIN, "the corpus", pieces, TEXT_STREAM);
    checkOptions(TRAIN, options, KINDS);
    const counter = new CharacterCounter();
    for await (const piece of pieces) counter.add(piece);
    return CharTokenizer.#fromCounts(counter.counts(), options);
  }

  static #fromCounts(counts: ReadonlyMap<string, number>, options: CharTrainOptions): CharTokenizer {
    const { unknown = false, minCount, vocabSize } = options;
    if (counts.size === 0) throw new RangeError(`${TRAIN}: expected text, found none`);
    const limits = { minCount, vocabSize, order: "given" } as const;
    return new CharTokenizer(Vocabulary.fromCounts(counts, unknown ? { ...limits, unknown: "<unk>" } : limits));
  }

  /** V, the number of ids. */
  get size(): number {
    return this.vocabulary.size;
  }

  /** The id of `<unk>`, if there is one. */
  get unknownId(): number | undefined {
    return this.vocabulary.unknownId;
  }

  /**
   * One id a character.
   *
   * @throws {RangeError} If the vocabulary lacks a character and has no `<unk>`.
   */
  encode(text: string): Int32Array {
    const ids = new Int32Array(text.length);
    const table = this.#table;
    let length = 0;
    for (let i = 0; i < text.length; i++) {
      const code = text.codePointAt(i)!;
      const entry = code < table.length ? table[code] : 0;
      ids[length++] = entry > 0 ? entry - 1 : this.unknownId ?? this.#refuse(code, i);
      if (code > 0xffff) i++;
    }
    return length === text.length ? ids : ids.slice(0, length);
  }

  /** The same as {@linkcode encode}. */
  encodePrompt(text: string): Int32Array {
    return this.encode(text);
  }

  /** The end, or the place before a surrogate whose partner is still to come. */
  boundary(beginning: string): number {
    return characterBoundary(beginning);
  }

  /** The distinct characters of a text that the vocabulary lacks, in the order in which they first occur. */
  unknownSymbols(text: string): string[] {
    return [...new Set(text)].filter((character) => !this.#table[character.codePointAt(0)!]);
  }

  /**
   * The characters one after the other; `<unk>` is written as such.
   *
   * @throws {RangeError} If an id is not an integer from 0 to `size - 1`.
   */
  decode(ids: Iterable<number>): string {
    return decodeAll(this.decoder(), ids);
  }

  /** A decoder that gives each character as it comes. */
  decoder(): StreamDecoder {
    return { push: (id) => this.vocabulary.symbol(id), flush: () => "" };
  }

  /** This tokenizer as a `tokenizer.json`: a WordLevel model over single characters. */
  toJSON(): unknown {
    return tokenizerJSON(CHAR_PIPELINE, wordLevelJSON(this.vocabulary));
  }

  #refuse(code: number, index: number): never {
    const name = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
    const character = `${JSON.stringify(String.fromCodePoint(code))} (${name})`;
    throw new RangeError(
      `encode: character ${character} at index ${index} is not among the ${this.size} known symbols`,
    );
  }
}

/**
 * What makes a WordLevel model of single characters out of Hugging Face's parts. `[\s\S]` is any character, line ends
 * too.
 */
export const CHAR_PIPELINE: Pipeline = {
  normalizer: null,
  pre_tokenizer: { type: "Split", pattern: { Regex: "[\\s\\S]" }, behavior: "Isolated", invert: false },
  post_processor: null,
  decoder: { type: "Fuse" },
};

function codePoint(symbol: string): number {
  const code = symbol.codePointAt(0);
  if (code !== undefined && symbol.length === (code > 0xffff ? 2 : 1)) return code;
  throw new RangeError(`build a character tokenizer: expected single characters, found ${JSON.stringify(symbol)}`);
}

/** Counts the characters of a text that comes in pieces. */
class CharacterCounter {
  readonly #counts = new Float64Array(0x110000);
  #half = "";

  add(piece: string): void {
    const text = this.#half + piece;
    const end = characterBoundary(text);
    for (let i = 0; i < end; i++) {
      const code = text.codePointAt(i)!;
      this.#counts[code]++;
      if (code > 0xffff) i++;
    }
    this.#half = text.slice(end);
  }

  /** How often each character occurred, in the order of the code points. The text ends here. */
  counts(): Map<string, number> {
    if (this.#half !== "") this.#counts[this.#half.charCodeAt(0)]++;
    const found = new Map<string, number>();
    this.#counts.forEach((count, code) => {
      if (count > 0) found.set(String.fromCodePoint(code), count);
    });
    return found;
  }
}
