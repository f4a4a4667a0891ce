// The time loops of cells whose gates have no product with the state before.

import { assertNormal } from "../support/bounds.ts";
import { assertAllClose } from "../support/close.ts";
import { randomFloats, unwritten } from "../support/floats.ts";
import { checkKernel, type KernelCase, ODD_SIZES, runKernel } from "../support/kernel_contract.ts";
import { minGRU, qrnn, type RecurrentOptions, sru } from "../support/oracles/mod.ts";
import { forEachRecurrence, makeRecurrence, type RecurrenceOptions } from "../support/time_loop_case.ts";

const SIZES = ODD_SIZES.filter((n) => n > 0);

type Options = Omit<RecurrenceOptions, "gates">;

function assertNear(actual: ArrayLike<number>, expected: ArrayLike<number>, name: string): void {
  assertAllClose(actual, expected, { tolerance: 3e-6, name });
}

function checkMinGru(options: Options, bias: boolean): void {
  const made = makeRecurrence({ ...options, gates: 2 }, (given) => minGRU(bias ? given : withoutBias(given)));
  const { H, batch, initial, everyStep, h0, biasIH, dOutput, dh, run, gradients } = made;
  const { T, sizes, rows } = batch;
  const forward: KernelCase<"sizes" | "gates" | "h" | "h0" | "biasIH"> = {
    kernel: "min_gru_forward",
    buffers: { sizes, gates: made.products, h: unwritten(rows * H), h0, biasIH },
    outputs: ["gates", "h"],
    operands: (at) => [T, at.sizes, H, at.gates, at.h, initial ? at.h0 : 0, bias ? at.biasIH : 0],
  };
  checkKernel(forward, (results, what) => assertNear(results.h, batch.pack(run.output, H), what));
  const { gates, h } = runKernel("plain", 1, forward);
  checkKernel({
    kernel: "min_gru_backward",
    buffers: { sizes, gates, h, h0, dOutput, dh },
    outputs: ["gates", "dh"],
    operands: (at) => [T, at.sizes, H, at.gates, at.h, initial ? at.h0 : 0, everyStep ? at.dOutput : 0, at.dh],
  }, (results, what) => {
    assertNear(results.gates, batch.pack(gradients.dx, 2 * H), what);
    assertNear(results.dh, gradients.dh0, what);
  });
}

function withoutBias(given: RecurrentOptions): RecurrentOptions {
  return { ...given, weights: { ...given.weights, bias_ih: null } };
}

function checkQrnn(options: Options, bias: boolean): void {
  const made = makeRecurrence({ ...options, gates: 3 }, (given) => qrnn(bias ? given : withoutBias(given)));
  const { H, batch, initial, everyStep, h0, biasIH, dOutput, dh, run, gradients } = made;
  const { T, sizes, rows } = batch;
  const forward: KernelCase<"sizes" | "gates" | "c" | "h" | "h0" | "biasIH"> = {
    kernel: "qrnn_forward",
    buffers: { sizes, gates: made.products, c: unwritten(rows * H), h: unwritten(rows * H), h0, biasIH },
    outputs: ["gates", "c", "h"],
    operands: (at) => [T, at.sizes, H, at.gates, at.c, at.h, initial ? at.h0 : 0, bias ? at.biasIH : 0],
  };
  checkKernel(forward, ({ c, h }, what) => {
    assertNear(h, batch.pack(run.output, H), what);
    assertNear(batch.last(c, H), run.hN, what);
  });
  const { gates, c } = runKernel("plain", 1, forward);
  checkKernel({
    kernel: "qrnn_backward",
    buffers: { sizes, gates, c, h0, dOutput, dh },
    outputs: ["gates", "dh"],
    operands: (at) => [T, at.sizes, H, at.gates, at.c, initial ? at.h0 : 0, everyStep ? at.dOutput : 0, at.dh],
  }, (results, what) => {
    assertNear(results.gates, batch.pack(gradients.dx, 3 * H), what);
    assertNear(results.dh, gradients.dh0, what);
  });
}

