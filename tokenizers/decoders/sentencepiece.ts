import { AlignedText } from "../aligned_text.ts";
import type { JSONFields } from "../json_fields.ts";
import { checkOptions, FLAG, instanceOf, type Kinds, LIST, TEXT } from "../options.ts";
import { SentencePiece as SentencePieceNormalizer } from "../normalizers/sentencepiece.ts";
import { escapeRegex } from "../regex/escape.ts";
import { utf8CharacterEnd } from "../utf8.ts";
import type { Decoder, FragmentSink, TokenStream } from "./decoder.ts";
import { wholeTokens } from "./whole_tokens.ts";

/** Options of {@linkcode SentencePiece}. */
export interface SentencePieceOptions {
  /** The unknown piece. */
  readonly unknownPiece: string;
  /** The text of the unknown piece. */
  readonly unknownSurface: string;
  /** Pieces that become nothing, such as `</s>`. Default: none. */
  readonly controls?: readonly string[];
  /** Whether pieces such as `<0xE2>` are bytes. Default: false. */
  readonly byteFallback?: boolean;
  /** Whether to remove the mark that the normalizer added to the text. Default: true. */
  readonly addDummyPrefix?: boolean;
  /** Whether to remove the mark before each piece until there is text. Default: true. */
  readonly removeExtraWhitespaces?: boolean;
  /** Rewrites the decoded text. Default: none. */
  readonly denormalizer?: SentencePieceNormalizer;
}

const KINDS: Kinds<SentencePieceOptions> = {
  unknownPiece: TEXT,
  unknownSurface: TEXT,
  controls: LIST,
  byteFallback: FLAG,
  addDummyPrefix: FLAG,
  removeExtraWhitespaces: FLAG,
  denormalizer: instanceOf(SentencePieceNormalizer),
};

/** The character that stands for a space. */
const MARK = "\u2581";

/** A byte's piece; with small letters, it is the piece of that text. */
const BYTE = /^<0x([0-9A-F]{2})>$/;

/** The longest character in bytes of UTF-8. */
const MAX_BYTES = 4;

/**
 * Decodes the pieces of a SentencePiece model (Kudo and Richardson 2018, https://arxiv.org/abs/1808.06226). A byte that
 * is not part of a character in UTF-8 becomes U+FFFD.
 *
 * @example
 * ```ts
 * import { decoders } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const decoder = new decoders.SentencePiece({ unknownPiece: "<unk>", unknownSurface: "?", controls: ["</s>"] });
 * assertEquals(decoders.decodeTokens(decoder, ["▁to", "▁b", "e", "<unk>", "</s>"]), ["to be?"]);
 * ```
 */
export class SentencePiece implements Decoder {
  /** The settings. */
  readonly options: Readonly<SentencePieceOptions>;
  readonly #controls: ReadonlySet<string>;

  /** Creates a decoder with these settings. */
  constructor(options: SentencePieceOptions) {
    const required = ["unknownPiece", "unknownSurface"] as const;
    this.options = { ...checkOptions("decode as SentencePiece does", options, KINDS, required) };
    this.#controls = new Set(options.controls);
  }

  /** Reads the decoder from a `tokenizer.json`, where it is a Sequence with a field `sentencepiece`. */
  static fromJSON(fields: JSONFields): SentencePiece {
    const settings = fields.object("sentencepiece");
    fields.raw("decoders");
    return new SentencePiece({
      unknownPiece: settings.string("unk_piece"),
      unknownSurface: settings.string("unk_surface"),
      controls: settings.strings("control_symbols"),
      byteFallback: settings.boolean("byte_fallback"),
      addDummyPrefix: settings.boolean("add_dummy_prefix"),
      removeExtraWhitespaces: settings.boolean("remove_extra_whitespaces"),
      ...settings.isAbsent("denormalizer")
        ? {}
        : { denormalizer: SentencePieceNormalizer.fromJSON(settings.object("denormalizer")) },
    });
  }

  /** Creates a stream that holds back bytes that may continue; with a denormalizer, the whole text. */
  stream(): TokenStream {
    const { denormalizer } = this.options;
    if (denormalizer === undefined) return this.#pieces();
    const pieces = this.#pieces();
    let text = "";
    const take: FragmentSink = (fragment) => {
      text += fragment;
    };
    return {
      push: (fragment, ends) => pieces.push(fragment, ends, take),
      flush: (next) => {
        pieces.flush(take);
        next(denormalizer.normalize(AlignedText.of(text)).text, true);
        text = "";
      },
    };
  }

