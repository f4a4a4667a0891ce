import { InputRangeError } from "../errors.ts";
import { decodeAll, type StreamDecoder } from "./stream_decoder.ts";
import { characterBoundary } from "./surrogates.ts";
import type { Tokenizer } from "./tokenizer.ts";
import { type Pipeline, tokenizerJSON, wordLevelJSON } from "./tokenizer_json.ts";
import { Vocabulary } from "./vocabulary.ts";
import { checkKind, checkOptions, FLAG, instanceOf, type Kinds, LIST, NUMBER, TEXT_STREAM, TEXTS } from "./options.ts";

/** Options of {@linkcode CharTokenizer.train}. */
export interface CharTrainOptions {
  /** Drop characters that occur less often than this; requires `unknown`. Default: 1. */
  minCount?: number;
  /**
   * Maximum number of symbols, including `<unk>`. Keeps the most frequent characters, ties by code point; requires
   * `unknown`.
   */
  vocabSize?: number;
  /**
   * Whether to add `<unk>` (id 0) for characters outside the vocabulary. Without it, such characters are errors.
   * Default: false.
   */
  unknown?: boolean;
  /**
   * Symbols in angle or square brackets that are not characters, such as `<eos>`, with ids after `<unk>`. No text is
   * encoded as one of them. Default: none.
   */
  specials?: readonly string[];
}

const TRAIN = "train a character tokenizer";

const KINDS: Kinds<CharTrainOptions> = { minCount: NUMBER, vocabSize: NUMBER, unknown: FLAG, specials: LIST };

/**
 * Maps each character (Unicode code point) to one id. An unpaired surrogate counts as a character, so every string
 * round-trips.
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
  /** id + 1 by code point; 0 for a character outside the vocabulary. */
  readonly #table: Uint32Array;

  /**
   * Creates a tokenizer from a vocabulary of characters. To build one from a text, use {@linkcode CharTokenizer.train}.
   *
   * @throws {RangeError} If a symbol other than the special ones is not a single code point, or if a special one other
   * than the unknown symbol has no brackets: a file would not tell that it is special.
   */
  constructor(vocabulary: Vocabulary) {
    const action = "build a character tokenizer";
    checkKind(action, "the vocabulary", vocabulary, instanceOf(Vocabulary));
    this.vocabulary = vocabulary;
    const specials = new Set(vocabulary.specials);
    const unknown = vocabulary.symbols[vocabulary.unknownId ?? -1];
    checkSpecialSymbols(action, vocabulary.specials.filter((symbol) => symbol !== unknown));
    const codes = vocabulary.symbols.map((symbol) => specials.has(symbol) ? -1 : codePoint(symbol));
    this.#table = new Uint32Array(codes.reduce((most, code) => Math.max(most, code), 0) + 1);
    codes.forEach((code, id) => {
      if (code >= 0) this.#table[code] = id + 1;
    });
  }

  /**
   * Builds a tokenizer from the characters of a text. Ids follow code point order, after `<unk>` if present.
   *
   * @param text The corpus, whole or in chunks; a chunk may end between the two halves of a surrogate pair.
   * @throws {RangeError} If the text is empty, or a limit is invalid or would drop characters without `unknown`.
   */
  static train(text: string | Iterable<string>, options: CharTrainOptions = {}): CharTokenizer {
    checkKind(TRAIN, "the corpus", text, TEXTS);
    checkOptions(TRAIN, options, KINDS);
    const counter = new CharacterCounter();
    for (const piece of typeof text === "string" ? [text] : text) counter.add(piece);
    return CharTokenizer.#fromCounts(counter.counts(), options);
  }

  /**
   * Like {@linkcode CharTokenizer.train}, for text that arrives in chunks, such as a file stream.
   *
   * @param pieces The corpus in chunks; a chunk may end between the two halves of a surrogate pair.
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
    const { unknown = false, minCount, vocabSize, specials } = options;
    if (counts.size === 0) throw new InputRangeError(`${TRAIN}: expected text, found none`);
    checkSpecialSymbols(TRAIN, specials);
    const limits = { minCount, vocabSize, specials, order: "given" } as const;
    return new CharTokenizer(Vocabulary.fromCounts(counts, unknown ? { ...limits, unknown: "<unk>" } : limits));
  }

  /** V, the number of ids. */
  get size(): number {
    return this.vocabulary.size;
  }

  /** The id of `<unk>`, if present. */
  get unknownId(): number | undefined {
    return this.vocabulary.unknownId;
  }

  /**
   * Encodes a text, one id per character.
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

  /** The text's length, or one less if the text ends with half a surrogate pair. */
  boundary(beginning: string): number {
    return characterBoundary(beginning);
  }

  /** The distinct characters of a text that are not in the vocabulary, in order of first occurrence. */
  unknownSymbols(text: string): string[] {
    return [...new Set(text)].filter((character) => !this.#table[character.codePointAt(0)!]);
  }

  /**
   * Decodes ids to text; the unknown id yields `<unk>`.
   *
   * @throws {RangeError} If an id is not an integer from 0 to `size - 1`.
   */
  decode(ids: Iterable<number>): string {
    return decodeAll(this.decoder(), ids);
  }

  /** Creates a streaming decoder that emits each character immediately. */
  decoder(): StreamDecoder {
    return { push: (id) => this.vocabulary.symbol(id), flush: () => "" };
  }

  /** Converts the tokenizer to a `tokenizer.json`: a WordLevel model over single characters. */
  toJSON(): unknown {
    return tokenizerJSON(CHAR_PIPELINE, wordLevelJSON(this.vocabulary));
  }

  #refuse(code: number, index: number): never {
    const name = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
    const character = `${JSON.stringify(String.fromCodePoint(code))} (${name})`;
    throw new InputRangeError(
      `encode: character ${character} at index ${index} is not among the ${this.size} known symbols`,
    );
  }
}

/**
 * The Hugging Face parts equivalent to a character tokenizer. `[\s\S]` matches any character, including line breaks.
 */
export const CHAR_PIPELINE: Pipeline = {
  normalizer: null,
  pre_tokenizer: { type: "Split", pattern: { Regex: "[\\s\\S]" }, behavior: "Isolated", invert: false },
  post_processor: null,
  decoder: { type: "Fuse" },
};

/** Whether a symbol has the form of a special one: a file of characters or words does not say which are. */
export function isSpecialSymbol(symbol: string): boolean {
  return /^(?:<.+>|\[.+\])$/su.test(symbol);
}

/** @throws {RangeError} If a special symbol does not have the form of one. */
export function checkSpecialSymbols(action: string, specials: readonly string[] = []): void {
  const odd = specials.find((symbol) => !isSpecialSymbol(symbol));
  if (odd === undefined) return;
  throw new InputRangeError(
    `${action}: expected special symbols such as <eos>, in brackets, found ${JSON.stringify(odd)}`,
  );
}

function codePoint(symbol: string): number {
  const code = symbol.codePointAt(0);
  if (code !== undefined && symbol.length === (code > 0xffff ? 2 : 1)) return code;
  throw new InputRangeError(`build a character tokenizer: expected single characters, found ${JSON.stringify(symbol)}`);
}

/** Counts the characters of a text that arrives in chunks. */
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

  /** Ends the text and returns the character counts in code point order. */
  counts(): Map<string, number> {
    if (this.#half !== "") this.#counts[this.#half.charCodeAt(0)]++;
    const found = new Map<string, number>();
    this.#counts.forEach((count, code) => {
      if (count > 0) found.set(String.fromCodePoint(code), count);
    });
    return found;
  }
}
