import { InputRangeError, InputTypeError } from "../errors.ts";
import type { AddedToken } from "./added_tokens.ts";
import { bytesOf } from "./decoders/byte_level.ts";
import { ENCODE_KINDS, type EncodeOptions } from "./encode_options.ts";
import { Encoding } from "./encoding.ts";
import { IdList } from "./id_list.ts";
import type { Model } from "./models/model.ts";
import { Unigram } from "./models/unigram.ts";
import { PartsEncoder, type UnknownPart } from "./parts_encoder.ts";
import { fileFields, pipelineFromJSON, pipelineToJSON } from "./pipeline_json.ts";
import {
  DECODE_KINDS,
  type DecodeOptions,
  ENCODING_KINDS,
  type EncodingOptions,
  PART_KINDS,
  type PipelineParts,
  type TextInput,
  TRAIN_KINDS,
  type TrainOptions,
} from "./pipeline_parts.ts";
import { decodeAll, type StreamDecoder } from "./stream_decoder.ts";
import { SPACED } from "./spaced.ts";
import { countPieces } from "./trainers/count_pieces.ts";
import { tokensById } from "./tokens_by_id.ts";
import type { Tokenizer } from "./tokenizer.ts";
import { checkKind, checkOptions, TEXT_STREAM, TEXTS } from "./options.ts";

const TRAIN = "train a tokenizer";

/**
 * A tokenizer assembled from the same parts as in Hugging Face's library. It normalizes the text, splits it into
 * pieces, turns each piece into tokens with the model, and adds special tokens.
 *
 * @example Split words into known subwords
 * ```ts
 * import { decoders, models, PipelineTokenizer, preTokenizers } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const vocabulary = new Map([["[UNK]", 0], ["un", 1], ["##seen", 2], ["it", 3]]);
 * const tokenizer = new PipelineTokenizer({
 *   preTokenizer: new preTokenizers.Whitespace(),
 *   model: new models.WordPiece({ vocabulary, unknownToken: "[UNK]" }),
 *   decoder: new decoders.WordPiece(),
 * });
 * assertEquals([...tokenizer.encode("unseen it")], [1, 2, 3]);
 * assertEquals(tokenizer.encoding("unseen it").offsets, [[0, 2], [2, 6], [7, 9]]);
 * assertEquals(tokenizer.decode([1, 2, 3]), "unseen it");
 * ```
 */
export class PipelineTokenizer implements Tokenizer {
  /** The model's type: `"bpe"`, `"wordpiece"`, `"unigram"` or `"wordlevel"`. */
  readonly kind: string;
  /** The parts of the tokenizer. */
  readonly parts: PipelineParts;
  /** The tokens by id, both the model's and the added ones; `undefined` for an id that no token has. */
  readonly tokens: readonly (string | undefined)[];
  readonly #special: ReadonlySet<number>;
  readonly #encoder: PartsEncoder;
  #unusedIds: readonly number[] | undefined;

  /**
   * Creates a tokenizer from parts.
   *
   * @throws {RangeError} If two of the model's and the added tokens share an id, a token has two, or the post-processor
   * or the padding adds an id that is larger than all of these.
   */
  constructor(parts: PipelineParts) {
    const { model, addedTokens = [], postProcessor, padding } = checkOptions("build a tokenizer", parts, PART_KINDS, [
      "model",
    ]);
    this.parts = parts;
    this.kind = model.type.toLowerCase();
    this.#encoder = new PartsEncoder(parts);
    const tokens = tokensById(model.vocabulary, addedTokens);
    // Of equal pieces, only the last is in the vocabulary, but all decode.
    if (model instanceof Unigram) model.pieces.forEach(([token], id) => tokens[id] ??= token);
    this.tokens = tokens;
    for (const id of postProcessor?.ids ?? []) this.#checkId("a special token of the post-processor", id);
    if (padding !== undefined) this.#checkId("the padding token", padding.id);
    this.#special = new Set(addedTokens.filter((token) => token.special === true).map((token) => token.id));
  }

  /**
   * Builds a tokenizer from a `tokenizer.json`.
   *
   * @param json The parsed file (the result of `JSON.parse`).
   * @throws {SyntaxError} If a field is missing or of the wrong type.
   * @throws {RangeError} If a part's type is not supported, or two tokens share an id.
   */
  static fromJSON(json: unknown): PipelineTokenizer {
    return new PipelineTokenizer(pipelineFromJSON(fileFields(json)));
  }

