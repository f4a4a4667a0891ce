/**
 * Measures how the gradient of a loss decays on its way back through time, and draws `docs/gradient_decay.svg`:
 *
 *     deno run --allow-read --allow-write docs/gradient_decay.ts
 *
 * A layer reads T steps of normal(0, 1) noise. The loss is a random linear function of the last hidden state: any loss
 * at the last step enters there as one vector. Measured is the norm of its gradient by the input k steps before the
 * last, as the geometric mean over several seeds.
 * @module
 */
import {
  Engine,
  GRU,
  initialiseOrthogonal,
  LSTM,
  mul,
  Random,
  type Recurrent,
  RNN,
  sum,
  tensor,
  training,
} from "@elman/elman/nn";

/** The sizes of a measurement. */
export interface Sizes {
  /** Input size. */
  readonly input: number;
  /** Hidden size. */
  readonly hidden: number;
  /** Time steps. */
  readonly steps: number;
  /** Sequences side by side. */
  readonly batch: number;
  /** Runs over which the mean is taken. */
  readonly seeds: number;
}

/** The decay of one cell's gradient. */
export interface Curve {
  /** The name in the legend. */
  readonly name: string;
  /** The norm of the gradient by the input k steps before the last, for k = 0 to T - 1. */
  readonly norms: readonly number[];
}

/** The sizes of the committed plot. */
export const SIZES: Sizes = { input: 8, hidden: 64, steps: 101, batch: 4, seeds: 10 };

interface Cell {
  readonly colour: string;
  readonly dashes: string;
  readonly make: (sizes: Sizes, options: { engine: Engine; random: Random }) => Recurrent;
}

/** An LSTM whose forget gates begin near sigmoid(bias). */
function lstm(bias: number, dashes: string): Cell {
  return {
    colour: "#0072b2",
    dashes,
    make: ({ input, hidden }, options) => {
      const layer = new LSTM({ input, hidden, ...options });
      layer.initialiseForgetBias(bias);
      return layer;
    },
  };
}

/** All initializations are the default, uniform(-1/sqrt(H), 1/sqrt(H)), except as the names say. */
const CELLS: Readonly<Record<string, Cell>> = {
  "LSTM, forget bias 3": lstm(3, "none"),
  "LSTM, forget bias 1": lstm(1, "7 4"),
  "LSTM, forget bias 0": lstm(0, "2 3"),
  "GRU": {
    colour: "#b87300",
    dashes: "none",
    make: ({ input, hidden }, options) => new GRU({ input, hidden, ...options }),
  },
  "RNN, tanh, orthogonal": {
    colour: "#b3261e",
    dashes: "7 4",
    make: ({ input, hidden }, options) => {
      const layer = new RNN({ input, hidden, ...options });
      initialiseOrthogonal(layer.namedParameters().get("weight_hh_l0")!, options.random);
      return layer;
    },
  },
  "RNN, tanh": {
    colour: "#b3261e",
    dashes: "none",
    make: ({ input, hidden }, options) => new RNN({ input, hidden, ...options }),
  },
};

/** The norms of one run. */
function measureRun({ make }: Cell, sizes: Sizes, seed: number): number[] {
  // The build without fused multiply-add rounds alike on every machine.
  const engine = new Engine({ build: "plain" });
  const random = new Random(seed, { engine });
  const { input, hidden, steps, batch } = sizes;
  const layer = make(sizes, { engine, random });
  const gradients = training(() => {
    const x = tensor(random.normal(steps * batch * input), [steps, batch, input], { engine, requiresGradient: true });
    const readout = tensor(random.normal(batch * hidden), [1, batch, hidden], { engine });
    sum(mul(layer.forward(x).state.h, readout)).backward();
    return x.gradients();
  }, { engine });
  const width = batch * input;
  return Array.from({ length: steps }, (_, k) => {
    const first = (steps - 1 - k) * width;
    return Math.hypot(...gradients.subarray(first, first + width));
  });
}

