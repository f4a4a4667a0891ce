import { InputRangeError } from "../errors.ts";
import type { AddedToken } from "./added_tokens.ts";
import { checkSpecialSymbols, isSpecialSymbol } from "./char.ts";
import { barredTokens, ENCODE_KINDS, type EncodeOptions } from "./encode_options.ts";
import { decodeAll, type StreamDecoder } from "./stream_decoder.ts";
import type { Tokenizer } from "./tokenizer.ts";
import { type Pipeline, tokenizerJSON, wordLevelJSON } from "./tokenizer_json.ts";
import { Vocabulary } from "./vocabulary.ts";
import { refuseNoCounts, WordCounts } from "./word_counts.ts";
import { checkKind, checkOptions, FLAG, instanceOf, type Kinds, LIST, NUMBER, TEXT_STREAM, TEXTS } from "./options.ts";

/** Options of {@linkcode WordTokenizer.train}. */
export interface WordTrainOptions {
  /** Drop words that occur less often than this; requires `unknown`. Default: 1. */
  minCount?: number;
  /** Maximum number of symbols, including `<unk>` and `<eos>`. Keeps the most frequent words; requires `unknown`. */
  vocabSize?: number;
  /** Whether to add `<unk>` for words outside the vocabulary. Without it, such words are errors. Default: true. */
  unknown?: boolean;
  /**
   * Other symbols to add, in angle or square brackets, with ids after `<eos>`, such as `<eod>` for the end of a
   * document. Default: none.
   */
  specials?: readonly string[];
  /**
   * Number of distinct words that are counted exactly. If the corpus has more, the rarest are dropped while counting;
   * this requires `unknown`. Default: 33,554,432.
   */
  maxDistinct?: number;
}

const TRAIN = "train a word tokenizer";

const KINDS: Kinds<WordTrainOptions> = {
  minCount: NUMBER,
  vocabSize: NUMBER,
  unknown: FLAG,
  specials: LIST,
  maxDistinct: NUMBER,
};

/** The end-of-line symbol. */
export const EOS = "<eos>";

/**
 * Maps each word (each run of characters other than Unicode White_Space) to one id, and each line end `"\n"` to the id
 * of `<eos>`, as is usual for the Penn Treebank. An empty line yields just `<eos>`.
 *
 * The last line gets one `<eos>` whether or not the text ends in `"\n"`. To leave the last line open, use
 * {@linkcode WordTokenizer.encodePrompt}. A word spelled `<unk>` or `<eos>` in the text is encoded as that symbol,
 * unless `allowedSpecial` excludes it; it is then an unknown word.
 *
 * @example Train, encode and decode
 * ```ts
 * import { WordTokenizer } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const tokenizer = WordTokenizer.train("the cat\nthe dog\n");
 * assertEquals(tokenizer.vocabulary.symbols, ["<unk>", "<eos>", "the", "cat", "dog"]);
 * assertEquals([...tokenizer.encode("the cow\nthe cat")], [2, 0, 1, 2, 3, 1]);
 * assertEquals([...tokenizer.encodePrompt("the cow\nthe cat")], [2, 0, 1, 2, 3]);
 * assertEquals(tokenizer.decode([2, 0, 1, 2, 3, 1]), "the <unk>\nthe cat\n");
 * ```
 */
export class WordTokenizer implements Tokenizer {
  /** `"word"` */
  readonly kind = "word";
  /** The words, `<eos>` and optionally `<unk>`, with their ids. */
  readonly vocabulary: Vocabulary;
  readonly #eos: number;

  /**
   * Creates a tokenizer from a vocabulary of words. To build one from a text, use {@linkcode WordTokenizer.train}.
   *
   * @throws {RangeError} If `<eos>` is not among the words, or a word is empty or contains white space.
   */
  constructor(vocabulary: Vocabulary) {
    checkKind("build a word tokenizer", "the vocabulary", vocabulary, instanceOf(Vocabulary));
    const eos = vocabulary.id(EOS);
    if (eos === undefined) throw new InputRangeError(`build a word tokenizer: ${EOS} is not in the vocabulary`);
    const broken = vocabulary.symbols.find((symbol) => symbol === "" || lastSpace(symbol) >= 0);
    if (broken !== undefined) {
      throw new InputRangeError(
        `build a word tokenizer: expected words without white space, found ${JSON.stringify(broken)}`,
      );
    }
    this.vocabulary = vocabulary;
    this.#eos = eos;
  }

