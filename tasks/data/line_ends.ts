/** Replaces the line ends `"\r\n"` and `"\r"` with `"\n"`. */
export function lineEndsToLF(text: string): string {
  return text.includes("\r") ? text.replaceAll(/\r\n?/g, "\n") : text;
}
