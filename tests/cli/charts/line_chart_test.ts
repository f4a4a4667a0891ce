import { assert, assertEquals } from "@std/assert";
import { type Chart, colorOf, dashesOf, drawChart, drawChartFile } from "../../../cli/charts/mod.ts";

const points = (...values: number[]) => values.map((y, x) => ({ x, y }));
const CHART: Chart = {
  title: 'A "title" & more',
  x: "step",
  y: "loss",
  lines: [{ index: 1, points: points(3, 1, 2) }],
};

/** The path of the first line of a color. */
function pathOf(svg: string, color: string): string | undefined {
  return new RegExp(`<g [^>]*stroke="${color}"[^>]*><path [^>]*d="([^"]*)"`).exec(svg)?.[1];
}

Deno.test("a chart is an SVG element with a name, axes and a line of its color through all points", async () => {
  const svg = await drawChart(CHART);
  assert(svg.startsWith('<svg xmlns="http://www.w3.org/2000/svg" role="img" '));
  assert(svg.includes('aria-label="A &quot;title&quot; &amp; more"'));
  assertEquals(svg.match(/aria-label=/g)?.length, 1);
  for (const label of ["step", "loss"]) assert(svg.includes(label));
  assertEquals(pathOf(svg, colorOf(1))?.match(/[ML]/g), ["M", "L", "L"]);
  assertEquals(pathOf(svg, colorOf(0)), undefined);
  assertEquals(/\d\.\d\d/.test(pathOf(svg, colorOf(1))!), false, "positions are rounded");
  assertEquals(svg.includes("<circle"), false);
});

Deno.test("values that are not finite, or not positive on a logarithmic axis, are left out", async () => {
  const lines = [{ index: 0, points: points(1, NaN, 0, 100, Infinity), hasDots: true }];
  const dots = async (isLog: boolean) => (await drawChart({ ...CHART, lines, isLog })).match(/<circle /g)?.length;
  assertEquals([await dots(false), await dots(true)], [3, 2]);
});

Deno.test("axes have short numbers", async () => {
  const labels = async (values: number[], isLog = false) =>
    [
      ...(await drawChart({ ...CHART, isLog, lines: [{ index: 0, points: points(...values) }] }))
        .split('data-part="y-axis tick label">')[1].split("</g>")[0].matchAll(/<text[^>]*>([^<]+)</g),
    ]
      .map(([, text]) => text);
  assertEquals(await labels([0, 300_000]), ["0", "50k", "100k", "150k", "200k", "250k", "300k"]);
  assertEquals(await labels([0.001, 0.1], true), ["0.001", "0.002", "0.01", "0.02", "0.1"]);
});

Deno.test("eighteen lines differ in color or dashes", () => {
  const styles = Array.from({ length: 18 }, (_, i) => `${colorOf(i)} ${dashesOf(i)}`);
  assertEquals(new Set(styles).size, 18);
});

Deno.test("a chart in a file of its own is dark on white", async () => {
  const [root] = (await drawChartFile(CHART)).match(/^<svg [^>]*>/)!;
  assert(root.includes('style="font-size:12px;background:white;color:#222222"'));
  // An attribute that occurs twice is an error in XML.
  const names = [...root.matchAll(/ ([\w:-]+)="/g)].map(([, name]) => name);
  assertEquals(names, [...new Set(names)]);
});
