import type { EncodeOptions } from "./encode_options.ts";
import type { StreamDecoder } from "./stream_decoder.ts";

/** The interface of all tokenizers, whether their symbols are characters, words, bytes or subwords. */
export interface Tokenizer {
  /** The kind of tokenizer: `"char"`, `"word"`, `"byte"`, or the type of a pipeline's model, such as `"bpe"`. */
  readonly kind: string;
  /** V, the largest id plus 1; ids run from 0 to `size - 1`. */
  readonly size: number;
  /** The ids below `size` that no token has; models never generate them. Default: none. */
  readonly unusedIds?: readonly number[];
  /** The id for everything outside the vocabulary; `undefined` if there is none. */
  readonly unknownId: number | undefined;

  /**
   * Encodes a whole text, such as a corpus or document. The caller owns the returned array.
   *
   * @throws {RangeError} If the text has a symbol outside the vocabulary and {@linkcode unknownId} is undefined. The
   * message names the symbol and its index in the string. A tokenizer with an unknown id never throws.
   */
  encode(text: string, options?: EncodeOptions): Int32Array;

  /**
   * Encodes a text to be continued: like {@linkcode encode}, without any end marks that it appends.
   *
   * @throws {RangeError} As {@linkcode encode}.
   */
  encodePrompt(text: string, options?: EncodeOptions): Int32Array;

  /**
   * The last position, in UTF-16 code units, at which this beginning of a longer text can be cut so that the ids of the
   * whole text are {@linkcode encodePrompt} of the part before it followed by {@linkcode encode} of the rest. 0 if
   * there is no such position.
   */
  boundary(beginning: string): number;

  /** The distinct symbols of a text that are not in the vocabulary, in order of first occurrence. */
  unknownSymbols(text: string): string[];

  /**
   * Decodes ids to text.
   *
   * @throws {RangeError} If an id is not an integer from 0 to `size - 1`.
   */
  decode(ids: Iterable<number>): string;

  /** Creates a streaming decoder; its concatenated output equals that of {@linkcode decode}. */
  decoder(): StreamDecoder;

  /**
   * Converts the tokenizer to a plain object for a `tokenizer.json` in Hugging Face's format (version 1.0). Hugging
   * Face's library loads it and gives the ids of {@linkcode encodePrompt}. `tokenizerFromJSON` reads it back.
   */
  toJSON(): unknown;
}
