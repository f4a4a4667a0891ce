import { colorOf, dashesOf } from "./colors.ts";
import { CHART_SIZE, drawPlot } from "./plot_svg.ts";
import { formatLogTick, formatTick } from "./ticks.ts";

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

/**
 * Draws a chart as an SVG element for a page, whose text has the color of its surroundings. Throws `RangeError` if a
 * package is not to be had.
 */
export async function drawChart({ title, x, y, isLog = false, hasLogX = false, lines }: Chart): Promise<string> {
  return await drawPlot(title, ({ line, dot }) => ({
    ...CHART_SIZE,
    x: { label: x, type: hasLogX ? "log" : "linear", tickFormat: hasLogX ? formatLogTick : formatTick },
    y: { label: y, grid: true, type: isLog ? "log" : "linear", tickFormat: isLog ? formatLogTick : formatTick },
    marks: lines.flatMap(({ index, points, isPale, hasDots }) => {
      const shown = points.filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y) && (!isLog || y > 0));
      const color = colorOf(index);
      const style = { strokeWidth: isPale ? 1 : 2, strokeOpacity: isPale ? 0.35 : 1, strokeDasharray: dashesOf(index) };
      return [
        line(shown, { x: "x", y: "y", stroke: color, ...style }),
        ...hasDots ? [dot(shown, { x: "x", y: "y", fill: color, r: 3 })] : [],
      ];
    }),
  }));
}

/** Draws a chart as an SVG file: dark on white. */
export async function drawChartFile(chart: Chart): Promise<string> {
  const svg = await drawChart(chart);
  return svg.replace("background:none", "background:white;color:#222222") + "\n";
}
