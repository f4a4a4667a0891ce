/**
 * Decodes ids to text one at a time, for text displayed while it is generated.
 *
 * A decoder keeps state (whether the next word needs a space, or the bytes of an incomplete character). To continue a
 * prompt, push the prompt's ids first and discard the output.
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
   * Takes the next id and returns the text that is now certain: whole characters only, `""` while a character is
   * incomplete.
   *
   * @throws {RangeError} If the id is not an integer from 0 to V - 1.
   */
  push(id: number): string;

  /** Ends the text: returns what was held back and resets the decoder. */
  flush(): string;
}

/** Decodes all ids with a decoder in its initial state. */
export function decodeAll(decoder: StreamDecoder, ids: Iterable<number>): string {
  let text = "";
  for (const id of ids) text += decoder.push(id);
  return text + decoder.flush();
}
