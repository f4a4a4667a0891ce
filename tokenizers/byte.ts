import { byteSymbols } from "./byte_symbols.ts";
import { characterBoundary } from "./surrogates.ts";
import type { StreamDecoder } from "./stream_decoder.ts";
import type { Tokenizer } from "./tokenizer.ts";
import { type Pipeline, tokenizerJSON } from "./tokenizer_json.ts";

/**
 * One id for each byte of the text's UTF-8: 256 ids, any text, nothing to train. A surrogate without its partner has no
 * UTF-8 and becomes U+FFFD, as everywhere on the web; all other text survives the way there and back.
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
  /** 256 */
  readonly size = 256;
  /** None: there are no unknown bytes. */
  readonly unknownId: undefined = undefined;

  /** The bytes of the text's UTF-8. */
  encode(text: string): Int32Array {
    return new Int32Array(new TextEncoder().encode(text));
  }

  /** The same as {@linkcode encode}. */
  encodePrompt(text: string): Int32Array {
    return this.encode(text);
  }

  /** The end, or the place before a surrogate whose partner is still to come. */
  boundary(beginning: string): number {
    return characterBoundary(beginning);
  }

  /** Always empty: every text has bytes. */
  unknownSymbols(_text: string): string[] {
    return [];
  }

  /**
   * The text of which the ids are the UTF-8, with U+FFFD for what is not valid, as `TextDecoder` has it. A byte order
   * mark stays.
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

  /** A decoder that gives each character when its last byte has come. */
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

  /** This tokenizer as a `tokenizer.json`: a byte-level BPE model without merges, whose ids are the bytes. */
  toJSON(): unknown {
    return tokenizerJSON(BYTE_PIPELINE, {
      type: "BPE",
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries(byteSymbols().map((symbol, id) => [symbol, id])),
      merges: [],
    });
  }
}

/**
 * What makes a byte tokenizer out of Hugging Face's parts. Without its regular expression, ByteLevel leaves the text
 * whole.
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
  throw new RangeError(`decode an id: expected 0 to 255, found ${id}`);
}
