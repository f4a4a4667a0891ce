import { assertEquals, assertNotEquals } from "@std/assert";
import { checkGradient } from "./finite_difference.ts";
import {
  gru,
  lstm,
  minGRU,
  qrnn,
  type RecurrentGradients,
  type RecurrentOptions,
  type RecurrentRun,
  rnn,
  sru,
  stacked,
  type StackedOptions,
} from "./oracles/mod.ts";
import { randomValues, seededRandom } from "./random.ts";

type Named = Record<string, Float64Array>;
type Shape = { T: number; B: number; I: number; H: number; P?: number; lengths?: number[]; reverse?: boolean };

interface Cell {
  /** Number of blocks of weight_ih. */
  readonly gates: number;
  readonly run: (options: RecurrentOptions) => RecurrentRun;
  readonly P?: number;
  /** Whether the gates have no product with h. */
  readonly isLinear?: boolean;
  /** Number of inputs that a step reads. Default: 1. */
  readonly read?: number;
  /** Number of blocks of weight_c. Default: 0. */
  readonly factors?: number;
}

const CELLS: Record<string, Cell> = {
  "rnn tanh": { gates: 1, run: (options) => rnn({ ...options, nonlinearity: "tanh" }) },
  "rnn relu": { gates: 1, run: (options) => rnn({ ...options, nonlinearity: "relu" }) },
  "lstm": { gates: 4, run: lstm },
  "lstm with projection": { gates: 4, run: lstm, P: 2 },
  "gru": { gates: 3, run: gru },
  "qrnn": { gates: 3, run: qrnn, isLinear: true },
  "qrnn with two inputs": { gates: 3, run: qrnn, isLinear: true, read: 2 },
  "sru": { gates: 4, run: sru, isLinear: true, factors: 2 },
  "mingru": { gates: 2, run: minGRU, isLinear: true },
};

const SHAPES: Record<string, Shape> = {
  "T=1 B=1": { T: 1, B: 1, I: 3, H: 4 },
  "T=1 B=1 I=1 H=1": { T: 1, B: 1, I: 1, H: 1 },
  "T=4 B=3": { T: 4, B: 3, I: 2, H: 5 },
  "T=4 B=3 ragged": { T: 4, B: 3, I: 3, H: 4, lengths: [2, 4, 1] },
  "T=4 B=3 ragged, one empty, none full, reverse": {
    ...{ T: 4, B: 3, I: 3, H: 4 },
    lengths: [3, 0, 2],
    reverse: true,
  },
};

const dot = (a: ArrayLike<number>, b: Float64Array) => b.reduce((sum, value, i) => sum + value * a[i], 0);

function randomInputs(cell: string, { T, B, I, H }: Shape, bias: boolean): Named {
  const random = seededRandom(11), { gates, P, isLinear, read = 1, factors = 0 } = CELLS[cell], width = P ?? H;
  const rows = gates * H, biases = (factors || gates) * H;
  return {
    x: randomValues(random, T * B * I),
    h0: randomValues(random, B * width),
    ...(gates === 4 && !isLinear && { c0: randomValues(random, B * H) }),
    ...(read === 2 && { x0: randomValues(random, B * I) }),
    weight_ih: randomValues(random, rows * I * read, 0.8),
    ...(!isLinear && { weight_hh: randomValues(random, rows * width, 0.8) }),
    ...(bias && { bias_ih: randomValues(random, biases, 0.5) }),
    ...(bias && !isLinear && { bias_hh: randomValues(random, biases, 0.5) }),
    ...(factors && { weight_c: randomValues(random, factors * H) }),
    ...(P && { weight_hr: randomValues(random, P * H) }),
  };
}

function run(cell: string, shape: Shape, { x, h0, c0, x0, ...weights }: Named): RecurrentRun {
  const { weight_ih, ...others } = weights;
  return CELLS[cell].run({ ...shape, P: CELLS[cell].P, x, h0, c0, x0, weights: { weight_ih, ...others } });
}

/** A scalar function: a random weighting of the outputs and both final states. */
function randomCotangents({ output, hN, cN, xN }: RecurrentRun): Float64Array[] {
  const random = seededRandom(12);
  return [output, hN, cN, xN].map((values) => randomValues(random, values.length));
}

function objective({ output, hN, cN, xN }: RecurrentRun, [dOutput, dHN, dCN, dXN]: Float64Array[]): number {
  return dot(output, dOutput) + dot(hN, dHN) + dot(cN, dCN) + dot(xN, dXN);
}

function gradientsOf(inputs: Named, g: RecurrentGradients): Named {
  const all: Named = {
    ...{ x: g.dx, h0: g.dh0, c0: g.dc0, weight_ih: g.dWeight_ih, weight_hh: g.dWeight_hh },
    ...{ bias_ih: g.dBias_ih, bias_hh: g.dBias_hh, weight_hr: g.dWeight_hr, weight_c: g.dWeight_c, x0: g.dx0 },
  };
  // Every cell can tell the gradient of the input before.
  for (const name of Object.keys(all)) if (!(name in inputs) && name !== "x0") assertEquals(all[name].length, 0, name);
  return Object.fromEntries(Object.keys(inputs).map((name) => [name, all[name]]));
}

