import { assertEquals } from "@std/assert";
import type { Build } from "../../src/kernels/mod.ts";
import { assertSameBits, assertWithin } from "../support/bounds.ts";
import { absolutes, randomFloats, randomIntegers, unwritten } from "../support/floats.ts";
import { BUILDS, checkKernel, ODD_SIZES, runKernel } from "../support/kernel_contract.ts";
import { crossEntropy, smoothedCrossEntropy, softmax } from "../support/oracles/mod.ts";

const SIZES = ODD_SIZES.filter((n) => n > 0);

/** Logits in rows of very different sizes, one of them far from zero. */
function makeLogits(rows: number, n: number): Float32Array {
  return randomFloats(1, rows * n, -4, 4).map((x, i) => i < n ? x + 1000 : x);
}

/** Maps negative targets to 0, because the reference has a single index for ignored targets. */
function makeTargets(rows: number, n: number): Int32Array {
  return randomIntegers(2, rows, -1, n);
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

Deno.test("cross_entropy is within n / 4 + 16 roundings of 1 + the largest logit, 0 for negative targets", () => {
  for (const n of SIZES) {
    for (const rows of ODD_SIZES) {
      const [x, targets] = [makeLogits(rows, n), makeTargets(rows, n)];
      const exact = Float64Array.from(
        targets,
        (target, r) =>
          target < 0 ? 0 : crossEntropy({ logits: x.slice(r * n, (r + 1) * n), targets: [target], N: 1, V: n }).loss,
      );
      const logSums = exact.map((loss, r) => targets[r] < 0 ? -5 : loss + x[r * n + targets[r]]);
      const magnitudes = logSums.map((value) => 1 + Math.abs(value));
      checkKernel({
        kernel: "cross_entropy",
        buffers: { x, targets, losses: new Float32Array(rows).fill(-5), logSums: new Float32Array(rows).fill(-5) },
        outputs: ["losses", "logSums"],
        operands: ({ x, targets, losses, logSums }) => [rows, n, x, targets, losses, logSums],
      }, (results, what) => {
        // The largest logit is subtracted before the exponentials, so the error of the loss does not grow with it.
        assertWithin(results.losses, exact, { roundings: n / 4 + 16, magnitudes: exact.map((v) => 1 + v) }, what);
        assertWithin(results.logSums, logSums, { roundings: n / 4 + 16, magnitudes }, what);
      });
    }
  }
});

Deno.test("cross_entropy of a row with NaN is not finite", () => {
  for (const build of BUILDS) {
    for (const value of [NaN, Infinity]) {
      const { losses } = runKernel(build, 1, {
        kernel: "cross_entropy",
        buffers: {
          x: Float32Array.of(0, 1, value, 0, 1),
          targets: Int32Array.of(1),
          losses: unwritten(1),
          logSums: unwritten(1),
        },
        outputs: ["losses", "logSums"],
        operands: ({ x, targets, losses, logSums }) => [1, 5, x, targets, losses, logSums],
      });
      assertEquals(Number.isFinite(losses[0]), false);
    }
  }
});

Deno.test("cross_entropy_backward is within 60 roundings of scale (softmax + onehot)", () => {
  const scale = Math.fround(0.3);
  for (const n of SIZES) {
    for (const rows of ODD_SIZES) {
      const [x, targets] = [randomFloats(7, rows * n, -4, 4), makeTargets(rows, n)];
      const { output } = softmax({ x, N: rows, V: n });
      const logSums = Float32Array.from(
        targets,
        (_, r) => Math.log(x.slice(r * n, (r + 1) * n).reduce((sum, v) => sum + Math.exp(v), 0)),
      );
      const dx = randomFloats(8, rows * n);
      for (const accumulate of [false, true]) {
        const start = Float64Array.from(dx, (d) => accumulate ? d : 0);
        const isHit = (i: number) => targets[Math.floor(i / n)] === i % n;
        const isCounted = (i: number) => targets[Math.floor(i / n)] >= 0;
        const expected = start.map((d, i) => isCounted(i) ? d + scale * (output[i] - +isHit(i)) : d);
        const magnitudes = start.map((d, i) => Math.abs(d) + scale * (output[i] + +isHit(i)));
        checkKernel({
          kernel: "cross_entropy_backward",
          buffers: { x, targets, logSums, dx },
          outputs: ["dx"],
          operands: (at) => [rows, n, at.x, at.targets, at.logSums, scale, at.dx, +accumulate],
        }, (results, what) => assertWithin(results.dx, expected, { roundings: 60, magnitudes }, what));
      }
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

/** Operands of the smoothed kernels: targets, several of them negative, and weights, one of them 0. */
function makeShares(rows: number, n: number): { targets: Int32Array; weights: Float32Array } {
  return {
    targets: randomIntegers(11, rows, -3, n),
    weights: randomFloats(12, n, 0, 2).map((w, c) => c === 2 ? 0 : w),
  };
}

/** Returns the weight of class c in a row. */
function shareOf(target: number, weights: Float32Array, c: number): number {
  if (target < 0) return 0;
  return weights[c] * (SMOOTHING / weights.length + (c === target ? 1 - SMOOTHING : 0));
}

Deno.test("smoothed_cross_entropy is within n / 4 + 4 roundings of the loss + the sum of the shares, 0 for negative targets", () => {
  for (const n of SIZES) {
    for (const rows of ODD_SIZES) {
      const x = makeLogits(rows, n);
      const { targets, weights } = makeShares(rows, n);
      const exact = smoothedCrossEntropy({ logits: x, targets, weights, smoothing: SMOOTHING, N: rows, V: n });
      const magnitudes = exact.losses.map((loss, r) =>
        weights.reduce((sum, _, c) => sum + shareOf(targets[r], weights, c), loss)
      );
      const logSums = exact.logSums.map((sum, r) => targets[r] < 0 ? -5 : sum);
      checkKernel({
        kernel: "smoothed_cross_entropy",
        buffers: { x, targets, weights, losses: unwritten(rows), logSums: new Float32Array(rows).fill(-5) },
        outputs: ["losses", "logSums"],
        operands: (at) => [rows, n, at.x, at.targets, at.weights, SMOOTHING, at.losses, at.logSums],
      }, (results, what) => {
        assertWithin(results.losses, exact.losses, { roundings: n / 4 + 4, magnitudes }, what);
        const sizes = logSums.map((value) => 1 + Math.abs(value));
        assertWithin(results.logSums, logSums, { roundings: n / 4 + 16, magnitudes: sizes }, what);
      });
    }
  }
});

/** Computes the loss of one row of five logits whose target is the second. */
function smoothedLoss(build: Build, x: Float32Array, smoothing: number): number {
  const { losses } = runKernel(build, 1, {
    kernel: "smoothed_cross_entropy",
    buffers: {
      ...{ x, targets: Int32Array.of(1), weights: Float32Array.of(1, 2, 3, 0, 1) },
      ...{ losses: unwritten(1), logSums: unwritten(1) },
    },
    outputs: ["losses", "logSums"],
    operands: (at) => [1, 5, at.x, at.targets, at.weights, smoothing, at.losses, at.logSums],
  });
  return losses[0];
}

Deno.test("smoothed_cross_entropy of a row with NaN or Infinity is not finite; -Infinity matters only in classes that count", () => {
  const withLogit = (value: number, at: number): Float32Array => Float32Array.of(0, 1, 2, 0, 1).fill(value, at, at + 1);
  for (const build of BUILDS) {
    for (const smoothing of [0, SMOOTHING]) {
      for (const at of [0, 1, 4]) {
        for (const value of [NaN, Infinity]) {
          const loss = smoothedLoss(build, withLogit(value, at), smoothing);
          assertEquals(Number.isFinite(loss), false, `${value} at ${at}, smoothing ${smoothing}`);
        }
      }
    }
    const x = withLogit(-Infinity, 0);
    assertEquals(smoothedLoss(build, x, SMOOTHING), Infinity);
    const { loss } = crossEntropy({ logits: x, targets: [1], N: 1, V: 5 });
    assertWithin([smoothedLoss(build, x, 0)], [2 * loss], { roundings: 17, magnitudes: [2 * loss + 2] });
  }
});

Deno.test("smoothed_cross_entropy_backward is within 20 roundings of scale (Q softmax + q)", () => {
  const scale = Math.fround(0.3);
  for (const n of SIZES) {
    for (const rows of ODD_SIZES) {
      const x = randomFloats(13, rows * n, -4, 4);
      const { targets, weights } = makeShares(rows, n);
      const exact = smoothedCrossEntropy({ logits: x, targets, weights, smoothing: SMOOTHING, N: rows, V: n });
      const logSums = Float32Array.from(exact.logSums);
      const dx = randomFloats(14, rows * n);
      for (const accumulate of [false, true]) {
        const start = Float64Array.from(dx, (d) => accumulate ? d : 0);
        const expected = start.map((d, i) => d + scale * exact.dLogits[i]);
        // The reference computes Q softmax - q.
        const magnitudes = start.map((d, i) =>
          Math.abs(d) + scale * (exact.dLogits[i] + 2 * shareOf(targets[Math.floor(i / n)], weights, i % n))
        );
        checkKernel({
          kernel: "smoothed_cross_entropy_backward",
          buffers: { x, targets, weights, logSums, dx },
          outputs: ["dx"],
          operands: (at) => [rows, n, at.x, at.targets, at.weights, SMOOTHING, at.logSums, scale, at.dx, +accumulate],
        }, (results, what) => assertWithin(results.dx, expected, { roundings: 20, magnitudes }, what));
      }
    }
  }
});
