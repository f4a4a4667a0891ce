/**
 * Trains the small networks of `docs/guide/` and draws its pictures:
 *
 *     deno run --allow-read --allow-write=docs/guide bench/guide_pictures.ts
 *
 * Arguments such as `overfitting` select pictures by name. All runs are seeded.
 * @module
 */
import { CharTokenizer, LanguageModel, type LanguageModelOptions } from "@elman/elman";
import {
  type Cell,
  crossEntropy,
  Engine,
  inference,
  Linear,
  LSTM,
  makeRecurrent,
  Random,
  type Recurrent,
  reshape,
  RNN,
  slice,
  tensor,
  training,
} from "@elman/elman/nn";
import { Adam } from "@elman/elman/optim";
import { measureDecay, SIZES } from "../docs/gradient_decay.ts";

const GUIDE = new URL("../docs/guide/", import.meta.url);
// Without fused multiply-add, every machine rounds in the same way.
new Engine({ build: "plain" }).makeDefault();

const COLORS = ["#0072b2", "#b3261e", "#b87300", "#2b7a4b"];
const [WIDTH, HEIGHT] = [720, 360];
const PLOT = { left: 84, right: 530, top: 44, bottom: 300 };

interface Line {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  readonly dashes?: string;
  readonly color?: string;
}

interface Chart {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly lines: readonly Line[];
  readonly xTicks: readonly number[];
  readonly yTicks: readonly number[];
  readonly isLogarithmic?: boolean;
  /** Draws elements below the lines; receives functions that convert values to coordinates. */
  readonly under?: (x: (value: number) => number, y: (value: number) => number) => string[];
}

function svg(title: string, parts: readonly string[], height = HEIGHT): string {
  return `<!-- deno-fmt-ignore-file -->
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}">
<title>${title}</title>
<style>
text { font: 13px "DejaVu Sans", Verdana, sans-serif; fill: #222 }
.middle { text-anchor: middle }
.end { text-anchor: end }
.grid { stroke: #ddd; fill: none }
.curve { stroke-width: 2; stroke-linejoin: round; fill: none }
</style>
<rect width="${WIDTH}" height="${height}" rx="6" fill="#fff"/>
<text class="middle" x="${(PLOT.left + PLOT.right) / 2}" y="22">${title}</text>
${parts.join("\n")}
</svg>
`;
}

function drawChart(
  { title, x: xLabel, y: yLabel, lines, xTicks, yTicks, isLogarithmic = false, under }: Chart,
): string {
  const { left, right, top, bottom } = PLOT;
  const scale = (value: number): number => isLogarithmic ? Math.log10(value) : value;
  const [x0, x1, y0, y1] = [xTicks[0], xTicks.at(-1)!, scale(yTicks[0]), scale(yTicks.at(-1)!)];
  const x = (value: number): number => left + (right - left) * (value - x0) / (x1 - x0);
  const y = (value: number): number => bottom - (bottom - top) * (scale(value) - y0) / (y1 - y0);
  const parts = under?.(x, y) ?? [];
  for (const tick of yTicks) {
    parts.push(`<path class="grid" d="M${left} ${y(tick).toFixed(1)}H${right}"/>`);
    const label = isLogarithmic && tick < 0.01 ? tick.toExponential().replace("e-", "e−") : tick;
    parts.push(`<text class="end" x="${left - 8}" y="${y(tick).toFixed(1)}" dy="0.32em">${label}</text>`);
  }
  for (const tick of xTicks) {
    parts.push(`<text class="middle" x="${x(tick).toFixed(1)}" y="${bottom + 20}">${tick}</text>`);
  }
  lines.forEach(({ name, points, dashes = "none", color }, i) => {
    const style = `stroke="${color ?? COLORS[i]}" stroke-dasharray="${dashes}"`;
    const path = points.map(([px, py]) => `${x(px).toFixed(1)} ${y(py).toFixed(1)}`).join("L");
    const at = top + 12 + 26 * i;
    parts.push(`<path class="curve" ${style} d="M${path}"/>`);
    parts.push(`<path class="curve" ${style} d="M${right + 14} ${at}h26"/>`);
    parts.push(`<text x="${right + 46}" y="${at}" dy="0.32em">${name}</text>`);
  });
  parts.push(`<text class="middle" x="${(left + right) / 2}" y="${bottom + 44}">${xLabel}</text>`);
  parts.push(`<text class="middle" transform="translate(18 ${(top + bottom) / 2}) rotate(-90)">${yLabel}</text>`);
  return svg(title, parts);
}

/** A recurrent layer with a linear readout of every step. */
function classifier(layer: Recurrent, classes: number, random: Random): { readout: Linear; optimizer: Adam } {
  const readout = new Linear({ input: layer.projected, output: classes, random });
  const parameters = [...layer.parameters(), ...readout.parameters()];
  return { readout, optimizer: new Adam(parameters, { learningRate: 0.02 }) };
}

