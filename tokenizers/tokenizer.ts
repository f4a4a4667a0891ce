import type { StreamDecoder } from "./stream_decoder.ts";

/** What every tokenizer does, whatever its symbols are: characters, words, bytes or pieces of words. */
export interface Tokenizer {
  /** Which tokenizer this is: `"char"`, `"word"`, `"byte"`, or the type of a pipeline's model, such as `"bpe"`. */
  readonly kind: string;
  /** V, the number of ids: they run from 0 to `size - 1`. */
  readonly size: number;
  /** The id that stands for everything outside the vocabulary; `undefined` where there is none. */
  readonly unknownId: number | undefined;

  /**
   * The ids of a whole text, one corpus or document, in an array that is the caller's.
   *
   * @throws {RangeError} If the text has a symbol that the vocabulary lacks and {@linkcode unknownId} is undefined. The
   * message names the symbol and its index in the string. With an unknown id no string throws.
   */
  encode(text: string): Int32Array;

  /**
   * The ids of a text that is to be continued: as {@linkcode encode}, without whatever that appends to mark the end.
   *
   * @throws {RangeError} As {@linkcode encode}.
   */
  encodePrompt(text: string): Int32Array;

  /**
   * The last place, in UTF-16 code units, at which this beginning of a longer text may be cut: the ids of the whole are those
   * that {@linkcode encodePrompt} gives for what stands before the place, and after them those that {@linkcode encode}
   * gives for the rest. 0 where there is no such place.
   */
  boundary(beginning: string): number;

  /**
   * The distinct symbols of a text that the vocabulary lacks, in the order in which they first occur; `[]` if it has
   * them all.
   */
  unknownSymbols(text: string): string[];

  /**
   * The text that the ids stand for.
   *
   * @throws {RangeError} If an id is not an integer from 0 to `size - 1`.
   */
  decode(ids: Iterable<number>): string;

  /** A decoder that takes ids one at a time; all that it gives, put together, is what {@linkcode decode} gives. */
  decoder(): StreamDecoder;

  /**
   * This tokenizer as a plain object for a `tokenizer.json` in Hugging Face's format (version 1.0), from which Hugging
   * Face's own library gives the ids of {@linkcode encodePrompt}. `tokenizerFromJSON` reads it back.
   */
  toJSON(): unknown;
}