  /**
   * Converts this part to its `tokenizer.json` form: a Sequence that comes close in Hugging Face's library, with the
   * exact settings in a field that the library ignores.
   */
  toJSON(): unknown {
    const { options } = this;
    return {
      type: "Sequence",
      decoders: approximation(options),
      sentencepiece: {
        unk_piece: options.unknownPiece,
        unk_surface: options.unknownSurface,
        control_symbols: options.controls ?? [],
        byte_fallback: options.byteFallback ?? false,
        add_dummy_prefix: options.addDummyPrefix ?? true,
        remove_extra_whitespaces: options.removeExtraWhitespaces ?? true,
        denormalizer: options.denormalizer?.toJSON() ?? null,
      },
    };
  }

  #pieces(): TokenStream {
    const { byteFallback = false, addDummyPrefix = true, removeExtraWhitespaces = true } = this.options;
    let bytes: number[] = [];
    let [isEmpty, isAtStart, isMarkSeen] = [true, true, false];
    const emit = (text: string, next: FragmentSink): void => {
      if (text === "") return;
      isEmpty = false;
      next(text, false);
    };
    const release = (kept: number, next: FragmentSink): void => {
      while (bytes.length > kept) {
        const length = utf8CharacterEnd(Uint8Array.from(bytes), 0);
        emit(length === 0 ? "\ufffd" : UTF8.decode(Uint8Array.from(bytes.slice(0, length))), next);
        bytes = bytes.slice(Math.max(length, 1));
      }
    };
    return wholeTokens({
      token: (token, next) => {
        const byte = byteFallback ? BYTE.exec(token) : null;
        if (byte !== null) {
          bytes.push(parseInt(byte[1], 16));
          return release(MAX_BYTES - 1, next);
        }
        release(0, next);
        if (isMarkSeen || !isEmpty) isAtStart = false;
        const strips = isAtStart && (addDummyPrefix || removeExtraWhitespaces) && this.#isOrdinary(token);
        const isMarked = strips && token.startsWith(MARK);
        isMarkSeen = isMarked && !removeExtraWhitespaces;
        emit(this.#surface(isMarked ? token.slice(1) : token), next);
      },
      end: (next) => {
        release(0, next);
        [isEmpty, isAtStart, isMarkSeen] = [true, true, false];
        next("", true);
      },
    });
  }

  #isOrdinary(piece: string): boolean {
    return piece !== this.options.unknownPiece && !this.#controls.has(piece);
  }

  #surface(piece: string): string {
    if (piece === this.options.unknownPiece) return this.options.unknownSurface;
    return this.#controls.has(piece) ? "" : piece.replaceAll(MARK, " ");
  }
}

const UTF8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** Zero-width assertions, written in syntax common to all regular expression dialects. */
const BEGINNING = "(?<![\\s\\S])";
const END = "(?![\\s\\S])";

/** Decoders of Hugging Face's library that come close. */
function approximation(options: SentencePieceOptions): unknown[] {
  const { unknownPiece, unknownSurface, controls = [], byteFallback = false } = options;
  const replace = (pattern: unknown, content: string): unknown => ({ type: "Replace", pattern, content });
  const decoders: unknown[] = [];
  if (controls.length > 0) {
    decoders.push(replace({ Regex: `${BEGINNING}(?:${controls.map(escapeRegex).join("|")})${END}` }, ""));
  }
  decoders.push(replace({ Regex: `${BEGINNING}${escapeRegex(unknownPiece)}${END}` }, unknownSurface));
  if (byteFallback) decoders.push({ type: "ByteFallback" });
  decoders.push({ type: "Fuse" });
  // Remove the mark before it becomes a space: the unknown piece's surface can start with a space.
  if ((options.addDummyPrefix ?? true) || (options.removeExtraWhitespaces ?? true)) {
    decoders.push({ type: "Strip", content: MARK, start: 1, stop: 0 });
  }
  decoders.push(replace({ String: MARK }, " "));
  return decoders;
}
