import { InputRangeError } from "../../errors.ts";
import { brief, type JSONFields } from "../json_fields.ts";
import { checkOptions, FLAG, type Kinds, LIST, NUMBER, oneOf } from "../options.ts";
import { SeededRandom } from "../random.ts";
import { byteToken } from "./bpe.ts";
import { UNKNOWN } from "./lattice_edges.ts";
import type { Model, TokenSink } from "./model.ts";
import { modelToJSON, optionsFromJSON } from "./sentencepiece_json.ts";
import { SentencePieceLattice } from "./sentencepiece_lattice.ts";
import { SentencePieceMerger } from "./sentencepiece_merger.ts";
import { ALGORITHMS, type Segmenter, type SentencePieceOptions } from "./sentencepiece_pieces.ts";
import { CharacterSegmenter, WordSegmenter } from "./sentencepiece_symbols.ts";

const KINDS: Kinds<SentencePieceOptions> = {
  algorithm: oneOf(ALGORITHMS),
  pieces: LIST,
  byteFallback: FLAG,
  dropout: NUMBER,
  seed: NUMBER,
};

/** The names of the closest models of Hugging Face's library. */
const TYPES = { unigram: "Unigram", bpe: "BPE", word: "WordLevel", char: "BPE" } as const;

/**
 * A model of SentencePiece (Kudo and Richardson 2018, https://arxiv.org/abs/1808.06226) that gives its ids: unigram,
 * BPE, words or characters. Control, unknown and byte pieces never match in a text; user-defined pieces always do,
 * except in a word model. Consecutive unknown pieces become one unknown token, or their bytes.
 *
 * @example
 * ```ts
 * import { models } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const model = new models.SentencePiece({
 *   algorithm: "char",
 *   pieces: [
 *     { text: "<unk>", score: 0, type: "unknown" },
 *     { text: "a", score: 0, type: "normal" },
 *     { text: "<b>", score: 0, type: "user-defined" },
 *   ],
 * });
 * const ids: number[] = [];
 * model.tokenize("a<b>xya", { push: (id) => ids.push(id) });
 * assertEquals(ids, [1, 2, 0, 1]);
 * ```
 */
export class SentencePiece implements Model {
  /** The parameters. */
  readonly options: Readonly<SentencePieceOptions>;
  /** The pieces and their ids. */
  readonly vocabulary: ReadonlyMap<string, number>;
  /** The id of the unknown piece. */
  readonly unknownId: number;
  readonly #segmenter: Segmenter;
  /** The ids of the byte pieces; empty without byte fallback. */
  readonly #bytes: readonly number[];

  /**
   * Creates a model with these pieces.
   *
   * @throws {RangeError} If two pieces are equal, not exactly one is of type unknown, a byte piece is missing, or the
   * dropout is not from 0 to 1.
   */
  constructor(options: SentencePieceOptions) {
    const { pieces, byteFallback = false } = checkOptions("build a SentencePiece model", options, KINDS, [
      "algorithm",
      "pieces",
    ]);
    this.options = options;
    this.vocabulary = new Map(pieces.map(({ text }, id) => [text, id]));
    this.unknownId = pieces.findIndex(({ type }) => type === "unknown");
    this.#bytes = Array.from({ length: byteFallback ? 256 : 0 }, (_, byte) => this.vocabulary.get(byteToken(byte))!);
    this.#check();
    this.#segmenter = segmenterOf(options);
  }

  /** The name of the closest model of Hugging Face's library, such as `"Unigram"`. */
  get type(): Model["type"] {
    return TYPES[this.options.algorithm];
  }

  /** True without dropout. */
  get isDeterministic(): boolean {
    return (this.options.dropout ?? 0) === 0;
  }

  /** Reads the model from a `tokenizer.json`, where it is a model of another type with a field `sentencepiece`. */
  static fromJSON(fields: JSONFields): SentencePiece {
    return new SentencePiece(optionsFromJSON(fields));
  }

  /** Tokenizes a piece. An unpaired surrogate is treated as U+FFFD. */
  tokenize(piece: string, tokens: TokenSink): void {
    const text = piece.toWellFormed();
    const found = this.#segmenter.segment(text);
    let [start, unknownStart] = [0, -1];
    for (let i = 0; i < found.length; i += 2) {
      const [id, end] = [found[i], found[i + 1]];
      if (id === UNKNOWN && this.#bytes.length > 0) this.#pushBytes(text, start, end, tokens);
      else if (id === UNKNOWN && unknownStart < 0) unknownStart = start;
      else if (id !== UNKNOWN) {
        if (unknownStart >= 0) tokens.push(this.unknownId, unknownStart, start);
        unknownStart = -1;
        tokens.push(id, start, end);
      }
      start = end;
    }
    if (unknownStart >= 0) tokens.push(this.unknownId, unknownStart, start);
  }

  /**
   * Converts this part to its `tokenizer.json` form: the closest model of Hugging Face's library, with what that model
   * lacks in a field that the library ignores.
   */
  toJSON(): unknown {
    return modelToJSON(this.options);
  }

  #pushBytes(text: string, start: number, end: number, tokens: TokenSink): void {
    for (const byte of new TextEncoder().encode(text.slice(start, end))) tokens.push(this.#bytes[byte], start, end);
  }

  #check(): void {
    const { pieces, dropout = 0 } = this.options;
    const expected = (what: string, found: unknown): RangeError =>
      new InputRangeError(`build a SentencePiece model: expected ${what}, found ${found}`);
    const unknowns = pieces.filter(({ type }) => type === "unknown").length;
    if (unknowns !== 1) throw expected("one piece of type unknown", unknowns);
    const repeated = pieces.find(({ text }, id) => this.vocabulary.get(text) !== id);
    if (repeated !== undefined) throw expected("distinct pieces", `${brief(repeated.text)} twice`);
    const missing = this.#bytes.findIndex((id) => id === undefined);
    if (missing >= 0) throw expected("a piece for each of 256 bytes", `none for ${byteToken(missing)}`);
    if (!(dropout >= 0 && dropout <= 1)) throw expected("a dropout from 0 to 1", dropout);
  }
}

function segmenterOf({ algorithm, pieces, dropout = 0, seed = 0 }: SentencePieceOptions): Segmenter {
  if (algorithm === "unigram") return new SentencePieceLattice(pieces);
  if (algorithm === "word") return new WordSegmenter(pieces);
  if (algorithm === "char") return new CharacterSegmenter(pieces);
  return new SentencePieceMerger(pieces, dropout === 0 ? undefined : { dropout, random: new SeededRandom(seed) });
}
