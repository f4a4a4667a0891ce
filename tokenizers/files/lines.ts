/** The lines of a text, split at LF or CR LF, without empty lines at the end. */
export function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/);
  while (lines.at(-1) === "") lines.pop();
  return lines;
}
