import { svgLength, svgPicture, svgText } from "../task_model/svg.ts";
import type { MutationMap } from "./answers.ts";

/** Side of a cell and margin, in pixels. */
const CELL = 16;
const MARGIN = 24;

/** Positions from one number above the map to the next. */
const NUMBERED = 10;

/**
 * Draws a map of mutations as an SVG heat map with a row for each letter and a column for each position: red for
 * substitutions that speak against the label, blue for those that speak for it, darker for larger changes. The
 * sequence's own letters are marked by dots.
 *
 * @example
 * ```ts
 * import { drawMutations, formatMutations } from "@elman/elman/tasks";
 * import { assertEquals } from "@std/assert";
 *
 * // As `mutations` of an explanation by mutation has it.
 * const map = { sequence: "AC", letters: ["A", "C"], changes: [[0, 0.5], [-1.25, 0]] };
 * assertEquals(formatMutations(map), "\tA\tC\nA\t0.000\t+0.500\nC\t-1.250\t0.000");
 * assertEquals(drawMutations(map).startsWith("<svg"), true);
 * ```
 */
export function drawMutations({ sequence, letters, changes }: MutationMap): string {
  const most = changes.flat().reduce((most, change) => Math.max(most, Math.abs(change)), 0);
  const top = MARGIN + 2 * CELL;
  const text = (x: number, y: number, content: string): string =>
    `<text x="${svgLength(x)}" y="${svgLength(y)}" text-anchor="middle">${svgText(content)}</text>`;
  const center = (position: number): number => MARGIN + CELL * (position + 0.5);
  const cells = letters.flatMap((letter, row) =>
    [...sequence].map((own, position) => {
      const [x, y] = [MARGIN + CELL * position, top + CELL * row];
      if (own === letter) return `<circle cx="${center(position)}" cy="${y + CELL / 2}" r="2" fill="#888888"/>`;
      const change = changes[row][position];
      const [color, share] = [change < 0 ? "#b2182b" : "#2166ac", most === 0 ? 0 : Math.abs(change) / most];
      return `<rect x="${x}" y="${y}" width="${CELL - 1}" height="${CELL - 1}" fill="${color}" ` +
        `fill-opacity="${share.toFixed(3)}"><title>${own}${position + 1}${letter} ${change.toFixed(3)}</title></rect>`;
    })
  );
  return svgPicture(2 * MARGIN + CELL * sequence.length, top + CELL * letters.length + MARGIN, [
    ...[...sequence].flatMap((_, i) => (i + 1) % NUMBERED === 0 ? [text(center(i), MARGIN, String(i + 1))] : []),
    ...[...sequence].map((letter, i) => text(center(i), top - 5, letter)),
    ...letters.map((letter, row) => text(MARGIN / 2, top + CELL * (row + 0.8), letter)),
    ...cells,
  ]);
}
