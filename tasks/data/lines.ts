/** A text that is read in parts. Indices count UTF-16 code units. */
export interface Text {
  /** Number of code units. */
  readonly length: number;
  /** Returns the text from index `start` to before `end`. */
  slice(start: number, end: number): string | Promise<string>;
}

/** Code units read at a time. */
const CHUNK_LENGTH = 2 ** 16;

/**
 * Yields the lines of a text, each with its `"\n"`; the last line may lack one.
 *
 * @example
 * ```ts
 * import { linesOf } from "@elman/elman/data";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(await Array.fromAsync(linesOf("to be\nor not")), ["to be\n", "or not"]);
 * ```
 */
export async function* linesOf(text: Text): AsyncGenerator<string, void, void> {
  let open = "";
  for (let at = 0; at < text.length; at += CHUNK_LENGTH) {
    const piece = await text.slice(at, Math.min(at + CHUNK_LENGTH, text.length));
    let start = 0;
    for (let end = piece.indexOf("\n"); end >= 0; end = piece.indexOf("\n", start)) {
      yield open + piece.slice(start, end + 1);
      open = "";
      start = end + 1;
    }
    open += piece.slice(start);
  }
  if (open !== "") yield open;
}
