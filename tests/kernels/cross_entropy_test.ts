import { assertEquals } from "@std/assert";
import type { Build } from "../../src/kernels/mod.ts";
import { bfloat16Bits, floatsOf } from "../support/bfloat16.ts";
import { assertSameBits, assertWithin } from "../support/bounds.ts";
import { makeLogits, randomFloats, randomIntegers, unwritten } from "../support/floats.ts";
import { BUILDS, checkKernel, type KernelCase, ODD_SIZES, runKernel } from "../support/kernel_contract.ts";
import { crossEntropy, smoothedCrossEntropy } from "../support/oracles/mod.ts";

const SIZES = ODD_SIZES.filter((n) => n > 0);
const SMOOTHING = Math.fround(0.2);
const SCALE = Math.fround(0.3);

/** Operands of a cross-entropy of rows, with weights of which one is 0, or without. */
interface Entropy {
  readonly rows: number;
  readonly n: number;
  readonly x: Float32Array;
  readonly bias?: Float32Array;
  readonly targets: Int32Array;
  readonly weights?: Float32Array;
  readonly smoothing: number;
}

/** Returns the combinations of a bias, weights and smoothing for a size; several targets are negative. */
function makeEntropies(rows: number, n: number): Entropy[] {
  const weights = randomFloats(12, n, 0, 2).map((w, c) => c === 2 ? 0 : w);
  const common = { rows, n, x: makeLogits(rows, n), targets: randomIntegers(11, rows, -3, n), smoothing: 0 };
  const bias = randomFloats(13, n, -2, 2);
  const smoothed = { ...common, weights, smoothing: SMOOTHING };
  return [common, { ...common, bias }, { ...common, weights }, smoothed, { ...smoothed, bias }];
}

/** The exact results of a cross-entropy, and their bounds. */
interface Exact {
  readonly logits: Float32Array;
  readonly losses: Float64Array;
  readonly lossBounds: { readonly roundings: number; readonly magnitudes: number[] };
  readonly dx: Float64Array;
  readonly bounds: { readonly roundings: number; readonly magnitudes: Float64Array };
}

function exactOf({ rows, n, x, bias, targets, smoothing, ...entropy }: Entropy): Exact {
  const weights = entropy.weights ?? new Float32Array(n).fill(1);
  const logits = x.map((value, i) => value + (bias?.[i % n] ?? 0));
  const exact = smoothedCrossEntropy({ logits, targets, weights, smoothing, N: rows, V: n });
  const share = (r: number, c: number): number =>
    targets[r] < 0 ? 0 : weights[c] * (smoothing / n + (c === targets[r] ? 1 - smoothing : 0));
  const losses = Float64Array.from(exact.losses);
  const sums = [...losses].map((loss, r) => weights.reduce((sum, _, c) => sum + share(r, c), loss));
  const dx = Float64Array.from(exact.dLogits, (d) => SCALE * d);
  // The reference computes Q softmax - q.
  const sizes = Float64Array.from(exact.dLogits, (d, i) => SCALE * (Math.abs(d) + 2 * share(Math.floor(i / n), i % n)));
  return {
    logits,
    losses,
    lossBounds: { roundings: n / 4 + 4, magnitudes: sums },
    dx,
    bounds: { roundings: n / 4 + 30, magnitudes: sizes },
  };
}

/** Returns the call of a case that writes the gradient to a buffer of its own, to x, or nowhere. */
function entropyCase({ rows, n, x, bias, targets, weights, smoothing }: Entropy, place: "dx" | "x" | "none") {
  const none = new Float32Array();
  return {
    kernel: "cross_entropy",
    buffers: {
      x,
      bias: bias ?? none,
      targets,
      weights: weights ?? none,
      losses: unwritten(rows),
      dx: unwritten(place === "dx" ? rows * n : 0),
      half: new Uint16Array(place === "dx" ? rows * n : 0),
    },
    outputs: ["losses", "dx", "half", ...bias || place === "x" ? ["x" as const] : []],
    operands: (at) => {
      const to = place === "none" ? 0 : at[place];
      const [b, w] = [bias ? at.bias : 0, weights ? at.weights : 0];
      return [rows, n, at.x, b, at.targets, w, smoothing, SCALE, at.losses, to, place === "dx" ? at.half : 0];
    },
  } satisfies KernelCase<"x" | "bias" | "targets" | "weights" | "losses" | "dx" | "half">;
}

Deno.test("cross_entropy: losses within n / 4 + 4 roundings of the loss + the sum of the shares, gradients within n / 4 + 30; 0 for negative targets", () => {
  for (const n of SIZES) {
    for (const rows of ODD_SIZES) {
      for (const entropy of makeEntropies(rows, n)) {
        const { logits, losses, lossBounds, dx, bounds } = exactOf(entropy);
        for (const place of ["dx", "x", "none"] as const) {
          checkKernel(entropyCase(entropy, place), (results, what) => {
            assertWithin(results.losses, losses, lossBounds, what);
            if (place !== "x" && entropy.bias) assertSameBits(results.x, logits, what);
            if (place === "none") return;
            assertWithin(results[place], dx, bounds, what);
            if (place === "dx") assertEquals(results.half, Uint16Array.from(results.dx, bfloat16Bits), what);
          });
        }
      }
    }
  }
});

