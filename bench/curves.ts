/** Describes measured curves and draws them as SVG. */
import { format } from "./support.ts";

/** The measured dependence of one quantity on another. */
export interface Curve {
  /** The measured quantity. */
  readonly title: string;
  /** Quantity on the x axis. */
  readonly x: string;
  /** Quantity on the y axis. */
  readonly y: string;
  /** Expected shape: `flat` if y does not depend on x, or `linear`. */
  readonly expected: "flat" | "linear";
  /** The measured points. */
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** Fits a least-squares line; `r2` is the coefficient of determination. */
export function fitLine(points: Curve["points"]): { slope: number; intercept: number; r2: number } {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanX, meanY] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))];
  const product = (i: 0 | 1, j: 0 | 1): number => {
    const means = [meanX, meanY];
    return points.reduce((sum, point) => sum + (point[i] - means[i]) * (point[j] - means[j]), 0);
  };
  const slope = product(0, 1) / product(0, 0);
  return { slope, intercept: meanY - slope * meanX, r2: product(0, 1) ** 2 / (product(0, 0) * product(1, 1)) };
}

/** Describes a curve in one line. */
export function describe({ points, expected, x, y }: Curve): string {
  const values = points.map(([, y]) => y);
  if (expected === "flat") {
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const growth = points.at(-1)![0] / points[0][0];
    const factor = format(high / low, 2);
    const range = `${format(low, 2)} to ${format(high, 2)} ${y}`;
    return `${range}, a factor of ${factor}, as ${x} grows by a factor of ${format(growth)}`;
  }
  const { slope, intercept, r2 } = fitLine(points);
  return `${format(intercept, 2)} + ${format(slope, 4)} ${y} per unit of ${x}, R^2 = ${format(r2, 5)}`;
}

const PANEL = { width: 300, height: 210, left: 62, right: 14, top: 34, bottom: 44 };
const COLUMNS = 3;

/** Formats a number compactly. */
function short(value: number): string {
  return new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 }).format(value);
}

/** Returns the smallest of 1, 2, 5, 10, 20, ... that is not below a number. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((factor) => factor * power).find((round) => round >= value)!;
}

function drawPanel({ title, x: labelX, y: labelY, expected, points }: Curve, index: number): string {
  const { width, height, left, right, top, bottom } = PANEL;
  const scale = (x: number): number => expected === "flat" ? Math.log2(x) : x;
  const [first, last] = expected === "flat" ? [scale(points[0][0]), scale(points.at(-1)![0])] : [0, points.at(-1)![0]];
  const highest = roundUp(Math.max(...points.map(([, y]) => y)) * 1.05);
  const atX = (x: number): string => (left + (width - left - right) * (scale(x) - first) / (last - first)).toFixed(1);
  const atY = (y: number): string => (height - bottom - (height - top - bottom) * y / highest).toFixed(1);
  const lines = [0, highest / 2, highest].flatMap((y) => [
    `<path class="grid" d="M${left} ${atY(y)}H${width - right}"/>`,
    `<text class="end" x="${left - 6}" y="${atY(y)}" dy="0.32em">${short(y)}</text>`,
  ]);
  const marks = expected === "flat" ? [points[0], points.at(-1)!] : [points[points.length >> 1], points.at(-1)!];
  for (const [x] of marks) {
    lines.push(`<text class="middle" x="${atX(x)}" y="${height - bottom + 16}">${short(x)}</text>`);
  }
  lines.push(`<path class="curve" d="M${points.map(([x, y]) => `${atX(x)} ${atY(y)}`).join("L")}"/>`);
  for (const [x, y] of points) lines.push(`<circle cx="${atX(x)}" cy="${atY(y)}" r="3"/>`);
  const center = (left + width - right) / 2;
  lines.push(`<text class="title" x="${center}" y="18">${title}</text>`);
  lines.push(`<text class="middle" x="${center}" y="${height - 10}">${labelX}</text>`);
  lines.push(
    `<text class="middle" transform="translate(14 ${(top + height - bottom) / 2}) rotate(-90)">${labelY}</text>`,
  );
  const [column, row] = [index % COLUMNS, Math.floor(index / COLUMNS)];
  return `<g transform="translate(${column * width} ${row * height})">\n${lines.join("\n")}\n</g>`;
}

/** Draws the curves side by side. The x axis is logarithmic if the curve should be flat. */
export function drawCurves(curves: readonly Curve[]): string {
  const [width, height] = [COLUMNS * PANEL.width, Math.ceil(curves.length / COLUMNS) * PANEL.height];
  return `<!-- deno-fmt-ignore-file -->
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">
<title>How time and memory grow</title>
<style>
text { font: 11px "DejaVu Sans", Verdana, sans-serif; fill: #222 }
.title { text-anchor: middle; font-weight: bold }
.middle { text-anchor: middle }
.end { text-anchor: end }
.grid { stroke: #ddd; fill: none }
.curve { stroke: #0072b2; stroke-width: 2; stroke-linejoin: round; fill: none }
circle { fill: #0072b2 }
</style>
<rect width="${width}" height="${height}" rx="6" fill="#fff"/>
${curves.map(drawPanel).join("\n")}
</svg>
`;
}
