import { byteSymbols } from "../byte_symbols.ts";
import type { JSONFields } from "../json_fields.ts";
import type { Decoder, TokenStream } from "./decoder.ts";
import { checkOptions, FLAG, type Kinds } from "../options.ts";

/** Options of {@linkcode ByteLevel}, which are kept for the file and change nothing. */
export interface ByteLevelOptions {
  /** True by default. */
  readonly addPrefixSpace?: boolean;
  /** True by default. */
  readonly trimOffsets?: boolean;
  /** True by default. */
  readonly useRegex?: boolean;
}

const KINDS: Kinds<ByteLevelOptions> = { addPrefixSpace: FLAG, trimOffsets: FLAG, useRegex: FLAG };

/**
 * The bytes that byte symbols stand for, as text: the way back from the pre-tokenizer of the same name. Bytes that are no
 * UTF-8 become U+FFFD; a token with other characters than byte symbols is taken as it stands.
 *
 * @example
 * ```ts
 * import { decoders } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(decoders.decodeTokens(new decoders.ByteLevel(), ["caf", "Ã", "©", "Ġau"]), ["café au"]);
 * ```
 */
export class ByteLevel implements Decoder {
  readonly #options: Required<ByteLevelOptions>;

  /** A decoder of byte symbols. */
  constructor(options: ByteLevelOptions = {}) {
    const { addPrefixSpace = true, trimOffsets = true, useRegex = true } = checkOptions(
      "make a byte-level decoder",
      options,
      KINDS,
    );
    this.#options = { addPrefixSpace, trimOffsets, useRegex };
  }

  /** The decoder that a part of a `tokenizer.json` describes. */
  static fromJSON(fields: JSONFields): ByteLevel {
    return new ByteLevel({
      addPrefixSpace: fields.boolean("add_prefix_space"),
      trimOffsets: fields.boolean("trim_offsets"),
      useRegex: fields.boolean("use_regex", true),
    });
  }

  /** A stream whose tokens become one, of which each character is handed on when its last byte has come. */
  stream(): TokenStream {
    const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });
    let open = "";
    const decode = (): string => {
      const text = utf8.decode(bytesOf(open), { stream: true });
      open = "";
      return text;
    };
    return {
      push: (fragment, ends, next) => {
        open += fragment;
        if (ends) next(decode(), false);
      },
      flush: (next) => next(decode() + utf8.decode(), true),
    };
  }

  /** This part of a `tokenizer.json`. */
  toJSON(): unknown {
    const { addPrefixSpace, trimOffsets, useRegex } = this.#options;
    return { type: "ByteLevel", add_prefix_space: addPrefixSpace, trim_offsets: trimOffsets, use_regex: useRegex };
  }
}

const BYTES = new Map(byteSymbols().map((symbol, byte) => [symbol.charCodeAt(0), byte]));
const ENCODER = new TextEncoder();

/** The bytes of a token; its own UTF-8 where it has characters that are no byte symbols. */
export function bytesOf(token: string): Uint8Array {
  const bytes = new Uint8Array(token.length);
  for (let i = 0; i < token.length; i++) {
    const byte = BYTES.get(token.charCodeAt(i));
    if (byte === undefined) return ENCODER.encode(token);
    bytes[i] = byte;
  }
  return bytes;
}
