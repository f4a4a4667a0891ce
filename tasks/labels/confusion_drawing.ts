import { svgLength, svgPicture, svgText } from "../task_model/svg.ts";

/** Size of a cell in pixels, and the width of a letter. */
const [CELL, LETTER] = [34, 7];

/** Draws a confusion matrix as SVG: true labels in rows, predicted ones in columns, darker for a larger share. */
export function drawConfusion(
  labels: readonly string[],
  confusion: readonly (readonly number[])[],
): string {
  const names = labels.map((label) => label.length > 20 ? `${label.slice(0, 19)}…` : label);
  const margin = 20 + LETTER * Math.max(...names.map((name) => name.length));
  const [left, top, size] = [margin + 16, margin + 16, CELL * labels.length];
  const cells = confusion.flatMap((row, i) => {
    const all = row.reduce((sum, count) => sum + count, 0);
    return row.map((count, j) => {
      const share = all === 0 ? 0 : count / all;
      const [x, y] = [left + j * CELL, top + i * CELL];
      const colour = i === j ? "31,119,180" : "214,39,40";
      const text = count === 0 ? "" : `<text x="${svgLength(x + CELL / 2)}" y="${svgLength(y + CELL / 2 + 5)}" ` +
        `text-anchor="middle" fill="${share > 0.6 ? "white" : "black"}">${count}</text>`;
      return `<rect x="${x}" y="${y}" width="${CELL}" height="${CELL}" fill="rgba(${colour},${share.toFixed(3)})" ` +
        `stroke="#ddd"/>${text}`;
    });
  });
  const rows = names.map((name, i) =>
    `<text x="${left - 6}" y="${top + i * CELL + CELL / 2 + 5}" text-anchor="end">${svgText(name)}</text>`
  );
  const columns = names.map((name, j) => {
    const [x, y] = [left + j * CELL + CELL / 2 + 5, top - 6];
    return `<text x="${x}" y="${y}" transform="rotate(-90 ${x} ${y})">${svgText(name)}</text>`;
  });
  const titles = [
    `<text x="${left + size / 2}" y="14" text-anchor="middle" font-weight="bold">predicted</text>`,
    `<text x="12" y="${top + size / 2}" transform="rotate(-90 12 ${top + size / 2})" text-anchor="middle" ` +
    `font-weight="bold">true</text>`,
  ];
  return svgPicture(left + size + 10, top + size + 10, [...cells, ...rows, ...columns, ...titles]);
}
