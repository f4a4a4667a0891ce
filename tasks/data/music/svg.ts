/** Colors of pictures: those of the surroundings, light or dark. */
export const THEME = `svg{color:#1c1c1c;--paper:#fff;--stripe:#f1f1f1;--line:#c9c9c9;--bar:#8a8a8a}` +
  `@media(prefers-color-scheme:dark){svg{color:#ececec;--paper:#161616;--stripe:#222;--line:#3d3d3d;--bar:#777}}`;

/** Returns a text without the characters that mean something in SVG, or that it cannot hold. */
export function escapeXML(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.toWellFormed().replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
    .replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/** Returns a number with at most two decimals. */
export function short(value: number): string {
  return String(Math.round(value * 100) / 100);
}
