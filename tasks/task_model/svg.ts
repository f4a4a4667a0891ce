/** Formats a text for SVG: makes white space visible, replaces characters that XML forbids and escapes markup. */
export function svgText(text: string): string {
  const visible = text.replaceAll(/\s/g, "·").replaceAll(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, "\uFFFD");
  return visible.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

/** Formats a length for SVG, to a tenth of a pixel. */
export function svgLength(x: number): string {
  return String(Math.round(x * 10) / 10);
}

/** Draws an SVG picture of some elements on white. */
export function svgPicture(width: number, height: number, elements: readonly string[]): string {
  const [w, h] = [svgLength(width), svgLength(height)];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${w} ${h}" width="${w}" height="${h}" ` +
    `font-family="sans-serif" font-size="13">`,
    `<rect width="100%" height="100%" fill="white"/>`,
    ...elements,
    "</svg>",
    "",
  ].join("\n");
}