  /**
   * Trains a tokenizer on texts. Deterministic: the same texts give the same tokenizer.
   *
   * @param texts The corpus, text by text; no token spans two texts.
   * @throws {RangeError} If there is no text, or the vocabulary is too small.
   *
   * @example Train byte-level BPE
   * ```ts
   * import { decoders, PipelineTokenizer, preTokenizers, trainers } from "@elman/elman/tokenizers";
   * import { assertEquals } from "@std/assert";
   *
   * const tokenizer = await PipelineTokenizer.train(["hug hugs", "pug hugs bun"], {
   *   preTokenizer: new preTokenizers.Whitespace(),
   *   trainer: new trainers.BPE({ vocabSize: 10 }),
   *   decoder: new decoders.Fuse(),
   * });
   * assertEquals(tokenizer.encoding("hugs pug").tokens, ["hugs", "p", "ug"]);
   * ```
   */
  static async train(
    texts: Iterable<string> | AsyncIterable<string>,
    options: TrainOptions,
  ): Promise<PipelineTokenizer> {
    checkKind(TRAIN, "the corpus", texts, TEXT_STREAM);
    const { trainer, plainTokens = [], maxDistinct, onProgress, ...parts } = checkOptions(
      TRAIN,
      options,
      TRAIN_KINDS,
      ["trainer"],
    );
    const counts = await countPieces(texts, {
      normalizer: parts.normalizer,
      preTokenizer: parts.preTokenizer,
      maxDistinct,
      onProgress,
    });
    const model = trainer.train(counts, onProgress);
    return new PipelineTokenizer({
      ...parts,
      model,
      addedTokens: addTokens(model, trainer.specialTokens, plainTokens),
    });
  }

  /** V, the largest id plus 1: the number of rows that an embedding of these ids needs. */
  get size(): number {
    return this.tokens.length;
  }

  /** The ids below {@linkcode size} that no token has; they decode to nothing. */
  get unusedIds(): readonly number[] {
    return this.#unusedIds ??= Array.from(this.tokens.keys()).filter((id) => this.tokens[id] === undefined);
  }

  /** The id of the model's unknown token, if there is one. */
  get unknownId(): number | undefined {
    return this.parts.model.unknownId;
  }

  /** Returns a copy of this tokenizer with some parts replaced. */
  with(parts: Partial<PipelineParts>): PipelineTokenizer {
    return new PipelineTokenizer({ ...this.parts, ...parts });
  }

  /** The id of a token, or `undefined` if there is no such token. */
  id(token: string): number | undefined {
    return this.parts.addedTokens?.find(({ content }) => content === token)?.id ??
      this.parts.model.vocabulary.get(token);
  }

  /**
   * Encodes a whole text and adds the special tokens around it. Does not truncate or pad; see {@linkcode encoding}.
   *
   * @throws {RangeError} If the text contains something outside the vocabulary and there is no unknown token.
   */
  encode(text: string, options?: EncodeOptions): Int32Array {
    const { before = [], after = [] } = this.parts.postProcessor?.around ?? {};
    return this.#encode(text, before, after, options);
  }

  /**
   * Encodes a text to be continued: like {@linkcode encode}, without the special tokens at the end.
   *
   * @throws {RangeError} As {@linkcode encode}.
   */
  encodePrompt(text: string, options?: EncodeOptions): Int32Array {
    return this.#encode(text, this.parts.postProcessor?.around.before ?? [], [], options);
  }

  /**
   * Encodes a text or a pair of texts, with offsets, masks and type ids, truncated and padded as this tokenizer's parts
   * specify.
   *
   * @throws {RangeError} As {@linkcode encode}, or if truncation leaves no room for the special tokens.
   */
  encoding(input: TextInput, options?: EncodingOptions): Encoding {
    return this.encodings([input], options)[0];
  }

