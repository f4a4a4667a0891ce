import { escapeMarkup } from "../charts/mod.ts";

/** A table that scrolls by itself if it is wider than the page. */
export interface Table {
  /** A name for those who do not see it. */
  readonly label: string;
  /** The heads of the columns, as HTML. */
  readonly heads: readonly string[];
  /** The cells of the rows, as HTML; the first heads its row. */
  readonly rows: readonly (readonly string[])[];
}

/** Writes a table. */
export function tableHTML({ label, heads, rows }: Table): string {
  const head = heads.map((head) => `<th scope="col">${head}</th>`).join("");
  const body = rows.map(([first, ...others]) =>
    `<tr><th scope="row">${first}</th>${others.map((cell) => `<td>${cell}</td>`).join("")}</tr>`
  );
  return `<div class="wide" role="region" aria-label="${escapeMarkup(label)}" tabindex="0">` +
    `<table><thead><tr>${head}</tr></thead><tbody>${body.join("\n")}</tbody></table></div>`;
}