/** The parity network of the chapter on states, reading 40 bits. */
function drawState(): string {
  const random = new Random(1);
  const rnn = new RNN({ input: 1, hidden: 4, random });
  const { readout, optimizer } = classifier(rnn, 2, random);
  const [T, B] = [8, 32];
  const paritiesOf = (bits: readonly number[], B: number): Int32Array => {
    const parities = Int32Array.from(bits);
    for (let i = B; i < bits.length; i++) parities[i] ^= parities[i - B];
    return parities;
  };
  for (let step = 0; step < 1500; step++) {
    const bits = Array.from(random.uniform(T * B), Math.round);
    optimizer.zeroGradients();
    training(() => {
      const { output } = rnn.forward(tensor(bits, [T, B, 1]));
      crossEntropy(reshape(readout.forward(output), [T * B, 2]), paritiesOf(bits, B)).backward();
    });
    optimizer.step({ clipNorm: 1 });
  }
  const bits = Array.from(random.uniform(40), Math.round);
  const states = inference(() => rnn.forward(tensor(bits, [40, 1, 1])).output.toArray());
  const lines = Array.from({ length: 4 }, (_, unit) => ({
    name: `unit ${unit + 1}`,
    points: bits.map((_, t): [number, number] => [t + 1, states[4 * t + unit]]),
  }));
  const parities = paritiesOf(bits, 1);
  return drawChart({
    title: "The state of a network that counts ones: shaded where their number is odd",
    x: "bits read",
    y: "value of the unit",
    lines,
    xTicks: [0, 10, 20, 30, 40],
    yTicks: [-1, -0.5, 0, 0.5, 1],
    under: (x) =>
      bits.flatMap((bit, t) => [
        ...parities[t]
          ? [`<rect x="${x(t + 0.5).toFixed(1)}" y="44" width="${(x(1) - x(0)).toFixed(1)}" height="256" fill="#eee"/>`]
          : [],
        `<text class="middle" x="${x(t + 1).toFixed(1)}" y="39" style="font-size:10px">${bit}</text>`,
      ]),
  });
}

/** The share of first symbols, one of 4, that a cell recalls after a number of others. */
function recall(cell: Cell, forgetBias: number, distance: number, seed: number): number {
  const random = new Random(seed);
  const layer = makeRecurrent(cell, { input: 4, hidden: 32, random });
  if (layer instanceof LSTM) layer.initialiseForgetBias(forgetBias);
  const { readout, optimizer } = classifier(layer, 4, random);
  const [T, B] = [distance + 1, 32];
  const draw = (): { x: Float32Array; first: Int32Array } => {
    const ids = Int32Array.from(random.uniform(T * B), (u) => Math.floor(4 * u));
    const x = new Float32Array(T * B * 4);
    ids.forEach((id, i) => x[4 * i + id] = 1);
    return { x, first: ids.slice(0, B) };
  };
  const scores = (x: Float32Array) => {
    const { output } = layer.forward(tensor(x, [T, B, 4]));
    return readout.forward(reshape(slice(output, 0, T - 1, T), [B, 32]));
  };
  for (let step = 0; step < 1500; step++) {
    const { x, first } = draw();
    optimizer.zeroGradients();
    training(() => crossEntropy(scores(x), first).backward());
    optimizer.step({ clipNorm: 1 });
  }
  let right = 0;
  for (let round = 0; round < 10; round++) {
    const { x, first } = draw();
    const found = inference(() => scores(x).toArray());
    first.forEach((id, b) => {
      const own = [...found.subarray(4 * b, 4 * b + 4)];
      right += Number(own.indexOf(Math.max(...own)) === id);
    });
  }
  return right / (10 * B);
}

function drawRecall(): string {
  const cells = [["RNN", "rnn", 0], ["GRU", "gru", 0], ["LSTM, bias 0", "lstm", 0], [
    "LSTM, bias 3",
    "lstm",
    3,
  ]] as const;
  const lines = cells.map(([name, cell, bias]) => ({
    name,
    points: [5, 10, 20, 30, 40].map((distance): [number, number] => {
      const shares = [1, 2, 3].map((seed) => recall(cell, bias, distance, seed));
      const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
      console.log(`recall: ${name} over ${distance} steps: ${shares.map((share) => share.toFixed(3)).join(" ")}`);
      return [distance, 100 * mean];
    }),
  }));
  return drawChart({
    title: "First symbols recalled after 1,500 training steps, mean of 3 runs",
    x: "symbols in between",
    y: "recalled, %",
    lines,
    xTicks: [0, 10, 20, 30, 40],
    yTicks: [0, 25, 50, 75, 100],
  });
}

const poem = await Deno.readTextFile(new URL("father_william.txt", GUIDE));
const tokenizer = CharTokenizer.train(poem);
const CUT = poem.indexOf('"You are old," said the youth, "one would');
const CORPUS = { train: poem.slice(0, CUT), valid: poem.slice(CUT) };
const FIT = { batch: 4, bptt: 32, learningRate: 0.005, schedule: "constant" } as const;

