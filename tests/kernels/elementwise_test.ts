import { assertEquals } from "@std/assert";
import { assertWithin } from "../support/bounds.ts";
import { randomFloats, unwritten } from "../support/floats.ts";
import { checkKernel, ODD_SIZES, runKernel } from "../support/kernel_contract.ts";

const SPECIALS = Float32Array.of(NaN, Infinity, -Infinity, 0, -0, 1e-45, -3e38);

/** Floats of many magnitudes and, if there is room, all special values. */
function inputs(n: number, seed: number): Float32Array {
  const values = randomFloats(seed, n, -4, 4);
  if (n >= SPECIALS.length) values.set(SPECIALS, seed % (n - SPECIALS.length + 1));
  return values;
}

const BINARY: readonly [name: string, f: (a: number, b: number) => number][] = [
  ["a + b", (a, b) => a + b],
  ["a - b", (a, b) => a - b],
  ["a b", (a, b) => a * b],
  ["a / b", (a, b) => a / b],
];

for (const [f, [name, twin]] of BINARY.entries()) {
  Deno.test(`binary: ${name} is correctly rounded`, () => {
    for (const n of ODD_SIZES) {
      const buffers = { a: inputs(n, 1), b: inputs(n, 2), y: unwritten(n) };
      checkKernel(
        { kernel: "binary", buffers, outputs: ["y"], operands: ({ a, b, y }) => [f, n, a, b, y] },
        ({ y }) => assertEquals(y, buffers.a.map((a, i) => twin(a, buffers.b[i]))),
      );
    }
  });
}

Deno.test("binary works in place", () => {
  const a = inputs(9, 1);
  checkKernel(
    { kernel: "binary", buffers: { a }, outputs: ["a"], operands: ({ a }) => [2, 9, a, a, a] },
    (results) => assertEquals(results.a, a.map((x) => x * x)),
  );
});

Deno.test("unary: relu is exact, and NaN stays NaN", () => {
  for (const n of ODD_SIZES) {
    const buffers = { x: inputs(n, 3), y: unwritten(n) };
    checkKernel(
      { kernel: "unary", buffers, outputs: ["y"], operands: ({ x, y }) => [2, n, x, y] },
      ({ y }) => assertEquals(y.map((v) => v + 0), buffers.x.map((x) => Math.max(x, 0))),
    );
  }
});

/** f'(x) for each function of `unary`, computed from y = f(x) as in the kernel. */
const SLOPES: readonly [name: string, slope: (x: number, y: number) => number][] = [
  ["tanh", (_, y) => 1 - y * y],
  ["sigmoid", (_, y) => y * (1 - y)],
  ["relu", (_, y) => y > 0 ? 1 : 0],
  ["exp", (_, y) => y],
  ["log", (x) => 1 / x],
];

for (const [f, [name, slope]] of SLOPES.entries()) {
  Deno.test(`unary_backward: ${name} adds dy f'(x) within 4 roundings of |dx| + |dy| (1 + |f'|)`, () => {
    for (const n of ODD_SIZES) {
      const [x, y] = [randomFloats(1, n, 0.1, 3), randomFloats(2, n, 0.01, 0.99)];
      if (name === "relu") y.forEach((value, i) => y[i] = value < 0.5 ? 0 : value);
      const buffers = { x, y, dy: randomFloats(3, n), dx: randomFloats(4, n) };
      const slopes = Float64Array.from(x, (value, i) => slope(value, y[i]));
      const expected = slopes.map((d, i) => buffers.dx[i] + d * buffers.dy[i]);
      const magnitudes = slopes.map((d, i) => Math.abs(buffers.dx[i]) + Math.abs(buffers.dy[i]) * (1 + Math.abs(d)));
      checkKernel(
        { kernel: "unary_backward", buffers, outputs: ["dx"], operands: (at) => [f, n, at.x, at.y, at.dy, at.dx] },
        ({ dx }, what) => assertWithin(dx, expected, { roundings: 4, magnitudes }, what),
      );
    }
  });
}

Deno.test("affine: scale x + shift is within 2 roundings of the terms", () => {
  const [scale, shift] = [Math.fround(-1.7), Math.fround(0.3)];
  for (const n of ODD_SIZES) {
    const buffers = { x: inputs(n, 5), y: unwritten(n) };
    const expected = Float64Array.from(buffers.x, (x) => scale * x + shift);
    const magnitudes = expected.map((_, i) => Math.abs(scale * buffers.x[i]) + shift);
    checkKernel(
      { kernel: "affine", buffers, outputs: ["y"], operands: ({ x, y }) => [n, x, scale, shift, y] },
      ({ y }, what) => assertWithin(y, expected, { roundings: 2, magnitudes }, what),
    );
  }
});

Deno.test("add_scaled: y + scale x is within 2 roundings of the terms", () => {
  const scale = Math.fround(0.37);
  for (const n of ODD_SIZES) {
    const buffers = { x: randomFloats(1, n), y: randomFloats(2, n) };
    const expected = Float64Array.from(buffers.x, (x, i) => buffers.y[i] + scale * x);
    const magnitudes = expected.map((_, i) => Math.abs(buffers.y[i]) + Math.abs(scale * buffers.x[i]));
    checkKernel(
      { kernel: "add_scaled", buffers, outputs: ["y"], operands: ({ x, y }) => [n, scale, x, y] },
      ({ y }, what) => assertWithin(y, expected, { roundings: 2, magnitudes }, what),
    );
  }
});

Deno.test("add_product: y + a b is within 2 roundings of the terms", () => {
  for (const n of ODD_SIZES) {
    const buffers = { a: randomFloats(1, n), b: randomFloats(2, n), y: randomFloats(3, n) };
    const { a, b } = buffers;
    const expected = Float64Array.from(a, (x, i) => buffers.y[i] + x * b[i]);
    const magnitudes = expected.map((_, i) => Math.abs(buffers.y[i]) + Math.abs(a[i] * b[i]));
    checkKernel(
      { kernel: "add_product", buffers, outputs: ["y"], operands: (at) => [n, at.a, at.b, at.y] },
      ({ y }, what) => assertWithin(y, expected, { roundings: 2, magnitudes }, what),
    );
  }
});

Deno.test("clamp is exact, and NaN stays NaN", () => {
  for (const n of ODD_SIZES) {
    const x = inputs(n, 8);
    checkKernel(
      { kernel: "clamp", buffers: { x }, outputs: ["x"], operands: (at) => [n, -0.5, 0.75, at.x] },
      (results) => assertEquals(results.x, x.map((value) => Math.min(Math.max(value, -0.5), 0.75))),
    );
  }
});

Deno.test("fill writes the value everywhere", () => {
  for (const n of ODD_SIZES) {
    checkKernel(
      { kernel: "fill", buffers: { x: inputs(n, 9) }, outputs: ["x"], operands: ({ x }) => [n, -2.5, x] },
      ({ x }) => assertEquals(x, new Float32Array(n).fill(-2.5)),
    );
  }
});

Deno.test("a value does not depend on its position in a vector", () => {
  const x = new Float32Array(9).fill(0.7310585);
  for (const build of ["relaxed", "plain"] as const) {
    for (let f = 0; f <= 4; f++) {
      const { y } = runKernel(build, 1, {
        kernel: "unary",
        buffers: { x, y: unwritten(9) },
        outputs: ["y"],
        operands: ({ x, y }) => [f, 9, x, y],
      });
      assertEquals(y, new Float32Array(9).fill(y[0]));
    }
  }
});
