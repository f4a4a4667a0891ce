import { assertEquals } from "@std/assert";
import { assertWithin } from "../support/bounds.ts";
import { absolutes, makeLogits, randomFloats, unwritten } from "../support/floats.ts";
import { BUILDS, checkKernel, ODD_SIZES, runKernel } from "../support/kernel_contract.ts";
import { logSoftmax } from "../support/oracles/mod.ts";

const SIZES = ODD_SIZES.filter((n) => n > 0);

Deno.test("log_softmax is within 4 roundings of the logit's distance to the largest and the logarithm of the sum", () => {
  for (const n of SIZES) {
    for (const rows of ODD_SIZES) {
      const x = makeLogits(rows, n);
      const { output } = logSoftmax({ x, N: rows, V: n });
      const magnitudes = output.map((y) => Math.abs(y) + n / 4 + 2);
      checkKernel({
        kernel: "log_softmax",
        buffers: { x, y: unwritten(rows * n) },
        outputs: ["y"],
        operands: ({ x, y }) => [rows, n, x, y],
      }, ({ y }, what) => assertWithin(y, output, { roundings: 4, magnitudes }, what));
    }
  }
});

Deno.test("log_softmax of a row with NaN is NaN and leaves the other rows unaffected", () => {
  for (const build of BUILDS) {
    for (const n of SIZES) {
      const x = randomFloats(3, 2 * n);
      x[n - 1] = NaN;
      const { y } = runKernel(build, 1, {
        kernel: "log_softmax",
        buffers: { x, y: unwritten(2 * n) },
        outputs: ["y"],
        operands: ({ x, y }) => [2, n, x, y],
      });
      assertEquals(y.slice(0, n), new Float32Array(n).fill(NaN));
      const { output } = logSoftmax({ x: x.slice(n), N: 1, V: n });
      assertWithin(y.slice(n), output, { roundings: 4, magnitudes: output.map((y) => Math.abs(y) + n / 4 + 2) });
    }
  }
});

Deno.test("log_softmax_backward adds dy - e^y sum(dy) within n / 4 + 8 roundings of the terms", () => {
  for (const n of SIZES) {
    for (const rows of ODD_SIZES) {
      const run = logSoftmax({ x: randomFloats(4, rows * n), N: rows, V: n });
      const buffers = {
        y: Float32Array.from(run.output),
        dy: randomFloats(5, rows * n),
        dx: randomFloats(6, rows * n),
      };
      const expected = run.backward(buffers.dy).dx.map((d, i) => d + buffers.dx[i]);
      const magnitudes = run.output.map((y, i) => {
        const [from, to] = [i - i % n, i - i % n + n];
        const total = absolutes(buffers.dy.slice(from, to)).reduce((sum, d) => sum + d, 0);
        return Math.abs(buffers.dx[i]) + Math.abs(buffers.dy[i]) + Math.exp(y) * total;
      });
      checkKernel({
        kernel: "log_softmax_backward",
        buffers,
        outputs: ["dx"],
        operands: ({ y, dy, dx }) => [rows, n, y, dy, dx],
      }, ({ dx }, what) => assertWithin(dx, expected, { roundings: n / 4 + 8, magnitudes }, what));
    }
  }
});