/** Checks an SRU whose output skips a block of the products. */
function checkProjectedSru(options: Options, bias: boolean): void {
  const v = randomFloats(11, 2 * options.H);
  const made = makeRecurrence({ ...options, gates: 4 }, (given) => {
    const bias_ih = bias ? Array.from(given.weights.bias_ih!).slice(0, 2 * options.H) : null;
    return sru({ ...given, weights: { ...given.weights, bias_ih, weight_c: v } });
  });
  const { H, batch, initial, everyStep, h0, dOutput, dh, run, gradients } = made;
  const { T, sizes, rows } = batch;
  const forward: KernelCase<"sizes" | "gates" | "c" | "h" | "h0" | "v" | "bias"> = {
    kernel: "sru_forward",
    buffers: {
      ...{ sizes, gates: made.products, c: unwritten(rows * H), h: unwritten(rows * H), h0, v },
      bias: made.biasIH.slice(0, 2 * H),
    },
    outputs: ["gates", "c", "h"],
    operands: (at) => {
      const states = [at.gates, at.c, at.h, initial ? at.h0 : 0];
      return [T, at.sizes, H, 4, ...states, 0, 1, at.v, bias ? at.bias : 0];
    },
  };
  checkKernel(forward, ({ c, h }, what) => {
    assertNear(h, batch.pack(run.output, H), what);
    assertNear(batch.last(c, H), run.hN, what);
  });
  const { gates, c } = runKernel("plain", 1, forward);
  checkKernel({
    kernel: "sru_backward",
    buffers: { sizes, gates, c, h0, v, dOutput, dh, dV: new Float32Array(2 * H) },
    outputs: ["gates", "dh", "dV"],
    operands: (at) => {
      const saved = [at.gates, at.c, initial ? at.h0 : 0, 0, 1, at.v];
      return [T, at.sizes, H, 4, ...saved, everyStep ? at.dOutput : 0, at.dh, 0, at.dV];
    },
  }, (results, what) => {
    assertNear(results.gates, batch.pack(gradients.dx, 4 * H), what);
    assertNear(results.dh, gradients.dh0, what);
    assertNear(results.dV, gradients.dWeight_c, what);
  });
}

/** x[rows, n] W^T[n, m] in double precision, or x W with W[n, m]. */
function product(
  x: ArrayLike<number>,
  w: ArrayLike<number>,
  n: number,
  m: number,
  isTransposed: boolean,
): Float64Array {
  return Float64Array.from({ length: x.length / n * m }, (_, at) => {
    const [r, j] = [Math.floor(at / m), at % m];
    let sum = 0;
    for (let i = 0; i < n; i++) sum += x[r * n + i] * w[isTransposed ? j * n + i : i * m + j];
    return sum;
  });
}

/** Checks an SRU whose output skips the input itself, to whose gradient the kernel adds. */
function checkSkippingSru({ H, batch, initial, everyStep }: Options): void {
  const { B, T, lengths, sizes, rows } = batch;
  const numbers = (stream: number, count: number): Float32Array => randomFloats(stream, count);
  const [x, weight, v, bias] = [numbers(1, rows * H), numbers(2, 3 * H * H), numbers(3, 2 * H), numbers(4, 2 * H)];
  const [h0, dOutput, dh] = [numbers(5, B * H), numbers(6, rows * H), numbers(7, B * H)];
  const run = sru({
    ...{ x: batch.pad(x, H), T, B, I: H, H, lengths, h0: initial ? h0 : null },
    weights: { weight_ih: weight, bias_ih: bias, weight_c: v },
  });
  const gradients = run.backward(everyStep ? batch.pad(dOutput, H) : null, dh);
  const [before, scale] = [numbers(8, rows * H), Math.sqrt(3)];
  const forward: KernelCase<"sizes" | "gates" | "c" | "h" | "h0" | "x" | "v" | "bias"> = {
    kernel: "sru_forward",
    buffers: {
      ...{ sizes, gates: Float32Array.from(product(x, weight, H, 3 * H, true)), c: unwritten(rows * H) },
      ...{ h: unwritten(rows * H), h0, x, v, bias },
    },
    outputs: ["gates", "c", "h"],
    operands: (at) => {
      const states = [at.gates, at.c, at.h, initial ? at.h0 : 0];
      return [T, at.sizes, H, 3, ...states, at.x, scale, at.v, at.bias];
    },
  };
  checkKernel(forward, ({ h }, what) => assertNear(h, batch.pack(run.output, H), what));
  const { gates, c } = runKernel("plain", 1, forward);
  checkKernel({
    kernel: "sru_backward",
    buffers: { sizes, gates, c, h0, x, v, dOutput, dh, dx: before },
    outputs: ["gates", "dh", "dx"],
    operands: (at) => {
      const saved = [at.gates, at.c, initial ? at.h0 : 0, at.x, scale, at.v];
      return [T, at.sizes, H, 3, ...saved, everyStep ? at.dOutput : 0, at.dh, at.dx, 0];
    },
  }, (results, what) => {
    const through = product(results.gates, weight, 3 * H, H, false);
    const total = through.map((slope, i) => slope + results.dx[i] - before[i]);
    assertAllClose(total, batch.pack(gradients.dx, H), { tolerance: 1e-5, name: what });
    assertNear(results.dh, gradients.dh0, what);
  });
}

