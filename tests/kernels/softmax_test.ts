import { assertEquals } from "@std/assert";
import { assertSameBits, assertWithin } from "../support/bounds.ts";
import { absolutes, makeLogits, randomFloats, randomIntegers, unwritten } from "../support/floats.ts";
import { BUILDS, checkKernel, ODD_SIZES, runKernel } from "../support/kernel_contract.ts";
import { softmax } from "../support/oracles/mod.ts";

const SIZES = ODD_SIZES.filter((n) => n > 0);

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
