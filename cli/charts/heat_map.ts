import type { MatrixPicture } from "../../tasks/task_model/mod.ts";
import { colorOf } from "./colors.ts";
import { withoutForbidden } from "./escape.ts";
import { drawPlot } from "./plot_svg.ts";

/** Side of a cell, width of a letter, and space for the label of an axis, in pixels. */
const [CELL, LETTER, LABEL] = [30, 7.2, 34];

/** Opacity of a full shade, on which text is still easy to read. */
const FULL = 0.6;

/** Index of the color of cells, and of those beside the diagonal if these are errors. */
const [USUAL, ERROR] = [0, 1];

/** Draws shaded cells as an SVG element for a page; throws as `drawPlot` does. */
export async function drawHeatMap(
  title: string,
  { axes: [down, across], rows, columns, shades, texts, hasErrors = false }: MatrixPicture,
): Promise<string> {
  const cells = shades.flatMap((row, y) =>
    row.map((shade, x) => ({
      x,
      y,
      shade: FULL * Math.min(1, Math.max(0, shade)),
      color: colorOf(hasErrors && x !== y ? ERROR : USUAL),
      text: withoutForbidden(texts?.[y][x] ?? ""),
    }))
  );
  const [rowNames, columnNames] = [rows, columns].map((names) => names.map(visible));
  const [left, top] = [LABEL + widthOf(rowNames), LABEL + widthOf(columnNames)];
  return await drawPlot(title, ({ cell, text }) => ({
    width: left + CELL * columns.length + 8,
    height: top + CELL * rows.length + 8,
    ...{ marginLeft: left, marginTop: top, marginRight: 8, marginBottom: 8 },
    x: {
      ...{ type: "band", axis: "top", padding: 0.04, tickRotate: -90, tickSize: 0 },
      ...{ domain: [...columns.keys()], tickFormat: (i: number) => columnNames[i] },
      ...{ label: withoutForbidden(across), labelAnchor: "center", labelOffset: top - 4, labelArrow: "none" },
    },
    y: {
      ...{ type: "band", padding: 0.04, tickSize: 0 },
      ...{ domain: [...rows.keys()], tickFormat: (i: number) => rowNames[i] },
      ...{ label: withoutForbidden(down), labelAnchor: "center", labelOffset: left - 4, labelArrow: "none" },
    },
    marks: [
      cell(cells, { x: "x", y: "y", stroke: "currentColor", strokeOpacity: 0.15, fill: "color", fillOpacity: "shade" }),
      ...texts ? [text(cells, { x: "x", y: "y", text: "text", fill: "currentColor" })] : [],
    ],
    color: { type: "identity" },
    opacity: { type: "identity" },
  }));
}

/** Makes white space visible, which a token may consist of. */
function visible(name: string): string {
  return withoutForbidden(name.replaceAll(/\s/g, "·"));
}

function widthOf(names: readonly string[]): number {
  return LETTER * Math.max(1, ...names.map((name) => [...name].length));
}
