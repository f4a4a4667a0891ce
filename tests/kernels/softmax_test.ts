import { assertEquals } from "@std/assert";
import type { Build } from "../../src/kernels/mod.ts";
import { bfloat16Bits } from "../support/bfloat16.ts";
import { assertSameBits, assertWithin } from "../support/bounds.ts";
import { absolutes, randomFloats, randomIntegers, unwritten } from "../support/floats.ts";
import { BUILDS, checkKernel, type KernelCase, ODD_SIZES, runKernel } from "../support/kernel_contract.ts";
import { crossEntropy, smoothedCrossEntropy, softmax } from "../support/oracles/mod.ts";

const SIZES = ODD_SIZES.filter((n) => n > 0);

/** Logits in rows of very different sizes, one of them far from zero. */
function makeLogits(rows: number, n: number): Float32Array {
  return randomFloats(1, rows * n, -4, 4).map((x, i) => i < n ? x + 1000 : x);
}

Deno.test("softmax is within n / 4 + 16 roundings, relative", () => {
  for (const n of SIZES) {
    for (const rows of ODD_SIZES) {
      const x = makeLogits(rows, n);
      const { output } = softmax({ x, N: rows, V: n });
      checkKernel({
        kernel: "softmax",
        buffers: { x, y: unwritten(rows * n) },
        outputs: ["y"],
        operands: ({ x, y }) => [rows, n, x, y],
      }, ({ y }, what) => assertWithin(y, output, { roundings: n / 4 + 16 }, what));
    }
  }
});

Deno.test("softmax of a row with NaN is NaN and leaves the other rows unaffected", () => {
  for (const build of BUILDS) {
    for (const n of SIZES) {
      for (let at = 0; at < n; at++) {
        const x = randomFloats(3, 2 * n);
        x[at] = NaN;
        const { y } = runKernel(build, 1, {
          kernel: "softmax",
          buffers: { x, y: unwritten(2 * n) },
          outputs: ["y"],
          operands: ({ x, y }) => [2, n, x, y],
        });
        assertEquals(y.slice(0, n), new Float32Array(n).fill(NaN));
        assertWithin(y.slice(n), softmax({ x: x.slice(n), N: 1, V: n }).output, { roundings: 24 });
      }
    }
  }
});

Deno.test("softmax_backward adds y (dy - dy . y) within n / 4 + 8 roundings of the terms", () => {
  for (const n of SIZES) {
    for (const rows of ODD_SIZES) {
      const run = softmax({ x: randomFloats(4, rows * n), N: rows, V: n });
      const buffers = {
        y: Float32Array.from(run.output),
        dy: randomFloats(5, rows * n),
        dx: randomFloats(6, rows * n),
      };
      const expected = run.backward(buffers.dy).dx.map((d, i) => d + buffers.dx[i]);
      const magnitudes = run.output.map((y, i) => {
        const [from, to] = [i - i % n, i - i % n + n];
        const dot = absolutes(buffers.dy.slice(from, to)).reduce((sum, d, j) => sum + d * run.output[from + j], 0);
        return Math.abs(buffers.dx[i]) + y * (Math.abs(buffers.dy[i]) + dot);
      });
      checkKernel({
        kernel: "softmax_backward",
        buffers,
        outputs: ["dx"],
        operands: ({ y, dy, dx }) => [rows, n, y, dy, dx],
      }, ({ dx }, what) => assertWithin(dx, expected, { roundings: n / 4 + 8, magnitudes }, what));
    }
  }
});

Deno.test("softmax_ragged has the bits of softmax over each row's length, within n / 4 + 16 roundings, relative, and ignores NaN beyond", () => {
  for (const n of SIZES) {
    for (const rows of ODD_SIZES) {
      const lengths = randomIntegers(9, rows, 1, n + 1);
      const x = randomFloats(10, rows * n, -4, 4).map((value, i) => i % n < lengths[Math.floor(i / n)] ? value : NaN);
      checkKernel({
        kernel: "softmax_ragged",
        buffers: { lengths, x, y: unwritten(rows * n) },
        outputs: ["y"],
        operands: ({ lengths, x, y }) => [rows, n, lengths, x, y],
      }, ({ y }, what) => {
        lengths.forEach((length, r) => {
          const own = Float32Array.from(x.slice(r * n, r * n + length));
          const build = what.includes("plain") ? "plain" : "relaxed";
          const alone = runKernel(build, 1, {
            kernel: "softmax",
            buffers: { own, y: unwritten(length) },
            outputs: ["y"],
            operands: ({ own, y }) => [1, length, own, y],
          });
          assertSameBits(y.slice(r * n, r * n + length), alone.y, what);
          assertWithin(alone.y, softmax({ x: own, N: 1, V: length }).output, { roundings: length / 4 + 16 }, what);
          assertEquals(y.slice(r * n + length, (r + 1) * n), new Float32Array(n - length), what);
        });
      });
    }
  }
});

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
        const { x, bias, targets, smoothing } = entropy;
        const weights = entropy.weights ?? new Float32Array(n).fill(1);
        const logits = x.map((value, i) => value + (bias?.[i % n] ?? 0));
        const exact = smoothedCrossEntropy({ logits, targets, weights, smoothing, N: rows, V: n });
        const share = (r: number, c: number): number =>
          targets[r] < 0 ? 0 : weights[c] * (smoothing / n + (c === targets[r] ? 1 - smoothing : 0));
        const sums = exact.losses.map((loss, r) => weights.reduce((sum, _, c) => sum + share(r, c), loss));
        const dx = exact.dLogits.map((d) => SCALE * d);
        // The reference computes Q softmax - q.
        const sizes = exact.dLogits.map((d, i) => SCALE * (Math.abs(d) + 2 * share(Math.floor(i / n), i % n)));
        for (const place of ["dx", "x", "none"] as const) {
          checkKernel(entropyCase(entropy, place), (results, what) => {
            assertWithin(results.losses, exact.losses, { roundings: n / 4 + 4, magnitudes: sums }, what);
            if (place !== "x" && bias) assertSameBits(results.x, logits, what);
            if (place === "none") return;
            assertWithin(results[place], dx, { roundings: n / 4 + 30, magnitudes: sizes }, what);
            if (place === "dx") assertEquals(results.half, Uint16Array.from(results.dx, bfloat16Bits), what);
          });
        }
      }
    }
  }
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