  /**
   * Encodes a batch of texts or pairs and pads them together.
   *
   * @throws {RangeError} As {@linkcode encoding}.
   */
  encodings(inputs: Iterable<TextInput>, options?: EncodingOptions): Encoding[] {
    if (options !== undefined) checkOptions("encode", options, ENCODING_KINDS);
    checkKind("encode", "the inputs", inputs, TEXTS);
    const { addSpecialTokens = true, allowedSpecial } = options ?? {};
    const encoder = this.#encoder.allowing(allowedSpecial);
    const encodings = Array.from(inputs, (input) => this.#encoding(input, encoder, addSpecialTokens));
    return this.parts.padding?.pad(encodings) ?? encodings;
  }

  /**
   * Encodes bytes, which need not be UTF-8. Each stretch of valid UTF-8 is encoded as text, and each run of other bytes
   * as one piece. No space is put in front, and special tokens are not matched.
   *
   * @throws {TypeError} If this is not a byte-level tokenizer.
   */
  encodeBytes(bytes: Uint8Array): Int32Array {
    if (this.#encoder.bytes === undefined) {
      throw new InputTypeError("encode bytes: expected a byte-level tokenizer, found another");
    }
    return this.#encoder.bytes.encodeBytes(bytes).slice();
  }

  /**
   * Decodes the ids of a byte-level tokenizer to bytes.
   *
   * @throws {TypeError} If this is not a byte-level tokenizer.
   * @throws {RangeError} If an id is not an integer from 0 to `size - 1`.
   */
  decodeBytes(ids: Iterable<number>): Uint8Array {
    if (this.#encoder.bytes === undefined) {
      throw new InputTypeError("decode bytes: expected a byte-level tokenizer, found another");
    }
    const parts = Array.from(ids, (id) => bytesOf(this.#token(id) ?? ""));
    const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
    let at = 0;
    for (const part of parts) {
      bytes.set(part, at);
      at += part.length;
    }
    return bytes;
  }

  /**
   * The index of the last space (U+0020) after a letter, digit or symbol, if the tokenizer's parts always split there.
   * 0 if they do not, or if special tokens are added.
   */
  boundary(beginning: string): number {
    if (!this.#cutsBeforeSpaces) return 0;
    for (let at = beginning.length - 1; at > 0; at--) {
      if (beginning[at] === " " && PRESERVED.test(beginning[at - 1])) return at;
    }
    return 0;
  }

  /** The distinct parts of the text for which the model has no token, in order of first occurrence. */
  unknownSymbols(text: string): string[] {
    return [...new Set(this.unknownParts(text).map(({ symbol }) => symbol))];
  }

  /** @ignore For what rewrites texts: each part behind {@linkcode unknownSymbols}, and its place in the text. */
  unknownParts(text: string): UnknownPart[] {
    return this.#encoder.unknownParts(text);
  }

  /**
   * Decodes ids to text.
   *
   * @throws {RangeError} If an id is not an integer from 0 to `size - 1`.
   */
  decode(ids: Iterable<number>, options?: DecodeOptions): string {
    return decodeAll(this.decoder(options), ids);
  }

  /** Creates a streaming decoder, which never splits a character. */
  decoder(options?: DecodeOptions): StreamDecoder {
    if (options !== undefined) checkOptions("decode", options, DECODE_KINDS);
    const skipSpecialTokens = options?.skipSpecialTokens ?? false;
    const stream = (this.parts.decoder ?? SPACED).stream();
    let text = "";
    const take = (fragment: string): void => {
      text += fragment;
    };
    const taken = (): string => {
      const result = text;
      text = "";
      return result;
    };
    return {
      push: (id) => {
        const token = this.#token(id);
        const isSkipped = token === undefined || (skipSpecialTokens && this.#special.has(id));
        if (!isSkipped) stream.push(token, true, take);
        return taken();
      },
      flush: () => {
        stream.flush(take);
        return taken();
      },
    };
  }

  /** Converts the tokenizer to a `tokenizer.json`. */
  toJSON(): unknown {
    return pipelineToJSON(this.parts);
  }

  /** The token of an id; `undefined` if no token has it. */
  #token(id: number): string | undefined {
    if (Number.isInteger(id) && id >= 0 && id < this.size) return this.tokens[id];
    throw new InputRangeError(`decode an id: expected 0 to ${this.size - 1}, found ${id}`);
  }

  #checkId(what: string, id: number): void {
    if (id < this.size) return;
    throw new InputRangeError(`build a tokenizer: the id of ${what}: expected 0 to ${this.size - 1}, found ${id}`);
  }

  get #cutsBeforeSpaces(): boolean {
    const { normalizer, preTokenizer, postProcessor } = this.parts;
    const around = postProcessor?.around;
    return (around === undefined || around.before.length + around.after.length === 0) &&
      (normalizer?.isLocal ?? true) && preTokenizer?.cutsBeforeSpaces === true && this.#encoder.cutsBeforeSpaces;
  }

  #encode(
    text: string,
    before: readonly number[],
    after: readonly number[],
    options?: EncodeOptions,
  ): Int32Array {
    if (options !== undefined) checkOptions("encode", options, ENCODE_KINDS);
    const list = new IdList();
    list.append(before);
    this.#encoder.allowing(options?.allowedSpecial).append(text, list);
    list.append(after);
    return list.ids();
  }

  #encoding(input: TextInput, encoder: PartsEncoder, addSpecialTokens: boolean): Encoding {
    const texts = typeof input === "string" ? [input] : input;
    const { postProcessor, truncation } = this.parts;
    const plain = texts.map((text, sequence) => encoder.encoding(text, sequence, this.tokens));
    const room = addSpecialTokens ? postProcessor?.addedTokens(texts.length > 1) ?? 0 : 0;
    const cut = truncation?.truncate(plain, room) ?? plain;
    return Encoding.merge(postProcessor?.process(cut, addSpecialTokens) ?? cut);
  }
}

/**
 * Characters that a local normalizer neither removes nor turns into spaces, so a character before a cut is still there
 * after normalization.
 */
const PRESERVED = /[\p{L}\p{N}\p{P}\p{S}]/u;

/** Adds the model's special tokens, which its vocabulary contains, and the plain tokens, which it may lack. */
function addTokens(model: Model, special: readonly string[], plain: readonly string[]): AddedToken[] {
  let size = model.vocabulary.size;
  const add = (content: string, special: boolean): AddedToken => {
    return { content, id: model.vocabulary.get(content) ?? size++, special };
  };
  const others = [...new Set(plain)].filter((content) => !special.includes(content));
  return [...special.map((content) => add(content, true)), ...others.map((content) => add(content, false))];
}
