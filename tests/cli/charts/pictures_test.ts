import { assert, assertEquals } from "@std/assert";
import { colorOf, drawHeatMap, drawLayers } from "../../../cli/charts/mod.ts";
import type { MatrixPicture } from "../../../tasks/mod.ts";

const MATRIX: MatrixPicture = {
  kind: "matrix",
  title: "Confusion",
  axes: ["true", "given"],
  rows: ["<a>", "b\u0007"],
  columns: [" x", "y"],
  shades: [[1, 0.5], [0, 2]],
  texts: [["4", "<i>"], ["", "7"]],
};

const opacities = (svg: string): number[] => [...svg.matchAll(/<rect fill-opacity="([^"]*)"/g)].map(([, n]) => +n);
const fills = (svg: string): string[] => [...svg.matchAll(/<rect [^>]*fill="([^"]*)"/g)].map(([, color]) => color);
const texts = (svg: string): string[] => [...svg.matchAll(/<text [^>]*>([^<]*)</g)].map(([, text]) => text);

Deno.test("a matrix has a cell for each row and column, shaded up to a limit, with its text", async () => {
  const svg = await drawHeatMap('A "name"', MATRIX);
  assert(svg.includes('role="img" aria-label="A &quot;name&quot;"'));
  assertEquals(opacities(svg), [0.6, 0.3, 0, 0.6]);
  assertEquals(new Set(fills(svg)), new Set([colorOf(0)]));
  assertEquals(texts(svg), ["&lt;a&gt;", "b\uFFFD", "true", "·x", "y", "given", "4", "&lt;i&gt;", "7"]);
});

Deno.test("the cells beside the diagonal have the color of errors", async () => {
  const svg = await drawHeatMap("", { ...MATRIX, hasErrors: true });
  assertEquals(fills(svg), [colorOf(0), colorOf(1), colorOf(1), colorOf(0)]);
});

Deno.test("layers are drawn over each other, with gaps where values are missing", async () => {
  const svg = await drawLayers("Layers", {
    axes: ["x", "<y>"],
    layers: [
      { kind: "band", color: 1, points: [[0, 1, 2], [1, null, null], [2, 1, 2], [3, 1, 2]] },
      { kind: "line", color: 0, points: [[0, 1], [1, 2], [2, null], [3, 2]] },
      { kind: "dots", color: 2, points: [[0, 1], [1, null], [2, 1]], sizes: [1, 1, 0.25] },
      { kind: "guide", color: 0, points: [[0, 0], [3, 3]] },
    ],
  });
  const paths = [...svg.matchAll(/data-part="(area|line)"><path d="([^"]*)"/g)].map(([, part, d]) => [
    part,
    d.replaceAll(/[^MLZ]/g, ""),
  ]);
  assertEquals(paths, [["area", "MLZMLLLZ"], ["line", "MLMZ"], ["line", "ML"]]);
  assertEquals([...svg.matchAll(/<circle [^>]*\br="([^"]*)"/g)].map(([, radius]) => radius), ["7", "3.5"]);
  assert(texts(svg).includes("↑ &lt;y&gt;"));
});

Deno.test("times are shown as dates", async () => {
  const day = (n: number) => Date.UTC(2024, 0, n);
  const layers = [{ kind: "line", color: 0, points: [[day(1), 1], [day(40), 2]] }] as const;
  const svg = await drawLayers("", { axes: ["time", "y"], isTime: true, layers });
  assert(svg.includes(">Jan"), svg);
});