/** Returns n columns of a matrix with N columns, from column `left` on. */
function columnsOf(x: Float32Array, N: number, left: number, n: number): Float32Array {
  return Float32Array.from({ length: x.length / N * n }, (_, i) => x[Math.floor(i / n) * N + left + i % n]);
}

/** Checks the kernels that go by columns, `width` at a time, against the losses and gradients of whole rows. */
function checkColumns(entropy: Entropy, width: number, exact: Exact): void {
  const { rows, n, x, targets, smoothing } = entropy;
  const [bias, weights] = [entropy.bias ?? new Float32Array(), entropy.weights ?? new Float32Array()];
  const optional = (values: Float32Array, address: number): number => values.length === 0 ? 0 : address;
  let states = unwritten(4 * rows);
  for (let left = 0; left < n; left += width) {
    const part = columnsOf(x, n, left, Math.min(width, n - left));
    checkKernel({
      kernel: "cross_entropy_columns",
      buffers: { part, bias, targets, weights, states },
      outputs: ["states", "part"],
      operands: (at) => {
        const [b, w] = [optional(bias, at.bias), optional(weights, at.weights)];
        return [rows, part.length / rows, left, at.part, b, at.targets, w, smoothing, at.states];
      },
    }, (results) => states = results.states as Float32Array);
  }
  const buffers = { targets, weights, states };
  checkKernel({
    kernel: "cross_entropy_losses",
    buffers: { ...buffers, losses: unwritten(rows) },
    outputs: ["losses"],
    operands: (at) => [rows, n, at.targets, optional(weights, at.weights), smoothing, at.states, at.losses],
  }, ({ losses }, what) => assertWithin(losses, exact.losses, exact.lossBounds, what));
  for (let left = 0; left < n; left += width) {
    const part = columnsOf(x, n, left, Math.min(width, n - left));
    const columns = part.length / rows;
    const own = (values: ArrayLike<number>): Float32Array => columnsOf(Float32Array.from(values), n, left, columns);
    checkKernel({
      kernel: "cross_entropy_slopes",
      buffers: { ...buffers, part, bias, half: new Uint16Array(part.length) },
      outputs: ["half"],
      operands: (at) => {
        const [b, w] = [optional(bias, at.bias), optional(weights, at.weights)];
        return [rows, columns, left, n, at.part, b, at.targets, w, smoothing, SCALE, at.states, at.half];
      },
    }, (results, what) => {
      // Half a unit of the 8 bits of a bfloat16 number is up to 2^-8 of it: 2^16 roundings of a float.
      const [dx, sizes] = [own(exact.dx), own(exact.bounds.magnitudes)];
      const magnitudes = sizes.map((size, i) => Math.abs(dx[i]) + size * exact.bounds.roundings * 2 ** -16);
      assertWithin(floatsOf(results.half as Uint16Array), dx, { roundings: 2 ** 16 + 1, magnitudes }, what);
    });
  }
}

Deno.test("by columns, the cross-entropy and its gradient are those of whole rows", () => {
  for (const [rows, n] of [[1, 1], [3, 7], [9, 33]]) {
    for (const entropy of makeEntropies(rows, n)) {
      for (const width of [1, 5, 16, n]) checkColumns(entropy, width, exactOf(entropy));
    }
  }
});

Deno.test("by columns, the gradients of a row with NaN are NaN", () => {
  // All bits of the fraction are ones: rounding must not carry into the exponent.
  const part = new Float32Array(Uint32Array.of(0x7fffffff, ...new Uint32Array(8)).buffer);
  checkKernel({
    kernel: "cross_entropy_slopes",
    buffers: { part, targets: Int32Array.of(2), states: Float32Array.of(0, NaN, 0, 0), half: new Uint16Array(9) },
    outputs: ["half"],
    operands: (at) => [1, 9, 0, 9, at.part, 0, at.targets, 0, 0, SCALE, at.states, at.half],
  }, ({ half }, what) => assertEquals([...floatsOf(half as Uint16Array)], Array(9).fill(NaN), what));
});

/** Computes the loss of one row of five logits whose target is the second. */
function lossOf(build: Build, x: Float32Array, smoothing: number, weights?: Float32Array): number {
  const entropy = { rows: 1, n: 5, x, targets: Int32Array.of(1), weights, smoothing };
  return runKernel(build, 1, entropyCase(entropy, "dx")).losses[0];
}

Deno.test("cross_entropy of a row with NaN or Infinity is not finite; -Infinity matters only in classes that count", () => {
  const withLogit = (value: number, at: number): Float32Array => Float32Array.of(0, 1, 2, 0, 1).fill(value, at, at + 1);
  const weights = Float32Array.of(1, 2, 3, 0, 1);
  for (const build of BUILDS) {
    for (const [smoothing, own] of [[0, undefined], [0, weights], [SMOOTHING, weights]] as const) {
      for (const at of [0, 1, 4]) {
        for (const value of [NaN, Infinity]) {
          const loss = lossOf(build, withLogit(value, at), smoothing, own);
          assertEquals(Number.isFinite(loss), false, `${value} at ${at}, smoothing ${smoothing}`);
        }
      }
    }
    const x = withLogit(-Infinity, 0);
    assertEquals(lossOf(build, x, SMOOTHING, weights), Infinity);
    const { loss } = crossEntropy({ logits: x, targets: [1], N: 1, V: 5 });
    assertWithin([lossOf(build, x, 0, weights)], [2 * loss], { roundings: 17, magnitudes: [2 * loss + 2] });
  }
});
