import { detached } from "./detached.ts";
import { decodeAll, type StreamDecoder } from "./stream_decoder.ts";
import type { Tokenizer } from "./tokenizer.ts";
import { type Pipeline, tokenizerJSON, wordLevelJSON } from "./tokenizer_json.ts";
import { Vocabulary } from "./vocabulary.ts";
import { checkKind, checkOptions, FLAG, instanceOf, type Kinds, NUMBER, TEXT_STREAM, TEXTS } from "./options.ts";

/** How {@linkcode WordTokenizer.train} chooses the vocabulary. */
export interface WordTrainOptions {
  /** Drop the words that occur less often than this; needs `unknown`. 1 by default. */
  minCount?: number;
  /** Keep at most this many symbols, `<unk>` and `<eos>` among them: the most frequent words; needs `unknown`. */
  vocabSize?: number;
  /** Whether `<unk>` stands for the words outside the vocabulary, as by default. Without it they are errors. */
  unknown?: boolean;
}

const TRAIN = "train a word tokenizer";

const KINDS: Kinds<WordTrainOptions> = { minCount: NUMBER, vocabSize: NUMBER, unknown: FLAG };

/** The symbol for a line's end. */
export const EOS = "<eos>";

/**
 * One id for each word, that is each run of characters between white space (Unicode's White_Space), and the id of
 * `<eos>` for each line's end `"\n"`, as is usual for the Penn Treebank. An empty line gives just `<eos>`.
 *
 * The last line gets its `<eos>` whether the text ends in `"\n"` or not; a text that ends in `"\n"` does not get
 * another. Where the last line is to go on, {@linkcode WordTokenizer.encodePrompt} leaves it open. A word of the text
 * that is written `<unk>` or `<eos>` is that symbol.
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
  /** The words, `<eos>` and perhaps `<unk>`, and their ids. */
  readonly vocabulary: Vocabulary;
  readonly #eos: number;

  /**
   * A tokenizer over these words. For the vocabulary of a text see {@linkcode WordTokenizer.train}.
   *
   * @throws {RangeError} If `<eos>` is not among the words, or a word is empty or has white space in it.
   */
  constructor(vocabulary: Vocabulary) {
    checkKind("build a word tokenizer", "the vocabulary", vocabulary, instanceOf(Vocabulary));
    const eos = vocabulary.id(EOS);
    if (eos === undefined) throw new RangeError(`build a word tokenizer: ${EOS} is not in the vocabulary`);
    const broken = vocabulary.symbols.find((symbol) => symbol === "" || lastSpace(symbol) >= 0);
    if (broken !== undefined) {
      throw new RangeError(
        `build a word tokenizer: expected words without white space, found ${JSON.stringify(broken)}`,
      );
    }
    this.vocabulary = vocabulary;
    this.#eos = eos;
  }

  /**
   * The tokenizer of the words that occur in a text. The ids: `<unk>` if there is one, `<eos>`, then the words, the
   * most frequent first, those of equal counts in the order in which they first occur.
   *
   * @param text The corpus, whole or in pieces; a piece may end in the middle of a word.
   * @throws {RangeError} If the text is empty, or a limit is impossible or would drop words without `unknown`.
   */
  static train(text: string | Iterable<string>, options: WordTrainOptions = {}): WordTokenizer {
    checkKind(TRAIN, "the corpus", text, TEXTS);
    checkOptions(TRAIN, options, KINDS);
    const counter = new WordCounter();
    for (const piece of typeof text === "string" ? [text] : text) counter.add(piece);
    return WordTokenizer.#fromCounts(counter.counts(), options);
  }

  /**
   * As {@linkcode WordTokenizer.train}, from a text that comes piece by piece, such as a stream of a file's text.
   *
   * @param pieces The corpus; a piece may end in the middle of a word.
   * @throws {RangeError} As {@linkcode WordTokenizer.train}.
   */
  static async trainStream(pieces: AsyncIterable<string>, options: WordTrainOptions = {}): Promise<WordTokenizer> {
    checkKind(TRAIN, "the corpus", pieces, TEXT_STREAM);
    checkOptions(TRAIN, options, KINDS);
    const counter = new WordCounter();
    for await (const piece of pieces) counter.add(piece);
    return WordTokenizer.#fromCounts(counter.counts(), options);
  }

  static #fromCounts(counts: ReadonlyMap<string, number>, options: WordTrainOptions): WordTokenizer {
    const { unknown = true, minCount, vocabSize } = options;
    if (counts.size === 0) throw new RangeError(`${TRAIN}: expected text, found none`);
    const limits = { minCount, vocabSize, specials: [EOS] };
    return new WordTokenizer(Vocabulary.fromCounts(counts, unknown ? { ...limits, unknown: "<unk>" } : limits));
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
   * The ids of a whole text: each line's words and `<eos>`, also after a last line that does not end in `"\n"`.
   *
   * @throws {RangeError} If the vocabulary lacks a word and has no `<unk>`.
   */
  encode(text: string): Int32Array {
    return this.#encode(text, text !== "" && !text.endsWith("\n"));
  }

  /**
   * The ids of a text whose last line is to go on: no `<eos>` but where the text has `"\n"`.
   *
   * @throws {RangeError} If the vocabulary lacks a word and has no `<unk>`.
   */
  encodePrompt(text: string): Int32Array {
    return this.#encode(text, false);
  }

  /** The place after the last white space. */
  boundary(beginning: string): number {
    return lastSpace(beginning) + 1;
  }

  /** The distinct words of a text that the vocabulary lacks, in the order in which they first occur. */
  unknownSymbols(text: string): string[] {
    const unknown = new Set<string>();
    scan(text, (start, end) => {
      const word = text.slice(start, end);
      if (this.vocabulary.id(word) === undefined) unknown.add(word);
    }, () => {});
    return [...unknown];
  }

  /**
   * The words with single spaces between them, and `"\n"` for `<eos>`. What the white space was that stood between the
   * words is not kept.
   *
   * @throws {RangeError} If an id is not an integer from 0 to `size - 1`.
   */
  decode(ids: Iterable<number>): string {
    return decodeAll(this.decoder(), ids);
  }

  /** A decoder that gives each word as it comes, with the space before it. */
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

  /** This tokenizer as a `tokenizer.json`: a WordLevel model behind a split at white space. */
  toJSON(): unknown {
    return tokenizerJSON(WORD_PIPELINE, wordLevelJSON(this.vocabulary));
  }

  #encode(text: string, close: boolean): Int32Array {
    const { vocabulary } = this;
    const ids = new Int32Array(text.length + 1);
    let length = 0;
    scan(text, (start, end) => {
      const word = text.slice(start, end);
      ids[length++] = vocabulary.id(word) ?? vocabulary.unknownId ?? this.#refuse(word, start);
    }, () => ids[length++] = this.#eos);
    if (close) ids[length++] = this.#eos;
    return ids.slice(0, length);
  }

  #refuse(word: string, index: number): never {
    throw new RangeError(
      `encode: word ${JSON.stringify(word)} at index ${index} is not among the ${this.size} known symbols`,
    );
  }
}

