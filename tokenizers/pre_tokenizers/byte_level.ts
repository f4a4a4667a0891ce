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
  /** Whether a text that does not begin with a space gets one; true by default. */
  readonly addPrefixSpace?: boolean;
  /** Only kept for the file: what it meant is the post-processor's now. True by default. */
  readonly trimOffsets?: boolean;
  /** Whether the text is cut by GPT-2's pattern, as by default, or left whole. */
  readonly useRegex?: boolean;
}

const KINDS: Kinds<ByteLevelOptions> = { addPrefixSpace: FLAG, trimOffsets: FLAG, useRegex: FLAG };

/**
 * Cuts a text as GPT-2 does and writes each byte of its UTF-8 as a visible character (Radford et al., 2019). The byte
 * symbols of a character all stand for the whole character; an unpaired surrogate becomes U+FFFD.
 *
 * @example Words with their spaces, as bytes
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
  /** Whether a text that does not begin with a space gets one. */
  readonly addPrefixSpace: boolean;
  /** Saved in the file but without effect. */
  readonly trimOffsets: boolean;
  /** Whether the text is cut by GPT-2's pattern. */
  readonly useRegex: boolean;

  /** The symbols that stand for the bytes 0 to 255. */
  static readonly alphabet: readonly string[] = byteSymbols();

  /** A pre-tokenizer with these settings. */
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
   * Whether the text is cut by GPT-2's pattern: what follows a cut begins with its own space then, and gets no other.
   */
  get cutsBeforeSpaces(): boolean {
    return this.useRegex;
  }

  /** The pre-tokenizer that a part of a `tokenizer.json` describes. */
  static fromJSON(fields: JSONFields): ByteLevel {
    return new ByteLevel({
      addPrefixSpace: fields.boolean("add_prefix_space"),
      trimOffsets: fields.boolean("trim_offsets"),
      useRegex: fields.boolean("use_regex", true),
    });
  }

  /** The pieces, in byte symbols. */
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
