import { byteSymbols } from "../byte_symbols.ts";
import type { JSONFields } from "../json_fields.ts";
import type { Decoder, TokenStream } from "./decoder.ts";
import { checkOptions, FLAG, type Kinds } from "../options.ts";

/** Options of {@linkcode ByteLevel}; saved in the file but without effect. */
export interface ByteLevelOptions {
  /** Default: true. */
  readonly addPrefixSpace?: boolean;
  /** Default: true. */
  readonly trimOffsets?: boolean;
  /** Default: true. */
  readonly useRegex?: boolean;
}

const KINDS: Kinds<ByteLevelOptions> = { addPrefixSpace: FLAG, trimOffsets: FLAG, useRegex: FLAG };

/**
 * Decodes byte symbols to text, reversing the pre-tokenizer of the same name. Invalid UTF-8 becomes U+FFFD; a token
 * with characters other than byte symbols is kept as is.
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

  /** Creates a decoder of byte symbols. */
  constructor(options: ByteLevelOptions = {}) {
    const { addPrefixSpace = true, trimOffsets = true, useRegex = true } = checkOptions(
      "make a byte-level decoder",
      options,
      KINDS,
    );
    this.#options = { addPrefixSpace, trimOffsets, useRegex };
  }

  /** Reads the decoder from a `tokenizer.json`. */
  static fromJSON(fields: JSONFields): ByteLevel {
    return new ByteLevel({
      addPrefixSpace: fields.boolean("add_prefix_space"),
      trimOffsets: fields.boolean("trim_offsets"),
      useRegex: fields.boolean("use_regex", true),
    });
  }

  /** Creates a stream that joins all tokens into one and emits each character once its last byte arrives. */
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

  /** Converts this part to its `tokenizer.json` form. */
  toJSON(): unknown {
    const { addPrefixSpace, trimOffsets, useRegex } = this.#options;
    return { type: "ByteLevel", add_prefix_space: addPrefixSpace, trim_offsets: trimOffsets, use_regex: useRegex };
  }
}

const BYTES = new Map(byteSymbols().map((symbol, byte) => [symbol.charCodeAt(0), byte]));
const ENCODER = new TextEncoder();

/** The bytes of a token; its own UTF-8 if it has characters other than byte symbols. */
export function bytesOf(token: string): Uint8Array {
  const bytes = new Uint8Array(token.length);
  for (let i = 0; i < token.length; i++) {
    const byte = BYTES.get(token.charCodeAt(i));
    if (byte === undefined) return ENCODER.encode(token);
    bytes[i] = byte;
  }
  return bytes;
}
