import type { AlignedText } from "../aligned_text.ts";
import { byteSymbols, byteSymbolsOf } from "../byte_symbols.ts";
import type { JSONFields } from "../json_fields.ts";
import { gpt2PieceEnd } from "./gpt2_scanner.ts";
import { prepend } from "./prepend.ts";
import type { PreTokenizer } from "./pre_tokenizer.ts";
import { splitText } from "./split_text.ts";
import { checkOptions, FLAG, type Kinds } from "../options.ts";

/** Options of {@linkcode ByteLevel}. */
export interface ByteLevelOptions {
  /** Whether to add a space before a text that does not start with one. Default: true. */
  readonly addPrefixSpace?: boolean;
  /** Saved in the file but without effect; the post-processor now does this. Default: true. */
  readonly trimOffsets?: boolean;
  /** Whether to split the text with GPT-2's pattern. Default: true. */
  readonly useRegex?: boolean;
}

const KINDS: Kinds<ByteLevelOptions> = { addPrefixSpace: FLAG, trimOffsets: FLAG, useRegex: FLAG };

/**
 * Splits a text like GPT-2 and writes each byte of its UTF-8 as a visible character (Radford et al., 2019). All byte
 * symbols of a character map to the whole character; an unpaired surrogate becomes U+FFFD.
 *
 * @example Split into words with their spaces, as bytes
 * ```ts
 * import { AlignedText, preTokenizers } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const pieces = new preTokenizers.ByteLevel({ addPrefixSpace: false }).split(AlignedText.of("It's a café"));
 * assertEquals(pieces.map((piece) => piece.text), ["It", "'s", "Ġa", "ĠcafÃ©"]);
 * assertEquals([pieces[3].start(5), pieces[3].end(5)], [10, 11]);
 * ```
 */
export class ByteLevel implements PreTokenizer {
  /** Whether to add a space before a text that does not start with one. */
  readonly addPrefixSpace: boolean;
  /** Saved in the file but without effect. */
  readonly trimOffsets: boolean;
  /** Whether to split the text with GPT-2's pattern. */
  readonly useRegex: boolean;

  /** The symbols of the bytes 0 to 255. */
  static readonly alphabet: readonly string[] = byteSymbols();

  /** Creates a pre-tokenizer with these settings. */
  constructor(options: ByteLevelOptions = {}) {
    const { addPrefixSpace = true, trimOffsets = true, useRegex = true } = checkOptions(
      "make a byte-level pre-tokenizer",
      options,
      KINDS,
    );
    this.addPrefixSpace = addPrefixSpace;
    this.trimOffsets = trimOffsets;
    this.useRegex = useRegex;
  }

  /**
   * True if the text is split with GPT-2's pattern: the part after the cut then starts with its own space and gets no
   * other.
   */
  get cutsBeforeSpaces(): boolean {
    return this.useRegex;
  }

  /** Reads the pre-tokenizer from a `tokenizer.json`. */
  static fromJSON(fields: JSONFields): ByteLevel {
    return new ByteLevel({
      addPrefixSpace: fields.boolean("add_prefix_space"),
      trimOffsets: fields.boolean("trim_offsets"),
      useRegex: fields.boolean("use_regex", true),
    });
  }

  /** Splits a text into pieces of byte symbols. */
  split(text: AlignedText): AlignedText[] {
    if (text.length === 0) return [];
    const prefixed = this.addPrefixSpace && !text.text.startsWith(" ") ? prepend(" ", text) : text;
    const pieces = this.useRegex ? splitText(prefixed, { forEachMatch: forEachGPT2Piece }, "Isolated") : [prefixed];
    return pieces.map(inByteSymbols);
  }

  /** Converts this part to its `tokenizer.json` form. */
  toJSON(): unknown {
    return {
      type: "ByteLevel",
      add_prefix_space: this.addPrefixSpace,
      trim_offsets: this.trimOffsets,
      use_regex: this.useRegex,
    };
  }
}

function forEachGPT2Piece(text: string, found: (start: number, end: number) => void): void {
  for (let at = 0; at < text.length;) {
    const end = gpt2PieceEnd(text, at);
    found(at, end);
    at = end;
  }
}

const ASCII = /^\p{ASCII}*$/u;
const NOT_VISIBLE_ASCII = /[^!-~]/g;

function inByteSymbols(piece: AlignedText): AlignedText {
  if (!ASCII.test(piece.text)) return piece.mapCharacters(byteSymbolsOf);
  return piece.withText(piece.text.replace(NOT_VISIBLE_ASCII, byteSymbolsOf));
}
