/** Yields texts as lines, which end with `"\n"`. */
export async function* asLines(texts: readonly string[]): AsyncGenerator<string, void, void> {
  for (const text of texts) yield text + "\n";
}