async function drawOverfitting(): Promise<string> {
  const curves = async (options: Omit<LanguageModelOptions, "tokenizer">) => {
    const lm = LanguageModel.create({ tokenizer, hidden: 64, ...options });
    const { epochs, best } = await lm.fit(CORPUS, { ...FIT, epochs: 40 });
    console.log("overfitting:", options, "best:", best, "last:", epochs.at(-1));
    return epochs;
  };
  const [plain, dropped] = [await curves({}), await curves({ dropout: 0.5 })];
  return drawChart({
    title: "Losses of an LSTM that learns six stanzas of a poem by heart",
    x: "epochs",
    y: "loss, nats per character",
    lines: [
      { name: "training", points: plain.map(({ epoch, loss }) => [epoch, loss]) },
      { name: "validation", points: plain.map(({ epoch, validLoss }) => [epoch, validLoss!]) },
      { name: "training, dropout", color: COLORS[0], dashes: "5 4", points: dropped.map((e) => [e.epoch, e.loss]) },
      {
        name: "validation, dropout",
        color: COLORS[1],
        dashes: "5 4",
        points: dropped.map(({ epoch, validLoss }) => [epoch, validLoss!]),
      },
    ],
    xTicks: [0, 10, 20, 30, 40],
    yTicks: [0, 1, 2, 3, 4],
  });
}

async function drawTemperature(): Promise<string> {
  const lm = LanguageModel.create({ tokenizer, hidden: 64 });
  await lm.fit(CORPUS, { ...FIT, epochs: 40 });
  const prompt = "In my ";
  const ids = tokenizer.encodePrompt(prompt);
  const logits = inference(() => lm.network.forward(ids, ids.length, 1).logits.toArray()).slice(-tokenizer.size);
  const distribution = (temperature: number): number[] => {
    const largest = Math.max(...logits);
    const weights = Array.from(logits, (logit) => Math.exp((logit - largest) / temperature));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return weights.map((weight) => weight / total);
  };
  const order = distribution(1).map((p, id) => [p, id]).sort(([a], [b]) => b - a).slice(0, 8).map(([, id]) => id);
  const parts: string[] = [];
  [0.5, 1, 2].forEach((temperature, panel) => {
    const probabilities = distribution(temperature);
    const left = 40 + 228 * panel;
    parts.push(`<text class="middle" x="${left + 92}" y="60">temperature ${temperature}</text>`);
    order.forEach((id, i) => {
      const height = 200 * probabilities[id];
      const x = left + 24 * i;
      parts.push(
        `<rect x="${x}" y="${(290 - height).toFixed(1)}" width="18" height="${height.toFixed(1)}" fill="#0072b2"/>`,
      );
      const symbol = tokenizer.decode([id]).replace(" ", "␣").replace("\n", "⏎").replace("&", "&amp;").replace(
        "<",
        "&lt;",
      );
      parts.push(`<text class="middle" x="${x + 9}" y="308">${symbol}</text>`);
      const share = (100 * probabilities[id]).toFixed(0);
      parts.push(
        `<text class="middle" x="${x + 9}" y="${(285 - height).toFixed(1)}" style="font-size:10px">${share}</text>`,
      );
    });
    console.log(
      `temperature ${temperature}:`,
      order.map((id) => `${tokenizer.decode([id])} ${probabilities[id].toFixed(3)}`),
    );
  });
  parts.push(
    `<text class="middle" x="360" y="342">the eight likeliest characters, and their probabilities in %</text>`,
  );
  return svg(`What follows “${prompt.trim()}␣”`, parts);
}

function drawGradients(): string {
  const shown = new Map([["RNN, tanh", "RNN"], ["GRU", "GRU"], ["LSTM, forget bias 1", "LSTM, bias 1"], [
    "LSTM, forget bias 3",
    "LSTM, bias 3",
  ]]);
  const curves = measureDecay(SIZES).filter(({ name }) => shown.has(name)).reverse();
  for (const { name, norms } of curves) {
    console.log(`gradients: ${name}:`, [10, 20, 50].map((k) => (norms[k] / norms[0]).toExponential(1)).join(", "));
  }
  return drawChart({
    title: "What is left of a gradient on its way back through time",
    x: "time steps back",
    y: "gradient norm, relative",
    lines: curves.map(({ name, norms }) => ({
      name: shown.get(name)!,
      points: norms.slice(0, 51).map((norm, k) => [k, norm / norms[0]]),
    })),
    xTicks: [0, 10, 20, 30, 40, 50],
    yTicks: [1e-15, 1e-12, 1e-9, 1e-6, 1e-3, 1],
    isLogarithmic: true,
  });
}

const PICTURES: Readonly<Record<string, () => string | Promise<string>>> = {
  state: drawState,
  recall: drawRecall,
  overfitting: drawOverfitting,
  temperature: drawTemperature,
  gradients: drawGradients,
};

for (const [name, draw] of Object.entries(PICTURES)) {
  if (Deno.args.length > 0 && !Deno.args.includes(name)) continue;
  await Deno.writeTextFile(new URL(`${name}.svg`, GUIDE), await draw());
}