for (const [name, check] of Object.entries({ min_gru: checkMinGru, qrnn: checkQrnn, sru: checkProjectedSru })) {
  Deno.test(`${name}_forward and ${name}_backward are within 3e-6, with a bias and without`, () => {
    forEachRecurrence(SIZES, (options) => check(options, options.initial));
    forEachRecurrence([5], (options) => check(options, !options.initial));
  });
}

Deno.test("sru_forward and sru_backward that skip the input itself are within 1e-5", () => {
  forEachRecurrence(SIZES, checkSkippingSru);
});

/** Pre-activations for which a gate, or a product that has it as a factor, would be subnormal. */
const SATURATING = [-33, -42, -80, -87.3, -95, 95];

Deno.test("the time loops store no subnormal numbers, whatever gates are saturated", () => {
  const [T, B, H] = [4, 2, 5];
  const rows = T * B;
  const gates = { min_gru: 2, qrnn: 3, sru: 4 };
  for (const [name, G] of Object.entries(gates)) {
    for (const value of SATURATING) {
      for (let gate = 0; gate < G; gate++) {
        const products = randomFloats(1, rows * G * H).map((x, i) => Math.floor(i % (G * H) / H) === gate ? value : x);
        checkSaturated(name as keyof typeof gates, { T, B, H, G, products });
      }
    }
  }
});

interface Saturated {
  readonly T: number;
  readonly B: number;
  readonly H: number;
  readonly G: number;
  readonly products: Float32Array;
}

function checkSaturated(name: "min_gru" | "qrnn" | "sru", { T, B, H, G, products }: Saturated): void {
  const [sizes, isSru] = [new Int32Array(T).fill(B), name === "sru"];
  const states = (): Float32Array => new Float32Array(T * B * H);
  const forward: KernelCase<"sizes" | "gates" | "c" | "h" | "v"> = {
    kernel: `${name}_forward`,
    buffers: { sizes, gates: products, c: states(), h: states(), v: randomFloats(2, 2 * H) },
    outputs: ["gates", "c", "h"],
    operands: (at) => {
      const own = name === "min_gru" ? [at.h] : [at.c, at.h];
      return [T, at.sizes, H, ...isSru ? [G] : [], at.gates, ...own, 0, ...isSru ? [0, 1, at.v] : [], 0];
    },
  };
  const { gates, c, h, v } = runKernel("relaxed", 1, forward);
  const backward: KernelCase<"sizes" | "gates" | "c" | "v" | "dOutput" | "dc" | "dV"> = {
    kernel: `${name}_backward`,
    buffers: {
      ...{ sizes, gates, c: name === "min_gru" ? h : c, v, dOutput: randomFloats(3, T * B * H, -1e-9, 1e-9) },
      ...{ dc: new Float32Array(B * H), dV: new Float32Array(2 * H) },
    },
    outputs: ["gates", "dc", "dV"],
    operands: (at) => {
      const others = isSru ? [0, 1, at.v] : [];
      return [
        T,
        at.sizes,
        H,
        ...isSru ? [G] : [],
        at.gates,
        at.c,
        0,
        ...others,
        at.dOutput,
        at.dc,
        ...isSru ? [0, at.dV] : [],
      ];
    },
  };
  const results = runKernel("relaxed", 1, backward);
  for (const values of [gates, c, h, results.gates, results.dc, results.dV]) {
    assertNormal(values, `${name}, gates ${products.slice(0, G * H)}`);
  }
}
