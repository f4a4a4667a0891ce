import { importPackage, type NpmPackage } from "../../tasks/data/npm_package.ts";
import { escapeMarkup } from "./escape.ts";

/** The package that draws. */
export const PLOT_PACKAGE: NpmPackage = { name: "@observablehq/plot", version: "0.6.17" };
/** The package with the document in which it draws. */
export const DOM_PACKAGE: NpmPackage = { name: "linkedom", version: "0.18.12" };

/** Size of a chart and of its margins, in pixels. */
export const CHART_SIZE = { width: 440, height: 250, marginLeft: 58, marginBottom: 40 } as const;

/** Options of a mark or of a plot. */
type Options = Record<string, unknown>;

/** The marks of Observable Plot that are used. */
export interface Marks {
  /** A line through points. */
  line(data: readonly unknown[], options: Options): unknown;
  /** A dot at each point. */
  dot(data: readonly unknown[], options: Options): unknown;
  /** A band between two values. */
  areaY(data: readonly unknown[], options: Options): unknown;
  /** A cell at each pair of names. */
  cell(data: readonly unknown[], options: Options): unknown;
  /** A text at each point. */
  text(data: readonly unknown[], options: Options): unknown;
}

/** The part of Observable Plot that is used. */
interface PlotModule extends Marks {
  plot(options: Options): { toString(): string };
}

/** The part of linkedom that is used. */
interface DOMModule {
  parseHTML(html: string): { readonly document: unknown };
}

/**
 * Draws a plot as an SVG element for a page, whose text has the color of its surroundings; `title` names it for those
 * who do not see it. Throws `RangeError` if a package is not to be had.
 */
export async function drawPlot(title: string, optionsOf: (marks: Marks) => Options): Promise<string> {
  const action = "draw a chart";
  const { plot, ...marks } = await importPackage<PlotModule>(PLOT_PACKAGE, action);
  const { document } = (await importPackage<DOMModule>(DOM_PACKAGE, action)).parseHTML("<html></html>");
  const svg = plot({ document, style: { fontSize: "12px", background: "none" }, ...optionsOf(marks) });
  // The picture has one name; names of its parts, which Plot gives, are not permitted within one.
  const drawn = roundPositions(svg.toString()).replaceAll(' aria-label="', ' data-part="');
  return drawn.replace(
    /^<svg /,
    () => `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="${escapeMarkup(title)}" `,
  );
}

/** Rounds positions to a tenth of a pixel: a curve of thousands of points becomes a third of the size. */
function roundPositions(svg: string): string {
  return svg.replaceAll(
    /( (?:d|transform|[cxy][xy12]?)=")([^"]*)"/g,
    (_, name, value) =>
      `${name}${value.replaceAll(/-?\d+\.\d+(?![\d.]*em)/g, (n: string) => String(Number((+n).toFixed(1))))}"`,
  );
}
