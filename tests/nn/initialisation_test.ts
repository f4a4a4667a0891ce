import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import {
  Embedding,
  GRU,
  initialiseConstant,
  initialiseNormal,
  initialiseOrthogonal,
  initialiseUniform,
  initialiseXavier,
  initialiseXavierNormal,
  LayerNorm,
  Linear,
  LSTM,
  type Module,
  Parameter,
  Random,
  RNN,
} from "../../src/nn/mod.ts";

const seeded = (seed = 1) => ({ random: new Random(seed) });

function filled(shape: number[], initialise: (parameter: Parameter, random: Random) => void): Float32Array {
  const parameter = new Parameter(shape);
  initialise(parameter, new Random(1));
  return parameter.toArray();
}

function moments(values: Float32Array): { mean: number; variance: number } {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  return { mean, variance: values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length };
}

/** Asserts that values fill the range, with mean 0 and variance range^2 / 3 within 5 standard deviations. */
function assertUniform(values: Float32Array, range: number, what: string): void {
  const n = values.length;
  const { mean, variance } = moments(values);
  assert(values.every((x) => x >= -range && x < range), `${what}: beyond ${range}`);
  assertAlmostEquals(values.reduce((a, b) => Math.max(a, b)), range, 20 * range / n, what);
  assertAlmostEquals(values.reduce((a, b) => Math.min(a, b)), -range, 20 * range / n, what);
  assertAlmostEquals(mean, 0, 5 * range / Math.sqrt(3 * n), what);
  assertAlmostEquals(variance / range ** 2, 1 / 3, 5 * Math.sqrt(4 / 45 / n), what);
}

/** Asserts the mean, the variance and the share within one deviation of 0, all within 5 standard deviations. */
function assertNormal(values: Float32Array, deviation: number, what: string): void {
  const n = values.length;
  const { mean, variance } = moments(values);
  assertAlmostEquals(mean, 0, 5 * deviation / Math.sqrt(n), what);
  assertAlmostEquals(variance / deviation ** 2, 1, 5 * Math.sqrt(2 / n), what);
  const share = values.filter((x) => Math.abs(x) < deviation).length / n;
  assertAlmostEquals(share, 0.6827, 5 * Math.sqrt(0.6827 * 0.3173 / n), what);
}

const RECURRENT: Record<string, Module> = {
  "RNN": new RNN({ ...seeded(), input: 30, hidden: 64 }),
  "LSTM": new LSTM({ ...seeded(), input: 30, hidden: 64, layers: 2, bidirectional: true }),
  "LSTM with a projection": new LSTM({ ...seeded(), input: 30, hidden: 64, projection: 32 }),
  "GRU": new GRU({ ...seeded(), input: 30, hidden: 64, layers: 2 }),
};

for (const [name, module] of Object.entries(RECURRENT)) {
  Deno.test(`a new ${name} has parameters uniform in [-1/sqrt(H), 1/sqrt(H)), like PyTorch`, () => {
    for (const [name, parameter] of module.namedParameters()) assertUniform(parameter.toArray(), 1 / 8, name);
  });
}

Deno.test("a new Linear has parameters uniform in [-1/sqrt(I), 1/sqrt(I)), like PyTorch", () => {
  const { weight, bias } = new Linear({ ...seeded(), input: 25, output: 400 });
  assertUniform(weight.toArray(), 1 / 5, "weight");
  assertUniform(bias!.toArray(), 1 / 5, "bias");
});

Deno.test("a new Embedding has vectors from normal(0, 1), like PyTorch", () => {
  assertNormal(new Embedding({ ...seeded(), size: 100, width: 101 }).weight.toArray(), 1, "weight");
});

Deno.test("a new LayerNorm has scale 1 and shift 0", () => {
  const { weight, bias } = new LayerNorm({ width: 5 });
  assertEquals([...weight.toArray(), ...bias.toArray()], [1, 1, 1, 1, 1, 0, 0, 0, 0, 0]);
});

Deno.test("uniform, normal and constant initialization have the requested distribution", () => {
  assertUniform(filled([70, 71], (p, random) => initialiseUniform(p, 0.08, random)), Math.fround(0.08), "uniform");
  assertNormal(filled([70, 71], (p, random) => initialiseNormal(p, 0.02, random)), 0.02, "normal");
  assertEquals([...filled([3], (p) => initialiseConstant(p, 2.5))], [2.5, 2.5, 2.5]);
});

