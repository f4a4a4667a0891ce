/** A text that is read in parts; places are UTF-16 code units. */
export interface Text {
  /** Code units of the whole. */
  readonly length: number;
  /** The text from one place to before another. */
  slice(start: number, end: number): string | Promise<string>;
}

/** Code units that are read at a time. */
const PIECE = 2 ** 16;

/** The lines of a text, each with its `"\n"`; the last one may have none. */
export async function* linesOf(text: Text): AsyncGenerator<string, void, void> {
  let open = "";
  for (let at = 0; at < text.length; at += PIECE) {
    const piece = await text.slice(at, Math.min(at + PIECE, text.length));
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