  /**
   * Builds a tokenizer from the words of a text. Ids: `<unk>` if present, `<eos>`, then the words, most frequent first,
   * ties in order of first occurrence.
   *
   * @param text The corpus, whole or in chunks; a chunk may end in the middle of a word.
   * @throws {RangeError} If the text is empty, or a limit is invalid or would drop words without `unknown`.
   */
  static train(text: string | Iterable<string>, options: WordTrainOptions = {}): WordTokenizer {
    checkKind(TRAIN, "the corpus", text, TEXTS);
    const counter = new WordCounter(checkOptions(TRAIN, options, KINDS).maxDistinct);
    for (const piece of typeof text === "string" ? [text] : text) counter.add(piece);
    return WordTokenizer.#fromCounts(counter.counts(), options);
  }

  /**
   * Like {@linkcode WordTokenizer.train}, for text that arrives in chunks, such as a file stream.
   *
   * @param pieces The corpus in chunks; a chunk may end in the middle of a word.
   * @throws {RangeError} As {@linkcode WordTokenizer.train}.
   */
  static async trainStream(pieces: AsyncIterable<string>, options: WordTrainOptions = {}): Promise<WordTokenizer> {
    checkKind(TRAIN, "the corpus", pieces, TEXT_STREAM);
    const counter = new WordCounter(checkOptions(TRAIN, options, KINDS).maxDistinct);
    for await (const piece of pieces) counter.add(piece);
    return WordTokenizer.#fromCounts(counter.counts(), options);
  }

  static #fromCounts(counts: ReadonlyMap<string, number>, options: WordTrainOptions): WordTokenizer {
    const { unknown = true, minCount, vocabSize, specials = [] } = options;
    refuseNoCounts(TRAIN, counts);
    checkSpecialSymbols(TRAIN, specials);
    const limits = { minCount, vocabSize, specials: [...new Set([EOS, ...specials])] };
    return new WordTokenizer(Vocabulary.fromCounts(counts, unknown ? { ...limits, unknown: "<unk>" } : limits));
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
   * Encodes a whole text: the words of each line followed by `<eos>`, even if the last line does not end in `"\n"`.
   *
   * @throws {RangeError} If the vocabulary lacks a word and has no `<unk>`.
   */
  encode(text: string, options?: EncodeOptions): Int32Array {
    return this.#encode(text, text !== "" && !text.endsWith("\n"), options);
  }

  /**
   * Encodes a text whose last line is to be continued: `<eos>` only for each `"\n"` in the text.
   *
   * @throws {RangeError} If the vocabulary lacks a word and has no `<unk>`.
   */
  encodePrompt(text: string, options?: EncodeOptions): Int32Array {
    return this.#encode(text, false, options);
  }

  /** The position after the last white space. */
  boundary(beginning: string): number {
    return lastSpace(beginning) + 1;
  }

  /** The distinct words of a text that are not in the vocabulary, in order of first occurrence. */
  unknownSymbols(text: string): string[] {
    const unknown = new Set<string>();
    scan(text, (start, end) => {
      const word = text.slice(start, end);
      if (this.vocabulary.id(word) === undefined) unknown.add(word);
    }, () => {});
    return [...unknown];
  }

  /**
   * Decodes ids to words separated by single spaces, and `<eos>` to `"\n"`. The original white space between words is
   * not restored.
   *
   * @throws {RangeError} If an id is not an integer from 0 to `size - 1`.
   */
  decode(ids: Iterable<number>): string {
    return decodeAll(this.decoder(), ids);
  }

  /** Creates a streaming decoder that emits each word, preceded by a space, immediately. */
  decoder(): StreamDecoder {
    let space = "";
    return {
      push: (id) => {
        const text = id === this.#eos ? "\n" : space + this.vocabulary.symbol(id);
        space = id === this.#eos ? "" : " ";
        return text;
      },
      flush: () => {
        space = "";
        return "";
      },
    };
  }

  /** Converts the tokenizer to a `tokenizer.json`: a WordLevel model after a split at white space. */
  toJSON(): unknown {
    return tokenizerJSON(WORD_PIPELINE, wordLevelJSON(this.vocabulary), declaredWords(this.vocabulary));
  }

