import { InputRangeError } from "../errors.ts";
import { AlignedText } from "./aligned_text.ts";
import { byteSymbols } from "./byte_symbols.ts";
import { grownInts } from "./grown.ts";
import { ByteLevel } from "./pre_tokenizers/byte_level.ts";
import { gpt2PieceEnd } from "./pre_tokenizers/gpt2_scanner.ts";
import { Sequence } from "./pre_tokenizers/sequence.ts";
import type { PreTokenizer } from "./pre_tokenizers/pre_tokenizer.ts";
import { Split } from "./pre_tokenizers/split.ts";
import type { Pattern } from "./regex/mod.ts";
import { utf8CharacterEnd } from "./utf8.ts";
import { BPE, mergeTableOf } from "./models/bpe.ts";
import { Merger } from "./models/merger.ts";
import type { Model } from "./models/model.ts";
import { PieceCache } from "./models/piece_cache.ts";

/** Receives a piece: the part of a text from one code unit up to another. */
export type PieceSink = (text: string, from: number, end: number) => void;

/** Settings for splitting a text into pieces. */
export interface ByteLevelCuts {
  /** Reports the pieces of a text in order. */
  readonly cut: (text: string, found: PieceSink) => void;
  /** Whether to add a space before a text that does not start with one. Default: false. */
  readonly addPrefixSpace?: boolean;
}

const SYMBOLS = byteSymbols();

/**
 * Encodes strings with byte-level BPE directly, without slicing pieces out of the text or writing bytes as symbols. The
 * ids equal those of the ByteLevel pre-tokenizer followed by the model.
 */
export class ByteLevelEncoder {
  readonly #model: BPE;
  readonly #merger: Merger;
  readonly #cut: ByteLevelCuts["cut"];
  readonly #take: PieceSink = (text, from, end) => this.#appendPiece(text, from, end);
  readonly #addPrefixSpace: boolean;
  /** The id of each byte value. */
  readonly #byteIds: Int32Array;
  #cache: PieceCache | undefined;
  #tokenBytes: Map<number, Uint8Array> | undefined;
  #ids = new Int32Array(1024);
  #length = 0;

  /**
   * Creates an encoder for a model.
   *
   * @throws {RangeError} If the model has a prefix, a suffix or dropout, or its vocabulary lacks the symbol of a byte.
   */
  constructor(model: BPE, { cut, addPrefixSpace = false }: ByteLevelCuts) {
    const obstacle = obstacleIn(model);
    if (obstacle !== undefined) {
      throw new InputRangeError(`encode bytes: expected plain byte-level BPE, found ${obstacle}`);
    }
    this.#model = model;
    this.#merger = new Merger(mergeTableOf(model));
    this.#byteIds = Int32Array.from(SYMBOLS, (symbol) => model.vocabulary.get(symbol)!);
    this.#cut = cut;
    this.#addPrefixSpace = addPrefixSpace;
  }

  /**
   * Creates an encoder for a pre-tokenizer and a model, or returns `undefined` if they are not plain byte-level BPE.
   */
  static of(model: Model, preTokenizer: PreTokenizer | undefined): ByteLevelEncoder | undefined {
    if (!(model instanceof BPE) || preTokenizer === undefined || obstacleIn(model) !== undefined) return undefined;
    const cuts = cutsOf(preTokenizer);
    return cuts && new ByteLevelEncoder(model, cuts);
  }

  /** Encodes a text. The returned array is valid until the next call. An unpaired surrogate becomes U+FFFD. */
  encode(text: string): Int32Array {
    this.#length = 0;
    this.#appendText(this.#addPrefixSpace && text !== "" && !text.startsWith(" ") ? ` ${text}` : text);
    return this.#ids.subarray(0, this.#length);
  }

  /**
   * Encodes bytes, without a prefix space. The returned array is valid until the next call. Valid UTF-8 is encoded as
   * text; each run of other bytes forms one piece.
   */
  encodeBytes(bytes: Uint8Array): Int32Array {
    this.#length = 0;
    for (let from = 0, end = 0; from < bytes.length; from = end) {
      const textEnd = stretchEnd(bytes, from, true);
      if (textEnd > from) this.#appendText(UTF8.decode(bytes.subarray(from, textEnd)));
      end = stretchEnd(bytes, textEnd, false);
      this.#merger.clear();
      for (let at = textEnd; at < end; at++) this.#merger.add(this.#byteIds[bytes[at]]);
      this.#appendMerged();
    }
    return this.#ids.subarray(0, this.#length);
  }

  /**
   * Decodes ids to bytes. A token with characters other than byte symbols yields its own UTF-8.
   *
   * @throws {RangeError} If an id belongs to no token.
   */
  decodeBytes(ids: Iterable<number>): Uint8Array {
    const known = this.#tokenBytes ??= new Map(
      Array.from(this.#model.vocabulary, ([token, id]) => [id, bytesOf(token)]),
    );
    const parts: Uint8Array[] = [];
    let length = 0;
    for (const id of ids) {
      const part = known.get(id);
      if (part === undefined) throw new InputRangeError(`decode an id: expected the id of a token, found ${id}`);
      parts.push(part);
      length += part.length;
    }
    const bytes = new Uint8Array(length);
    let at = 0;
    for (const part of parts) {
      bytes.set(part, at);
      at += part.length;
    }
    return bytes;
  }

