/** A generator of numbers from 0 to below the argument, the same ones for the same seed. */
export function makeDraw(seed: number): (below: number) => number {
  let state = seed;
  return (below) => (state = (state * 1103515245 + 12345) % 2 ** 31, (state >> 8) % below);
}

/** Rows of random fields, each of at most five of these pieces. */
export function randomRows(
  pieces: readonly string[],
  { seed, rows, width }: { readonly seed: number; readonly rows: number; readonly width: number },
): string[][] {
  const draw = makeDraw(seed);
  const field = (): string => Array.from({ length: draw(6) }, () => pieces[draw(pieces.length)]).join("");
  return Array.from({ length: rows }, () => Array.from({ length: width }, field));
}

/** Writes rows as pandas does by default: with quotes around the fields that need them, or around all. */
export function writeRows(rows: readonly (readonly string[])[], delimiter: string, quoting: "minimal" | "all"): string {
  const quote = (field: string): string => `"${field.replaceAll('"', '""')}"`;
  const isSpecial = (field: string): boolean => /["\n]/.test(field) || field.includes(delimiter);
  const write = (field: string): string => quoting === "all" || isSpecial(field) ? quote(field) : field;
  return rows.map((row) => row.map(write).join(delimiter) + "\n").join("");
}
