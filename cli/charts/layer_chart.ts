import type { ChartLayer, ChartPicture } from "../../tasks/task_model/mod.ts";
import { colorOf } from "./colors.ts";
import { withoutForbidden } from "./escape.ts";
import { CHART_SIZE, drawPlot, type Marks } from "./plot_svg.ts";
import { formatTick } from "./ticks.ts";

/** Draws layers over each other as an SVG element for a page; throws as `drawPlot` does. */
export async function drawLayers(
  title: string,
  { axes: [x, y], isTime = false, layers }: Pick<ChartPicture, "axes" | "isTime" | "layers">,
): Promise<string> {
  return await drawPlot(title, (marks) => ({
    ...CHART_SIZE,
    x: isTime ? { label: null, type: "utc" } : { label: withoutForbidden(x), tickFormat: formatTick },
    y: { label: withoutForbidden(y), grid: true, tickFormat: formatTick },
    r: { type: "identity" },
    marks: layers.flatMap((layer) => marksOf(layer, marks)),
  }));
}

function marksOf({ kind, color: index, points, sizes }: ChartLayer, { line, dot, areaY }: Marks): unknown[] {
  const color = colorOf(index);
  // A gap is NaN: null would be drawn as 0.
  const data = points.map(([x, y, high], i) => ({
    x: x ?? NaN,
    y: y ?? NaN,
    high: high ?? NaN,
    r: radiusOf(sizes?.[i]),
  }));
  const at = { x: "x", y: "y" };
  const dots = dot(data, { ...at, fill: color, r: "r" });
  const through = line(data, { ...at, stroke: color, strokeWidth: 1.5 });
  switch (kind) {
    case "band":
      return [areaY(data, { x: "x", y1: "y", y2: "high", fill: color, fillOpacity: 0.22 })];
    case "guide":
      return [line(data, { ...at, stroke: "currentColor", strokeOpacity: 0.5, strokeDasharray: "4 3" })];
    case "dots":
      return [dots];
    case "dotted line":
      return [through, dots];
    default:
      return [through];
  }
}

/** Radius in pixels of a usual dot, and of the smallest and the largest of those that differ. */
const [USUAL, LEAST, MOST] = [3, 2, 7];

/** The radius of a dot whose area is a share of the largest. */
function radiusOf(size: number | undefined): number {
  return size === undefined ? USUAL : Math.max(LEAST, MOST * Math.sqrt(Math.min(1, Math.max(0, size))));
}
