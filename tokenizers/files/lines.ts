/** The lines of a text without their ends, which may be CR LF, and without empty ones at its end. */
export function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/);
  while (lines.at(-1) === "") lines.pop();
  return lines;
}