for (const cell of Object.keys(CELLS)) {
  const eps = cell === "rnn relu" ? 1e-6 : 1e-3;
  for (const [name, shape] of Object.entries(SHAPES)) {
    for (const bias of [true, false]) {
      const title = `oracle ${cell}, ${name}${bias ? "" : ", no bias"}`;
      Deno.test(`${title}: backward agrees with finite differences within 1e-7`, () => {
        const inputs = randomInputs(cell, shape, bias);
        const forward = run(cell, shape, inputs);
        const cotangents = randomCotangents(forward);
        const gradients = gradientsOf(inputs, forward.backward(...cotangents));
        checkGradient((at: Named) => objective(run(cell, shape, at), cotangents), inputs, gradients, { eps });
      });
    }
  }

  Deno.test(`oracle ${cell} treats each sequence of a ragged batch as if it ran alone, in both directions`, () => {
    const shape = { T: 4, B: 3, I: 3, H: 4, lengths: [2, 4, 0] }, width = CELLS[cell].P ?? 4;
    const inputs = randomInputs(cell, shape, true);
    for (const reverse of [false, true]) {
      const batch = run(cell, { ...shape, reverse }, inputs);
      shape.lengths.forEach((T, b) => {
        const alone = run(cell, { ...shape, T, B: 1, lengths: undefined, reverse }, {
          ...inputs,
          x: columns(inputs.x, T, 3, b, 3),
          h0: inputs.h0.slice(b * width, (b + 1) * width),
          ...(inputs.c0 && { c0: inputs.c0.slice(b * 4, (b + 1) * 4) }),
          ...(inputs.x0 && { x0: inputs.x0.slice(b * 3, (b + 1) * 3) }),
        });
        assertEquals(columns(batch.output, T, 3, b, width), alone.output);
        assertEquals(batch.hN.slice(b * width, (b + 1) * width), alone.hN);
        for (let t = T; t < 4; t++) {
          assertEquals(
            batch.output.slice((t * 3 + b) * width, (t * 3 + b + 1) * width),
            new Float64Array(width),
          );
        }
      });
    }
  });

  Deno.test(`oracle ${cell} ignores the padding of x and dOutput, and its gradient there is zero`, () => {
    const shape = { T: 4, B: 2, I: 3, H: 4, lengths: [2, 3] }, width = CELLS[cell].P ?? 4;
    const inputs = randomInputs(cell, shape, true);
    const spoiled = { ...inputs, x: spoilPadding(inputs.x, shape.lengths, 3) };
    assertNotEquals(spoiled.x, inputs.x);
    for (const reverse of [false, true]) {
      const clean = run(cell, { ...shape, reverse }, inputs), dirty = run(cell, { ...shape, reverse }, spoiled);
      assertEquals([dirty.output, dirty.hN, dirty.cN], [clean.output, clean.hN, clean.cN]);
      const [dOutput, dHN, dCN] = randomCotangents(clean);
      const gradients = dirty.backward(spoilPadding(dOutput, shape.lengths, width), dHN, dCN);
      assertEquals(gradients, clean.backward(dOutput, dHN, dCN));
      assertEquals(gradients.dx.slice((3 * 2) * 3), new Float64Array(6));
    }
  });
}

/** Copies steps 0 to T of sequence b from [steps, B, width]. */
function columns(values: Float64Array, T: number, B: number, b: number, width: number): Float64Array {
  return Float64Array.from(
    { length: T * width },
    (_, i) => values[(Math.floor(i / width) * B + b) * width + i % width],
  );
}

function spoilPadding(values: Float64Array, lengths: number[], width: number): Float64Array {
  const B = lengths.length;
  return values.map((value, i) => Math.floor(i / width / B) >= lengths[Math.floor(i / width) % B] ? NaN : value);
}

for (const cell of ["rnn_tanh", "lstm", "gru"] as const) {
  Deno.test(`oracle stacked ${cell}: backward agrees with finite differences within 1e-7`, () => {
    const random = seededRandom(13), gates = { rnn_tanh: 1, lstm: 4, gru: 3 }[cell];
    const sizes = { cell, T: 3, B: 2, I: 2, H: 3, layers: 2, bidirectional: true, lengths: [3, 2] };
    const parameters: Named = {};
    for (const [layer, I] of [[0, 2], [1, 6]]) {
      for (const suffix of [`_l${layer}`, `_l${layer}_reverse`]) {
        parameters[`weight_ih${suffix}`] = randomValues(random, gates * 3 * I);
        parameters[`weight_hh${suffix}`] = randomValues(random, gates * 9);
        parameters[`bias_ih${suffix}`] = randomValues(random, gates * 3);
        parameters[`bias_hh${suffix}`] = randomValues(random, gates * 3);
      }
    }
    const inputs: Named = { x: randomValues(random, 12), h0: randomValues(random, 24), ...parameters };
    if (cell === "lstm") inputs.c0 = randomValues(random, 24);
    const forward = ({ x, h0, c0, ...parameters }: Named) =>
      stacked({ ...sizes, x, h0, c0, parameters } satisfies StackedOptions);
    const result = forward(inputs);
    const cotangents = [result.output, result.hN, result.cN].map((values) => randomValues(random, values.length));
    const { dx, dh0, dc0, dParameters } = result.backward(...cotangents);
    const gradients: Named = { x: dx, h0: dh0, ...(cell === "lstm" && { c0: dc0 }), ...dParameters };
    checkGradient(
      (at: Named) => {
        const { output, hN, cN } = forward(at);
        return dot(output, cotangents[0]) + dot(hN, cotangents[1]) + dot(cN, cotangents[2]);
      },
      inputs,
      gradients,
    );
  });
}