  #encode(text: string, close: boolean, options?: EncodeOptions): Int32Array {
    const { vocabulary } = this;
    if (options !== undefined) checkOptions("encode", options, ENCODE_KINDS);
    const barred = barredTokens(vocabulary.specials, options?.allowedSpecial);
    const ids = new Int32Array(text.length + 1);
    let length = 0;
    scan(text, (start, end) => {
      const word = text.slice(start, end);
      const id = barred.includes(word) ? undefined : vocabulary.id(word);
      ids[length++] = id ?? vocabulary.unknownId ?? this.#refuse(word, start);
    }, () => ids[length++] = this.#eos);
    if (close) ids[length++] = this.#eos;
    return ids.slice(0, length);
  }

  #refuse(word: string, index: number): never {
    throw new InputRangeError(
      `encode: word ${JSON.stringify(word)} at index ${index} is not among the ${this.size} known symbols`,
    );
  }
}

/**
 * Returns the special symbols of a word tokenizer from a file that does not declare them: `<eos>`, and those in
 * brackets with the first ids.
 */
export function specialWords(symbols: readonly string[]): string[] {
  const end = symbols.findIndex((symbol) => !isSpecialSymbol(symbol));
  return [...new Set([EOS, ...symbols.slice(0, end < 0 ? undefined : end)])];
}

/** The special symbols that a file must declare, `<eos>` among them; none if {@linkcode specialWords} finds the same. */
export function declaredWords(vocabulary: Vocabulary): AddedToken[] {
  const { symbols, specials, unknownId } = vocabulary;
  const found = new Set(specialWords(symbols));
  if (unknownId !== undefined) found.add(symbols[unknownId]);
  const all = new Set([EOS, ...specials]);
  if (found.size === all.size && [...all].every((symbol) => found.has(symbol))) return [];
  const declared = Array.from(all, (content) => ({ content, id: vocabulary.id(content)!, singleWord: true }));
  return declared.sort((a, b) => a.id - b.id);
}

/**
 * The Hugging Face parts equivalent to a word tokenizer. The WordPiece decoder adds the spaces between words: words
 * that start with its prefix get none, and no word starts with a space.
 */
export const WORD_PIPELINE: Pipeline = {
  normalizer: { type: "Replace", pattern: { String: "\n" }, content: ` ${EOS} ` },
  pre_tokenizer: { type: "WhitespaceSplit" },
  post_processor: null,
  decoder: {
    type: "Sequence",
    decoders: [
      { type: "WordPiece", prefix: " ", cleanup: false },
      { type: "Fuse" },
      { type: "Replace", pattern: { Regex: ` ?${EOS} ?` }, content: "\n" },
    ],
  },
};

const NEWLINE = 0x0a;

/** Calls `word` with the bounds of each word, and `line` at each line end. */
function scan(text: string, word: (start: number, end: number) => void, line: () => void): void {
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (!isSpace(code)) continue;
    if (i > start) word(start, i);
    if (code === NEWLINE) line();
    start = i + 1;
  }
  if (text.length > start) word(start, text.length);
}

/**
 * Whether a UTF-16 code unit has the property White_Space (all of which lies in the basic plane). `\s` differs for
 * U+0085 and U+FEFF.
 */
function isSpace(code: number): boolean {
  if (code < 0x80) return code === 0x20 || (code >= 0x09 && code <= 0x0d);
  return code === 0x85 || code === 0xa0 || code === 0x1680 || (code >= 0x2000 && code <= 0x200a) || code === 0x2028 ||
    code === 0x2029 || code === 0x202f || code === 0x205f || code === 0x3000;
}

function lastSpace(text: string): number {
  let i = text.length - 1;
  while (i >= 0 && !isSpace(text.charCodeAt(i))) i--;
  return i;
}

/** Counts the words and line ends of a text that arrives in chunks. */
class WordCounter {
  readonly #counts: WordCounts;
  /** A word that may continue in the next chunk. */
  #rest = "";
  #last = "\n";

  constructor(maxDistinct: number | undefined) {
    this.#counts = new WordCounts(TRAIN, maxDistinct);
  }

  add(piece: string): void {
    const cut = lastSpace(piece) + 1;
    if (cut > 0) this.#addAll(this.#rest + piece.slice(0, cut));
    this.#rest = cut > 0 ? piece.slice(cut) : this.#rest + piece;
    if (piece !== "") this.#last = piece.slice(-1);
  }

  /** Ends the text and returns the counts of the words and `<eos>`, in order of first occurrence. */
  counts(): WordCounts {
    this.#addAll(this.#rest);
    if (this.#last !== "\n") this.#counts.add(EOS);
    return this.#counts;
  }

  #addAll(text: string): void {
    const counts = this.#counts;
    scan(text, (start, end) => counts.add(text, 1, start, end), () => counts.add(EOS));
  }
}