/** Measures every cell. */
export function measureDecay(sizes: Sizes): Curve[] {
  return Object.entries(CELLS).map(([name, cell]) => {
    const runs = Array.from({ length: sizes.seeds }, (_, seed) => measureRun(cell, sizes, seed));
    const norms = runs[0].map((_, k) => Math.exp(runs.reduce((logs, run) => logs + Math.log(run[k]), 0) / runs.length));
    return { name, norms };
  });
}

const WIDTH = 784;
const HEIGHT = 430;
const PLOT = { left: 86, right: 560, top: 48, bottom: 372 };
const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** 10 to a whole power, as text. */
function powerOfTen(exponent: number): string {
  if (exponent === 0) return "1";
  const digits = [...String(Math.abs(exponent))].map((digit) => SUPERSCRIPTS[Number(digit)]).join("");
  return `10${exponent < 0 ? "⁻" : ""}${digits}`;
}

/** The plot as SVG: the norms over k, relative to k = 0, on a logarithmic axis. */
export function drawDecay(curves: readonly Curve[]): string {
  const steps = curves[0].norms.length - 1;
  const relative = curves.map(({ name, norms }) => ({ name, logs: norms.map((norm) => Math.log10(norm / norms[0])) }));
  const lowest = 5 * Math.floor(Math.min(...relative.flatMap(({ logs }) => logs)) / 5);
  const highest = 5 * Math.ceil(Math.max(...relative.flatMap(({ logs }) => logs)) / 5);
  const { left, right, top, bottom } = PLOT;
  const x = (k: number): string => (left + (right - left) * k / steps).toFixed(1);
  const y = (log: number): string => (bottom - (bottom - top) * (log - lowest) / (highest - lowest)).toFixed(1);
  const lines: string[] = [];
  for (let log = lowest; log <= highest; log += 5) {
    lines.push(`<path class="grid" d="M${left} ${y(log)}H${right}"/>`);
    lines.push(`<text class="end" x="${left - 8}" y="${y(log)}" dy="0.32em">${powerOfTen(log)}</text>`);
  }
  for (let k = 0; k <= steps; k += steps / 5) {
    lines.push(`<path class="grid" d="M${x(k)} ${top}V${bottom}"/>`);
    lines.push(`<text class="middle" x="${x(k)}" y="${bottom + 20}">${Math.round(k)}</text>`);
  }
  relative.forEach(({ name, logs }, i) => {
    const style = `stroke="${CELLS[name].colour}" stroke-dasharray="${CELLS[name].dashes}"`;
    const at = top + 12 + 24 * i;
    lines.push(`<path class="curve" ${style} d="M${logs.map((log, k) => `${x(k)} ${y(log)}`).join("L")}"/>`);
    lines.push(`<path class="curve" ${style} d="M${right + 16} ${at}h30"/>`);
    lines.push(`<text x="${right + 54}" y="${at}" dy="0.32em">${name}</text>`);
  });
  return frame(lines);
}

/** Title, labels and style around the parts of the plot. */
function frame(lines: readonly string[]): string {
  const { left, right, top, bottom } = PLOT;
  const [centreX, centreY] = [(left + right) / 2, (top + bottom) / 2];
  return `<!-- deno-fmt-ignore-file -->
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}">
<title>Norm of the gradient of a loss at the last time step by the input k steps earlier</title>
<style>
text { font: 13px "DejaVu Sans", Verdana, sans-serif; fill: #222 }
.middle { text-anchor: middle }
.end { text-anchor: end }
.grid { stroke: #ddd; fill: none }
.curve { stroke-width: 2; stroke-linejoin: round; fill: none }
</style>
<rect width="${WIDTH}" height="${HEIGHT}" rx="6" fill="#fff"/>
<text class="middle" x="${centreX}" y="28">The gradient on its way back through time</text>
${lines.join("\n")}
<text class="middle" x="${centreX}" y="${bottom + 44}">k, time steps before the loss</text>
<text class="middle" transform="translate(26 ${centreY}) rotate(-90)">gradient norm, relative to k = 0</text>
</svg>
`;
}

if (import.meta.main) {
  await Deno.writeTextFile(new URL("gradient_decay.svg", import.meta.url), drawDecay(measureDecay(SIZES)));
}