Deno.test("Xavier initializations have variance gain^2 2 / (fanIn + fanOut)", () => {
  for (const gain of [1, 5 / 3]) {
    const uniform = filled([90, 60], (p, random) => initialiseXavier(p, random, gain));
    assertUniform(uniform, Math.fround(gain * Math.sqrt(6 / 150)), `uniform, gain ${gain}`);
    const normal = filled([90, 60], (p, random) => initialiseXavierNormal(p, random, gain));
    assertNormal(normal, gain * Math.sqrt(2 / 150), `normal, gain ${gain}`);
  }
});

/** Asserts that vectors have length `gain` and are orthogonal. */
function assertOrthogonal(vectors: number[][], gain: number): void {
  for (const [i, a] of vectors.entries()) {
    for (const [j, b] of vectors.entries()) {
      const dot = a.reduce((sum, x, k) => sum + x * b[k], 0);
      assertAlmostEquals(dot, i === j ? gain ** 2 : 0, 1e-6 * gain ** 2, `${i} and ${j}`);
    }
  }
}

function rowsOf(values: Float32Array, columns: number): number[][] {
  return Array.from(
    { length: values.length / columns },
    (_, r) => [...values.subarray(r * columns, (r + 1) * columns)],
  );
}

const transposed = (rows: number[][]) => rows[0].map((_, c) => rows.map((row) => row[c]));

Deno.test("orthogonal initialization makes the shorter side orthonormal within 1e-6, times the gain", () => {
  for (const [rows, columns] of [[1, 1], [1, 5], [5, 1], [40, 40], [7, 33], [33, 7]]) {
    for (const gain of [1, 2.5]) {
      const matrix = rowsOf(filled([rows, columns], (p, random) => initialiseOrthogonal(p, random, gain)), columns);
      assertOrthogonal(rows <= columns ? matrix : transposed(matrix), gain);
    }
  }
});

Deno.test("orthogonal initialization with blocks makes the block of every gate orthonormal within 1e-6", () => {
  for (
    const [layer, gates] of [[new LSTM({ input: 3, hidden: 9 }), 4], [new GRU({ input: 3, hidden: 9 }), 3]] as const
  ) {
    const weight = layer.namedParameters().get("weight_hh_l0")!;
    initialiseOrthogonal(weight, new Random(2), 1, gates);
    const rows = rowsOf(weight.toArray(), 9);
    const blocks = Array.from({ length: gates }, (_, gate) => rows.slice(gate * 9, (gate + 1) * 9));
    for (const block of blocks) assertOrthogonal(block, 1);
    assertNotEquals(blocks[0], blocks[1]);
  }
});

Deno.test("initialiseForgetBias sets the summed bias of the forget gates in every layer and direction, and no other bias", () => {
  const make = () => new LSTM({ ...seeded(), input: 3, hidden: 4, layers: 2, bidirectional: true });
  const [before, lstm] = [make().namedParameters(), make()];
  lstm.initialiseForgetBias(1);
  const after = lstm.namedParameters();
  for (const [name, parameter] of before) {
    const isBias = name.startsWith("bias_");
    const [expected, actual] = [parameter, after.get(name)!].map((p) => [...p.toArray()]);
    if (isBias) [expected, actual].forEach((values) => values.splice(4, 4));
    assertEquals(actual, expected, name);
    if (!name.startsWith("bias_ih")) continue;
    const other = after.get(name.replace("_ih", "_hh"))!.toArray();
    const sums = after.get(name)!.toArray().map((value, i) => value + other[i]);
    assertEquals([...sums.subarray(4, 8)], [1, 1, 1, 1], name);
  }
});

Deno.test("modules made one after another have different weights, and so do modules with different seeds", () => {
  const { random } = seeded();
  const weights = [
    new Linear({ input: 3, output: 4 }),
    new Linear({ input: 3, output: 4 }),
    new Linear({ random, input: 3, output: 4 }),
    new Linear({ random, input: 3, output: 4 }),
    new Linear({ ...seeded(2), input: 3, output: 4 }),
  ].map(({ weight }) => weight.toArray().join());
  assertEquals(new Set(weights).size, weights.length);
});
