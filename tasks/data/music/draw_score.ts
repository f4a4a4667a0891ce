import { InputRangeError } from "../../../errors.ts";
import { importPackage, type NpmPackage } from "../npm_package.ts";
import { type ABCTune, scoreToTune, writeABC } from "./abc/mod.ts";
import type { Score } from "./score.ts";
import { escapeXML, short, THEME } from "./svg.ts";

/** The npm package that draws ABC as a score. */
export const ABC_PACKAGE: NpmPackage = { name: "abcjs", version: "6.7.2" };

/** The npm package with the document in which it draws where there is none. */
export const DOCUMENT_PACKAGE: NpmPackage = { name: "linkedom", version: "0.18.12" };

/** The part of abcjs that is used. */
interface ABCDrawing {
  renderAbc(element: unknown, abc: string, options: Readonly<Record<string, unknown>>): unknown;
}

/** The part of a document that is used. */
interface DrawingDocument {
  createElement(name: string): { readonly innerHTML: string };
}

/** How a score is drawn. */
export interface ScorePicture {
  /** Width of the staves in pixels, 200 to 10,000. Default: 800. */
  readonly width?: number;
}

/**
 * Draws a score or a tune in notation, as an SVG file that is readable on light and dark screens. A score is put on the
 * grid of `scoreToTune` first.
 *
 * Throws `RangeError` if the package that draws cannot be had, or a number is out of its range.
 *
 * @example
 * ```ts
 * import { drawScore, readABC } from "@elman/elman/data";
 * import { assert } from "@std/assert";
 *
 * const { tunes: [tune] } = readABC('X:1\nM:3/4\nL:1/4\nK:D\n"D"FAd|"A7"g2f|"D"d3|]\n');
 * assert((await drawScore(tune)).startsWith("<svg"));
 * ```
 */
export async function drawScore(music: Score | ABCTune, { width = 800 }: ScorePicture = {}): Promise<string> {
  const action = "draw a score";
  if (!(width >= 200 && width <= 10_000)) {
    throw new InputRangeError(`${action}: expected a width from 200 to 10,000 pixels, found ${width}`);
  }
  const tune = "tracks" in music ? scoreToTune(music).tune : music;
  const loaded = await importPackage<ABCDrawing & { readonly default?: ABCDrawing }>(ABC_PACKAGE, action);
  const document = await documentFor(action);
  const element = document.createElement("div");
  // abcjs draws by the global document.
  const known = Object.getOwnPropertyDescriptor(globalThis, "document");
  Object.defineProperty(globalThis, "document", { value: document, configurable: true, writable: true });
  try {
    (loaded.default ?? loaded).renderAbc(element, writeABC([tune]), { staffwidth: width });
  } finally {
    if (known === undefined) delete (globalThis as { document?: unknown }).document;
    else Object.defineProperty(globalThis, "document", known);
  }
  return fileOf(element.innerHTML, tune.title);
}

async function documentFor(action: string): Promise<DrawingDocument> {
  const { document } = globalThis as { document?: DrawingDocument };
  if (document !== undefined) return document;
  interface DOMModule {
    parseHTML(html: string): { readonly document: DrawingDocument };
  }
  return (await importPackage<DOMModule>(DOCUMENT_PACKAGE, action)).parseHTML("<html><body></body></html>").document;
}

/** Returns a drawing as a file of its own, with a background. */
function fileOf(drawing: string, title = "Score"): string {
  const [, width, height] = [/^/, /\bwidth="([\d.]+)"/, /\bheight="([\d.]+)"/]
    .map((pattern) => Math.ceil(Number(pattern.exec(drawing)?.[1] ?? 0)));
  const inner = drawing.replace(/^[^]*?<svg(?:\s+[\w:-]+="[^"]*")*\s*>/, "").replace(/<\/svg>[^]*$/, "")
    .replace(/<style>[^]*?<\/style>/, "").replace(/<title>[^]*?<\/title>/, "")
    // Hundredths of a pixel suffice.
    .replaceAll(/-?\d+\.\d{3,}(?:e-\d+)?/g, (number) => short(Number(number)));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ` +
    `role="img" stroke="currentColor" fill="currentColor">\n<title>${
      escapeXML(title)
    }</title><style>${THEME}</style>\n` +
    `<rect width="100%" height="100%" fill="var(--paper)" stroke="none"/>\n${inner}</svg>\n`;
}
