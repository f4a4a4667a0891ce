/**
 * Turns ids into text one at a time, for text that is shown while it is being generated.
 *
 * A decoder remembers what came before (that a word needs a space in front of it, or that a character's bytes are still
 * incomplete). To continue a prompt, push the prompt's ids first and discard what they give.
 *
 * ```ts
 * import { ByteTokenizer } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const tokenizer = new ByteTokenizer();
 * const decoder = tokenizer.decoder();
 * const pieces = Array.from(tokenizer.encode("é!"), (id) => decoder.push(id));
 * assertEquals(pieces, ["", "é", "!"]);
 * assertEquals(decoder.flush(), "");
 * ```
 */
export interface StreamDecoder {
  /**
   * Takes the next id and gives the text that is now certain: whole characters only, `""` while one is incomplete.
   *
   * @throws {RangeError} If the id is not an integer from 0 to the vocabulary's size less one.
   */
  push(id: number): string;

  /** Ends the text: gives what was held back, and makes the decoder as new. */
  flush(): string;
}

/** The text of all the ids through a decoder that is at its beginning. */
export function decodeAll(decoder: StreamDecoder, ids: Iterable<number>): string {
  let text = "";
  for (const id of ids) text += decoder.push(id);
  return text + decoder.flush();
}
