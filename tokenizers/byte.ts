import { InputRangeError } from "../errors.ts";
import { byteSymbols } from "./byte_symbols.ts";
import { characterBoundary } from "./surrogates.ts";
import type { StreamDecoder } from "./stream_decoder.ts";
import type { Tokenizer } from "./tokenizer.ts";
import { bpeJSON, type Pipeline, tokenizerJSON } from "./tokenizer_json.ts";

/**
 * Maps each byte of a text's UTF-8 encoding to one id: 256 ids, no training, no unknown tokens. An unpaired surrogate
 * has no UTF-8 encoding and becomes U+FFFD; all other text round-trips.
 *
 * @example Encode and decode
 * ```ts
 * import { ByteTokenizer } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const tokenizer = new ByteTokenizer();
 * assertEquals([...tokenizer.encode("hé")], [0x68, 0xc3, 0xa9]);
 * assertEquals(tokenizer.decode([0x68, 0xc3, 0xa9]), "hé");
 * ```
 */
export class ByteTokenizer implements Tokenizer {
  /** `"byte"` */
  readonly kind = "byte";
  /** Always 256. */
  readonly size = 256;
  /** Always `undefined`: there are no unknown bytes. */
  readonly unknownId: undefined = undefined;

  /** Encodes a text as the bytes of its UTF-8. */
  encode(text: string): Int32Array {
    return new Int32Array(new TextEncoder().encode(text));
  }

  /** The same as {@linkcode encode}. */
  encodePrompt(text: string): Int32Array {
    return this.encode(text);
  }

  /** The text's length, or one less if the text ends with half a surrogate pair. */
  boundary(beginning: string): number {
    return characterBoundary(beginning);
  }

  /** Always empty: every text can be encoded. */
  unknownSymbols(_text: string): string[] {
    return [];
  }

  /**
   * Decodes ids as UTF-8. Invalid sequences become U+FFFD, as in `TextDecoder`; a byte order mark is kept.
   *
   * @throws {RangeError} If an id is not an integer from 0 to 255.
   */
  decode(ids: Iterable<number>): string {
    const utf8 = utf8Decoder();
    const block = new Uint8Array(4096);
    let text = "";
    let length = 0;
    for (const id of ids) {
      block[length++] = byte(id);
      if (length < block.length) continue;
      text += utf8.decode(block, { stream: true });
      length = 0;
    }
    return text + utf8.decode(block.subarray(0, length));
  }

  /** Creates a streaming decoder that emits each character once its last byte arrives. */
  decoder(): StreamDecoder {
    const utf8 = utf8Decoder();
    const bytes = new Uint8Array(1);
    return {
      push: (id) => {
        bytes[0] = byte(id);
        return utf8.decode(bytes, { stream: true });
      },
      flush: () => utf8.decode(),
    };
  }

  /**
   * Converts the tokenizer to a `tokenizer.json`: a byte-level BPE model without merges, whose ids are the byte values.
   */
  toJSON(): Record<string, unknown> {
    const vocab = new Map(byteSymbols().map((symbol, id) => [symbol, id]));
    return tokenizerJSON(BYTE_PIPELINE, bpeJSON({ vocab, merges: [] }));
  }
}

/**
 * The Hugging Face parts equivalent to a byte tokenizer. Without its regular expression, ByteLevel does not split the
 * text.
 */
export const BYTE_PIPELINE: Pipeline = {
  normalizer: null,
  pre_tokenizer: { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: false },
  post_processor: null,
  decoder: { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true },
};

function utf8Decoder(): TextDecoder {
  return new TextDecoder("utf-8", { ignoreBOM: true });
}

function byte(id: number): number {
  if (Number.isInteger(id) && id >= 0 && id <= 255) return id;
  throw new InputRangeError(`decode an id: expected 0 to 255, found ${id}`);
}