  #appendText(text: string): void {
    this.#cut(text, this.#take);
  }

  #appendPiece(text: string, from: number, end: number): void {
    const cache = this.#cache ??= new PieceCache();
    const entry = cache.find(text, from, end);
    if (entry >= 0) {
      const count = cache.count(entry);
      this.#reserve(count);
      cache.copy(entry, this.#ids, this.#length);
      this.#length += count;
      return;
    }
    const start = this.#length;
    const whole = this.#model.options.ignoreMerges ? this.#idOfWhole(text.slice(from, end)) : undefined;
    this.#merger.clear();
    if (whole === undefined) this.#addBytes(text, from, end);
    else this.#merger.add(whole);
    this.#appendMerged();
    cache.add(text, from, end, this.#ids.subarray(start, this.#length));
  }

  #appendMerged(): void {
    const merger = this.#merger;
    const count = merger.merge();
    this.#reserve(count);
    for (let i = 0; i < count; i++) this.#ids[this.#length++] = merger.id(i);
  }

  /** The id of the token that equals the whole piece, if any. */
  #idOfWhole(piece: string): number | undefined {
    return this.#model.vocabulary.get(Array.from(new TextEncoder().encode(piece), (byte) => SYMBOLS[byte]).join(""));
  }

  /** Adds the UTF-8 bytes of a part of a text to the merger. */
  #addBytes(text: string, from: number, end: number): void {
    const [merger, ids] = [this.#merger, this.#byteIds];
    const addContinuation = (bits: number): void => merger.add(ids[0x80 | bits & 0x3f]);
    for (let at = from; at < end; at++) {
      let code = text.charCodeAt(at);
      if (code < 0x80) {
        merger.add(ids[code]);
        continue;
      }
      if (code >= 0xd800 && code < 0xe000) {
        code = text.codePointAt(at)!;
        if (code > 0xffff) at++;
        else code = 0xfffd;
      }
      if (code < 0x800) merger.add(ids[0xc0 | code >> 6]);
      else if (code < 0x10000) merger.add(ids[0xe0 | code >> 12]);
      else {
        merger.add(ids[0xf0 | code >> 18]);
        addContinuation(code >> 12);
      }
      if (code >= 0x800) addContinuation(code >> 6);
      addContinuation(code);
    }
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#ids.length) return;
    this.#ids = grownInts(this.#ids, Math.max(2 * this.#ids.length, this.#length + more));
  }
}

const UTF8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** Why a model is not plain byte-level BPE, or `undefined` if it is. */
function obstacleIn({ isDeterministic, options, vocabulary }: BPE): string | undefined {
  if (!isDeterministic) return "dropout";
  if ((options.continuingSubwordPrefix ?? "") !== "") return "a continuing-subword prefix";
  if ((options.endOfWordSuffix ?? "") !== "") return "an end-of-word suffix";
  const missing = SYMBOLS.findIndex((symbol) => !vocabulary.has(symbol));
  return missing < 0 ? undefined : `no token for the byte ${missing}`;
}

/** Returns the split settings of a pre-tokenizer whose last step writes bytes as symbols. */
function cutsOf(preTokenizer: PreTokenizer): ByteLevelCuts | undefined {
  if (preTokenizer instanceof ByteLevel) {
    const { useRegex, addPrefixSpace } = preTokenizer;
    return { cut: useRegex ? cutAsGPT2 : (text, found) => found(text, 0, text.length), addPrefixSpace };
  }
  if (!(preTokenizer instanceof Sequence) || preTokenizer.members.length === 0) return undefined;
  const last = cutsOf(preTokenizer.members[preTokenizer.members.length - 1]);
  if (last === undefined || last.addPrefixSpace) return undefined;
  const pattern = isolatedPattern(preTokenizer);
  if (pattern !== undefined) return { cut: (text, found) => cutAtMatches(pattern, text, found) };
  const before = new Sequence(preTokenizer.members.slice(0, -1));
  return {
    cut: (text, found) => {
      for (const piece of before.split(AlignedText.of(text))) last.cut(piece.text, found);
    },
  };
}

/** The pattern of a sequence of a Split that isolates its matches and a ByteLevel that does not split. */
function isolatedPattern({ members: [first, second, ...others] }: Sequence): Pattern | undefined {
  const isPlain = second instanceof ByteLevel && !second.useRegex && others.length === 0;
  return isPlain && first instanceof Split && first.behavior === "Isolated" ? first.pattern : undefined;
}

/** Reports the matches of a pattern and the parts between them. */
function cutAtMatches(pattern: Pattern, text: string, found: PieceSink): void {
  let done = 0;
  pattern.forEachMatch(text, (from, end) => {
    if (from > done) found(text, done, from);
    if (end > from) found(text, from, end);
    done = end;
  });
  if (done < text.length) found(text, done, text.length);
}

function cutAsGPT2(text: string, found: PieceSink): void {
  for (let from = 0; from < text.length;) {
    const end = gpt2PieceEnd(text, from);
    found(text, from, end);
    from = end;
  }
}

/** The end of a run of bytes that is either all valid UTF-8 or all invalid. */
function stretchEnd(bytes: Uint8Array, from: number, isText: boolean): number {
  let at = from;
  while (at < bytes.length) {
    const end = utf8CharacterEnd(bytes, at);
    if (end > at !== isText) break;
    at = Math.max(end, at + 1);
  }
  return at;
}

const BYTES = new Map(SYMBOLS.map((symbol, byte) => [symbol, byte]));

/** The bytes of a token. */
function bytesOf(token: string): Uint8Array {
  const bytes = Array.from(token, (symbol) => BYTES.get(symbol) ?? -1);
  return bytes.includes(-1) ? new TextEncoder().encode(token) : Uint8Array.from(bytes);
}
