/**
 * Line charts as SVG, drawn by Observable Plot, which is downloaded when it is first used. This folder knows numbers
 * and labels; it must not know what they measure.
 * @module
 */
export { escapeMarkup } from "./escape.ts";
export { type Chart, type ChartLine, colorOf, dashesOf, drawChart, drawChartFile, type Point } from "./line_chart.ts";
