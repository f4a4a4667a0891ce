/** Draws the validation figures of language models over the time of training. */
import type { Row, Section } from "./report.ts";

const PANEL = { width: 530, height: 330, left: 50, right: 200, top: 34, bottom: 44 };
/** Okabe and Ito's colors, which people with color blindness can tell apart, and their shades. */
const COLORS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7a5195", "#444", "#8c6d31"];
/** Fewest pixels between two labels. */
const LABEL_HEIGHT = 12;

/** A value's place on an axis, in pixels. */
type Scale = (value: number) => number;

/** Draws one panel for each data set, with a line for each model that trained the shortest time natively. */
export function drawCurves(sections: readonly Section[]): string {
  const panels = sections.map((section, i) =>
    `<g transform="translate(${i * PANEL.width} 0)">${drawPanel(section)}</g>`
  );
  const [width, height] = [sections.length * PANEL.width, PANEL.height];
  return `<!-- deno-fmt-ignore-file -->
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">
<title>Language models over the time of training</title>
<style>
text { font: 11px "DejaVu Sans", Verdana, sans-serif; fill: #222 }
.title { text-anchor: middle; font-weight: bold }
.middle { text-anchor: middle }
.end { text-anchor: end }
.grid { stroke: #ddd; fill: none }
.curve { stroke-width: 1.8; stroke-linejoin: round; fill: none }
.pytorch { stroke-dasharray: 5 3 }
</style>
<rect width="${width}" height="${height}" rx="6" fill="#fff"/>
${panels.join("\n")}
</svg>
`;
}

function drawPanel({ set, rows }: Section): string {
  const shortest = Math.min(...rows.map(({ minutes }) => minutes));
  const shown = rows.filter(({ minutes, system }) => minutes === shortest && system !== "webassembly");
  const points = shown.map(({ outcome }) =>
    outcome.curve.map(([seconds, loss]) => [seconds, set.figure(loss)] as const)
  );
  const finals = points.map((line) => Math.min(...line.map(([, y]) => y)));
  const [low, high] = [Math.min(...finals), Math.max(...finals)];
  const margin = (high - low || 1) * 0.5;
  const longest = Math.max(shortest * 60, ...points.flat().map(([x]) => x));
  const x: Scale = (value) => PANEL.left + (PANEL.width - PANEL.left - PANEL.right) * value / longest;
  const [bottom, top] = [low - margin * 0.2, high + margin];
  const y: Scale = (value) =>
    PANEL.height - PANEL.bottom - (PANEL.height - PANEL.top - PANEL.bottom) * (value - bottom) / (top - bottom);
  return [
    ...axes({ x, y, longest, bottom, top, unit: set.unit === "char" ? 2 : 0 }),
    ...points.map((line, i) => drawLine(shown[i], line.filter(([, value]) => value <= top), { x, y }, i)),
    ...labels(shown, finals, y),
    `<text class="title" x="${PANEL.width / 2}" y="18">${set.title}: ${set.figureName}, validation</text>`,
  ].join("\n");
}

function axes({ x, y, longest, bottom, top, unit }: {
  readonly x: Scale;
  readonly y: Scale;
  readonly longest: number;
  readonly bottom: number;
  readonly top: number;
  readonly unit: number;
}): string[] {
  const right = PANEL.width - PANEL.right;
  const marks = [0, 1, 2, 3, 4].map((i) => bottom + (top - bottom) * (i + 0.5) / 5);
  return [
    ...marks.flatMap((value) => [
      `<path class="grid" d="M${PANEL.left} ${y(value).toFixed(1)}H${right}"/>`,
      `<text class="end" x="${PANEL.left - 6}" y="${y(value).toFixed(1)}" dy="0.32em">${value.toFixed(unit)}</text>`,
    ]),
    ...[0, 0.5, 1].map((share) =>
      `<text class="middle" x="${x(share * longest).toFixed(1)}" y="${PANEL.height - PANEL.bottom + 16}">${
        (share * longest / 60).toFixed(share === 0 ? 0 : 1)
      }</text>`
    ),
    `<text class="middle" x="${(PANEL.left + right) / 2}" y="${PANEL.height - 10}">minutes of training</text>`,
  ];
}

function drawLine(
  { system }: Row,
  line: readonly (readonly [number, number])[],
  scales: { x: Scale; y: Scale },
  i: number,
) {
  const path = line.map(([x, y]) => `${scales.x(x).toFixed(1)} ${scales.y(y).toFixed(1)}`).join("L");
  return line.length === 0 ? "" : `<path class="curve ${system}" stroke="${COLORS[i % COLORS.length]}" d="M${path}"/>`;
}

/** Writes the names at the ends of the lines, moved until none overlaps another. */
function labels(rows: readonly Row[], finals: readonly number[], y: Scale): string[] {
  const ends = rows.map(({ name }, i) => ({ name, i, at: y(finals[i]) })).sort((a, b) => a.at - b.at);
  const places = spread(ends.map(({ at }) => at));
  return ends.map(({ name, i }, place) => {
    const label = name.replace("Elman, ", "").replace("PyTorch, ", "").replace(", nanoGPT's settings", " nanoGPT");
    return `<text x="${PANEL.width - PANEL.right + 5}" y="${places[place].toFixed(1)}" dy="0.32em" style="fill:${
      COLORS[i % COLORS.length]
    }">${label}</text>`;
  });
}

/** Moves rising places up, from the axis on, until all are as far apart as labels must be. */
function spread(places: readonly number[]): number[] {
  const moved = [...places];
  let next = PANEL.height - PANEL.bottom + LABEL_HEIGHT;
  for (let i = moved.length - 1; i >= 0; i--) next = moved[i] = Math.min(moved[i], next - LABEL_HEIGHT);
  return moved;
}
