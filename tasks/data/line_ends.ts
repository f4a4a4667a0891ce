/** Replaces the line ends `"\r\n"` and `"\r"` with `"\n"`. */
export function lineEndsToLF(text: string): string {
  return text.includes("\r") ? text.replaceAll(/\r\n?/g, "\n") : text;
}

/** Counts the line ends `"\n"` of a text. */
export function countLineEnds(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count++;
  return count;
}
