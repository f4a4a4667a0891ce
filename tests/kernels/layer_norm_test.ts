import { assertWithin } from "../support/bounds.ts";
import { assertAllClose } from "../support/close.ts";
import { randomFloats, unwritten } from "../support/floats.ts";
import { checkKernel, ODD_SIZES } from "../support/kernel_contract.ts";
import { layerNorm } from "../support/oracles/mod.ts";

const EPSILON = 1e-5;
const SIZES = ODD_SIZES.filter((n) => n > 0);

interface Rows {
  readonly x: Float32Array;
  readonly means: Float64Array;
  readonly scales: Float64Array;
}

/** Returns rows, their means and their reciprocal standard deviations. */
function makeRows(rows: number, n: number): Rows {
  const x = randomFloats(1, rows * n, -1, 3);
  const means = new Float64Array(rows);
  const scales = new Float64Array(rows);
  for (let r = 0; r < rows; r++) {
    const row = Float64Array.from(x.subarray(r * n, (r + 1) * n));
    means[r] = row.reduce((sum, v) => sum + v, 0) / n;
    scales[r] = 1 / Math.sqrt(row.reduce((sum, v) => sum + (v - means[r]) ** 2, 0) / n + EPSILON);
  }
  return { x, means, scales };
}

Deno.test("layer_norm is within 6 roundings of (|x| + |mean|) |scale weight| + |bias|", () => {
  for (const n of SIZES) {
    for (const rows of ODD_SIZES) {
      const { x, means, scales } = makeRows(rows, n);
      const [weight, bias] = [randomFloats(2, n), randomFloats(3, n)];
      const { output } = layerNorm({ x, N: rows, H: n, weight, bias, eps: EPSILON });
      const magnitudes = output.map((_, i) => {
        const r = Math.floor(i / n);
        return (Math.abs(x[i]) + Math.abs(means[r])) * scales[r] * Math.abs(weight[i % n]) + Math.abs(bias[i % n]);
      });
      checkKernel({
        kernel: "layer_norm",
        buffers: {
          ...{ x, weight, bias },
          ...{ y: unwritten(rows * n), means: unwritten(rows), scales: unwritten(rows) },
        },
        outputs: ["y", "means", "scales"],
        operands: (at) => [rows, n, EPSILON, at.x, at.weight, at.bias, at.y, at.means, at.scales],
      }, (results, what) => {
        assertWithin(results.means, means, { roundings: 1.001 }, what);
        assertWithin(results.scales, scales, { roundings: 1.001 }, what);
        assertWithin(results.y, output, { roundings: 6, magnitudes }, what);
      });
    }
  }
});

Deno.test("layer_norm_backward is within 2e-6", () => {
  for (const n of SIZES.filter((n) => n > 1)) {
    for (const rows of ODD_SIZES) {
      const { x, means, scales } = makeRows(rows, n);
      const weight = randomFloats(4, n);
      const buffers = {
        ...{ x, weight, means: Float32Array.from(means), scales: Float32Array.from(scales) },
        ...{ dy: randomFloats(5, rows * n), dx: randomFloats(6, rows * n) },
      };
      const { dx } = layerNorm({ x, N: rows, H: n, weight, bias: weight, eps: EPSILON }).backward(buffers.dy);
      const expected = dx.map((d, i) => d + buffers.dx[i]);
      checkKernel({
        kernel: "layer_norm_backward",
        buffers,
        outputs: ["dx"],
        operands: (at) => [rows, n, at.x, at.weight, at.means, at.scales, at.dy, at.dx],
      }, (results, name) => void assertAllClose(results.dx, expected, { tolerance: 2e-6, name }));
    }
  }
});

Deno.test("layer_norm_weights is within 2e-6", () => {
  for (const n of SIZES) {
    for (const rows of ODD_SIZES) {
      const { x, means, scales } = makeRows(rows, n);
      const [dy, dWeight, dBias] = [randomFloats(7, rows * n), randomFloats(8, n), randomFloats(9, n)];
      const exact = layerNorm({ x, N: rows, H: n, weight: dWeight, bias: dBias, eps: EPSILON }).backward(dy);
      checkKernel({
        kernel: "layer_norm_weights",
        buffers: { x, means: Float32Array.from(means), scales: Float32Array.from(scales), dy, dWeight, dBias },
        outputs: ["dWeight", "dBias"],
        operands: (at) => [rows, n, at.x, at.means, at.scales, at.dy, at.dWeight, at.dBias],
      }, (results, name) => {
        const options = { tolerance: 2e-6, name };
        assertAllClose(results.dWeight, exact.dWeight.map((d, j) => d + dWeight[j]), options);
        assertAllClose(results.dBias, exact.dBias.map((d, j) => d + dBias[j]), options);
      });
    }
  }
});
