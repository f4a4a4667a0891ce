import { characterBoundary } from "../../tokenizers/surrogates.ts";

/** A text that is read in parts. Indices count UTF-16 code units. */
export interface Text {
  /** Number of code units. */
  readonly length: number;
  /** Returns the text from index `start` to before `end`. */
  slice(start: number, end: number): string | Promise<string>;
}

/** Code units read at a time. */
const CHUNK_LENGTH = 2 ** 16;

/** Options of `linesOf`. */
export interface LineOptions {
  /**
   * The length from which on a line is divided, so that it need not fit in memory: before a space, or between any
   * characters if the part read last has none. Default: none.
   */
  readonly longest?: number;
}

/**
 * Yields the lines of a text, each with its `"\n"`; the last line may lack one.
 *
 * @example
 * ```ts
 * import { type LineOptions, linesOf } from "@elman/elman/data";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(await Array.fromAsync(linesOf("to be\nor not")), ["to be\n", "or not"]);
 * const options: LineOptions = { longest: 8 };
 * assertEquals(await Array.fromAsync(linesOf("to be or not", options)), ["to be or", " not"]);
 * ```
 */
export async function* linesOf(
  text: Text,
  { longest = Infinity }: LineOptions = {},
): AsyncGenerator<string, void, void> {
  let open = "";
  for (let at = 0; at < text.length; at += CHUNK_LENGTH) {
    const piece = await text.slice(at, Math.min(at + CHUNK_LENGTH, text.length));
    let start = 0;
    for (let end = piece.indexOf("\n"); end >= 0; end = piece.indexOf("\n", start)) {
      yield open + piece.slice(start, end + 1);
      open = "";
      start = end + 1;
    }
    const rest = piece.slice(start);
    const space = rest.lastIndexOf(" ");
    const spaced = space < 0 ? 0 : open.length + space;
    open += rest;
    if (open.length <= longest) continue;
    const cut = spaced || characterBoundary(open);
    yield open.slice(0, cut);
    open = open.slice(cut);
  }
  if (open !== "") yield open;
}
