import { escapeMarkup } from "./escape.ts";
import { importPackage, type NpmPackage } from "../../tasks/data/npm_package.ts";

/** A point of a line. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A line of a chart. */
export interface ChartLine {
  /** Index of the color and of the dashes. */
  readonly index: number;
  /** The points; those that are not finite are left out. */
  readonly points: readonly Point[];
  /** Whether it lies behind the others, thin and pale. */
  readonly isPale?: boolean;
  /** Whether each point has a dot. */
  readonly hasDots?: boolean;
}

/** A chart of lines. */
export interface Chart {
  /** A description for those who do not see it. */
  readonly title: string;
  /** The label of the horizontal axis. */
  readonly x: string;
  /** The label of the vertical axis. */
  readonly y: string;
  /** Whether the vertical axis is logarithmic; values of 0 or less are left out then. */
  readonly isLog?: boolean;
  /** Whether the horizontal axis is logarithmic. */
  readonly hasLogX?: boolean;
  /** The lines. */
  readonly lines: readonly ChartLine[];
}

/** The package that draws. */
export const PLOT_PACKAGE: NpmPackage = { name: "@observablehq/plot", version: "0.6.17" };
/** The package with the document in which it draws. */
export const DOM_PACKAGE: NpmPackage = { name: "linkedom", version: "0.18.12" };

/** Size of a chart in pixels. */
const [WIDTH, HEIGHT] = [440, 250];

/** Colors that differ in lightness too, with a contrast of 3 to 1 on white and on a dark page. */
const COLORS = ["#3178c6", "#d9630d", "#2b9161", "#b8518f", "#8468d6", "#8f7d14"] as const;

/** Patterns of dashes: without, for the first lines of each color. */
const DASHES = ["none", "6 3", "2 3"] as const;

/** The part of Observable Plot that is used. */
interface PlotModule {
  plot(options: Record<string, unknown>): { toString(): string };
  line(data: readonly Point[], options: Record<string, unknown>): unknown;
  dot(data: readonly Point[], options: Record<string, unknown>): unknown;
}

/** The part of linkedom that is used. */
interface DOMModule {
  parseHTML(html: string): { readonly document: unknown };
}

/** Returns the color of the lines with an index. */
export function colorOf(index: number): string {
  return COLORS[index % COLORS.length];
}

/** Returns the dashes of the lines with an index, as in SVG. */
export function dashesOf(index: number): string {
  return DASHES[Math.floor(index / COLORS.length) % DASHES.length];
}

/**
 * Draws a chart as an SVG element for a page, whose text has the color of its surroundings. Throws `RangeError` if a
 * package is not to be had.
 */
export async function drawChart({ title, x, y, isLog = false, hasLogX = false, lines }: Chart): Promise<string> {
  const action = "draw a chart";
  const { plot, line, dot } = await importPackage<PlotModule>(PLOT_PACKAGE, action);
  const { document } = (await importPackage<DOMModule>(DOM_PACKAGE, action)).parseHTML("<html></html>");
  const marks = lines.flatMap(({ index, points, isPale, hasDots }) => {
    const shown = points.filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y) && (!isLog || y > 0));
    const color = colorOf(index);
    const style = { strokeWidth: isPale ? 1 : 2, strokeOpacity: isPale ? 0.35 : 1, strokeDasharray: dashesOf(index) };
    return [
      line(shown, { x: "x", y: "y", stroke: color, ...style }),
      ...hasDots ? [dot(shown, { x: "x", y: "y", fill: color, r: 3 })] : [],
    ];
  });
  const svg = plot({
    document,
    width: WIDTH,
    height: HEIGHT,
    marginLeft: 52,
    marginBottom: 40,
    style: { fontSize: "12px", background: "none" },
    x: { label: x, type: hasLogX ? "log" : "linear", ...hasLogX && { tickFormat: formatLogTick } },
    y: { label: y, grid: true, type: isLog ? "log" : "linear", tickFormat: isLog ? formatLogTick : formatTick },
    marks,
  });
  // The picture has one name; names of its parts, which Plot gives, are not permitted within one.
  const drawn = roundPositions(svg.toString()).replaceAll(' aria-label="', ' data-part="');
  return drawn.replace(
    /^<svg /,
    () => `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="${escapeMarkup(title)}" `,
  );
}

/** Draws a chart as an SVG file: dark on white. */
export async function drawChartFile(chart: Chart): Promise<string> {
  const svg = await drawChart(chart);
  return svg.replace("background:none", "background:white;color:#222222") + "\n";
}

/** Labels 1, 2 and 5 times a power of ten, and no other value. */
function formatLogTick(value: number): string {
  const [digit] = Number(value.toPrecision(3)).toExponential();
  return ["1", "2", "5"].includes(digit) ? formatTick(value) : "";
}

/** Formats a value of an axis in few characters: "0.002", "150k", "2e-7". */
function formatTick(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e9 || (size > 0 && size < 1e-3)) return Number(value.toPrecision(6)).toExponential();
  const [factor, unit] = size >= 1e6 ? [1e6, "M"] : size >= 1e4 ? [1e3, "k"] : [1, ""];
  return `${Number((value / factor).toPrecision(6))}${unit}`;
}

/** Rounds positions to a tenth of a pixel: a curve of thousands of points becomes a third of the size. */
function roundPositions(svg: string): string {
  return svg.replaceAll(
    /( (?:d|transform|[cxy][xy12]?)=")([^"]*)"/g,
    (_, name, value) =>
      `${name}${value.replaceAll(/-?\d+\.\d+(?![\d.]*em)/g, (n: string) => String(Number((+n).toFixed(1))))}"`,
  );
}
