import { escapeMarkup } from "../charts/mod.ts";
import { STYLE } from "./style.ts";

/** A page. */
export interface Page {
  readonly title: string;
  /** The content security policy: the browser loads and runs nothing else. */
  readonly policy: string;
  /** Further elements of the head, as HTML. Default: none. */
  readonly head?: readonly string[];
  /** The contents, as HTML. */
  readonly body: readonly string[];
}

/** Writes a page that needs nothing from elsewhere. Its policy must allow the icon, `img-src data:`. */
export function pageHTML({ title, policy, head = [], body }: Page): string {
  return [
    "<!DOCTYPE html>",
    '<html lang="en">',
    "<head>",
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    `<title>${escapeMarkup(title)}</title>`,
    // Without an icon of their own, browsers look for one.
    '<link rel="icon" href="data:,">',
    `<style>${STYLE}</style>`,
    ...head,
    "</head>",
    "<body>",
    "<main>",
    ...body,
    "</main>",
    "</body>",
    "</html>",
    "",
  ].join("\n");
}

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
