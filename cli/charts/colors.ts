/** Colors that differ in lightness too, with a contrast of 3 to 1 on white and on a dark page. */
const COLORS = ["#3178c6", "#d9630d", "#2b9161", "#b8518f", "#8468d6", "#8f7d14"] as const;

/** Patterns of dashes: without, for the first lines of each color. */
const DASHES = ["none", "6 3", "2 3"] as const;

/** Returns the color of the lines with an index. */
export function colorOf(index: number): string {
  return COLORS[index % COLORS.length];
}

/** Returns the dashes of the lines with an index, as in SVG. */
export function dashesOf(index: number): string {
  return DASHES[Math.floor(index / COLORS.length) % DASHES.length];
}
