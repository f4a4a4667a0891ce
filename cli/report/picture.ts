import type { ChartPicture, MatrixPicture, PassagePicture, Picture, TablePicture } from "../../tasks/task_model/mod.ts";
import { colorOf, drawHeatMap, drawLayers, escapeMarkup } from "../charts/mod.ts";
import { tableHTML } from "./html.ts";
import { keyed } from "./report_run.ts";

/** From this number of characters on, a cell may break anywhere. */
const LONG = 24;

/** Shows a picture; `label` names it for those who do not see it. */
export async function pictureHTML(picture: Picture, label: string): Promise<string> {
  switch (picture.kind) {
    case "table":
      return tablePicture(picture, label);
    case "matrix":
      return await matrixPicture(picture, label);
    case "chart":
      return await chartPicture(picture, label);
    case "passage":
      return passagePicture(picture);
  }
}

function tablePicture({ heads, rows }: TablePicture, label: string): string {
  if (rows.length === 0) return "<p>None.</p>";
  return tableHTML({ label, heads: heads.map(escapeMarkup), rows: rows.map((row) => row.map(cellHTML)) });
}

function cellHTML(cell: string | number | null): string {
  if (cell === null) return "–";
  if (typeof cell === "number") return formatFigure(cell);
  return cell.length < LONG ? escapeMarkup(cell) : `<div class="text">${escapeMarkup(cell)}</div>`;
}

/** Formats a figure with at most four significant digits. */
function formatFigure(value: number): string {
  if (Number.isInteger(value)) return value.toLocaleString("en");
  const size = Math.abs(value);
  return size < 1e-3 || size >= 1e6 ? value.toExponential(2) : String(Number(value.toPrecision(4)));
}

/** A matrix keeps its size, so that its names can be read, and scrolls if the page is narrower. */
async function matrixPicture(picture: MatrixPicture, label: string): Promise<string> {
  const svg = await drawHeatMap(label, picture);
  return `<div class="wide fixed" role="region" aria-label="${escapeMarkup(label)}" tabindex="0">${svg}</div>`;
}

async function chartPicture(picture: ChartPicture, label: string): Promise<string> {
  const entries = picture.layers.flatMap(({ name, color, kind }) =>
    name === undefined
      ? []
      : [`<li>${kind === "guide" ? keyed(name, "currentColor", "4 3") : keyed(name, colorOf(color))}</li>`]
  );
  const legend = entries.length === 0 ? "" : `<ul class="legend">${entries.join("")}</ul>`;
  return legend + await drawLayers(label, picture);
}

/** Shades the tokens of a text; what is to say about a token shows when the pointer is on it. */
function passagePicture({ tokens, most, unit }: PassagePicture): string {
  const spans = tokens.map(([text, value, detail]) => {
    const shade = Math.round(100 * Math.min(1, Math.max(0, value / most)));
    // A line feed is shown, and breaks the line after its mark.
    const shown = escapeMarkup(text).replaceAll("\n", "⏎\n");
    return `<span style="--shade:${shade}%" title="${escapeMarkup(detail)}">${shown}</span>`;
  });
  const scale = [0, 0.25, 0.5, 0.75, 1].map((share) =>
    `<span style="--shade:${100 * share}%"> ${formatFigure(share * most)} </span>`
  );
  const line = `<p class="passage">${scale.join("")} ${escapeMarkup(unit)}${most > 0 ? " and more" : ""}</p>`;
  return `${line}<pre class="passage">${spans.join("")}</pre>`;
}