/**
 * What makes a word tokenizer out of Hugging Face's parts. The WordPiece decoder is there for the spaces that it puts
 * before the words: its prefix marks the words that get none, and no word begins with a space.
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

/** Calls `word` with the bounds of each word and `line` for each line's end. */
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
 * Whether a UTF-16 code unit has the property White_Space (all of it is in the basic plane). `\s` differs in U+0085 and
 * U+FEFF.
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

/** Counts the words and line ends of a text that comes in pieces. */
class WordCounter {
  readonly #counts = new Map<string, number>();
  /** A word that may go on in the next piece. */
  #rest = "";
  #last = "\n";

  add(piece: string): void {
    const cut = lastSpace(piece) + 1;
    if (cut > 0) this.#addAll(this.#rest + piece.slice(0, cut));
    this.#rest = cut > 0 ? piece.slice(cut) : this.#rest + piece;
    if (piece !== "") this.#last = piece.slice(-1);
  }

  /** How often each word and `<eos>` occurred, in the order in which they first did. The text ends here. */
  counts(): Map<string, number> {
    this.#addAll(this.#rest);
    if (this.#last !== "\n") this.#addOne(EOS);
    return this.#counts;
  }

  #addAll(text: string): void {
    scan(text, (start, end) => this.#addOne(text.slice(start, end)), () => this.#addOne(EOS));
  }

  #addOne(symbol: string): void {
    const count = this.#counts.get(symbol);
    this.#counts.set(count === undefined ? detached(symbol) : symbol, (count ?? 0) + 1);
  }
}
