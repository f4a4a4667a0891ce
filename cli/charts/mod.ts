/**
 * Charts as SVG, drawn by Observable Plot, which is downloaded when it is first used. This folder knows numbers and
 * labels; it must not know what they measure.
 * @module
 */
export { colorOf, dashesOf } from "./colors.ts";
export { escapeMarkup } from "./escape.ts";
export { drawHeatMap } from "./heat_map.ts";
export { drawLayers } from "./layer_chart.ts";
export { type Chart, type ChartLine, drawChart, drawChartFile, type Point } from "./line_chart.ts";
