import { assertAlmostEquals, assertEquals } from "@std/assert";
import { randomFloats } from "../support/floats.ts";
import { checkKernel, ODD_SIZES } from "../support/kernel_contract.ts";

Deno.test("sum is the sum in double precision, rounded once", () => {
  for (const n of [...ODD_SIZES, 10_000]) {
    const x = randomFloats(1, n, -100, 100);
    const expected = Math.fround(x.reduce((sum, value) => sum + value, 0) * 0.1);
    checkKernel(
      { kernel: "sum", buffers: { x, y: Float32Array.of(5) }, outputs: ["y"], operands: ({ x, y }) => [n, x, 0.1, y] },
      ({ y }) => assertEquals(y[0] + 0, expected + 0),
    );
  }
});

Deno.test("sum_squares is within 1e-13 for each 4096 floats", () => {
  for (const n of [...ODD_SIZES, 4095, 4096, 4097, 9000]) {
    const x = randomFloats(2, n, -100, 100);
    const parts = new Float64Array(Math.ceil(n / 4096));
    x.forEach((value, i) => parts[Math.floor(i / 4096)] += value * value);
    checkKernel({
      kernel: "sum_squares",
      buffers: { x, parts: new Float64Array(parts.length).fill(NaN) },
      outputs: ["parts"],
      operands: ({ x, parts }) => [n, x, parts],
    }, (results) => parts.forEach((part, i) => assertAlmostEquals(results.parts[i], part, part * 1e-13)));
  }
});

Deno.test("sum_squares keeps NaN and infinity", () => {
  for (const value of [NaN, Infinity]) {
    const x = randomFloats(3, 9);
    x[6] = value;
    checkKernel({
      kernel: "sum_squares",
      buffers: { x, parts: new Float64Array(1) },
      outputs: ["parts"],
      operands: ({ x, parts }) => [9, x, parts],
    }, ({ parts }) => assertEquals(parts[0], value));
  }
});
