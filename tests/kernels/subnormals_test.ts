// Kernels must neither store subnormal numbers, as a confident softmax or a decaying moment would, nor read them in
// products. NaN and infinities stay what they are.

import { assert, assertEquals } from "@std/assert";
import { assertNormal, LEAST_NORMAL } from "../support/bounds.ts";
import { assertAllClose } from "../support/close.ts";
import { randomFloats, unwritten, withSpecials } from "../support/floats.ts";
import { checkKernel, type KernelCase, ODD_SIZES } from "../support/kernel_contract.ts";
import { packPanels } from "../support/panels.ts";

const SIZES = ODD_SIZES.filter((n) => n > 0);

/** The special values that products read, and those that replace the subnormal ones. */
const TINY = [1e-39, -1e-45, Math.fround(1.1754942e-38), Math.fround(1.1754944e-38), 0, 3] as const;

function withoutSubnormals(values: Float32Array): Float32Array {
  return values.map((value) => Math.abs(value) < LEAST_NORMAL ? 0 : value);
}

/** Operands whose subnormal numbers meet numbers so large that a product with them would count. */
function subnormalOperands(M: number, N: number, K: number): { readonly a: Float32Array; readonly b: Float32Array } {
  const [a, b] = [randomFloats(1, M * K), randomFloats(2, K * N)];
  const pair = (p: number): readonly [number, number] => p % 3 === 1 ? [-1e-39, 2 ** 120] : [2 ** 120, 3e-39];
  for (let p = 0; p < K; p++) {
    if (p % 3 === 0) continue;
    for (let i = 0; i < M; i++) a[i * K + p] = pair(p)[0];
    for (let j = 0; j < N; j++) b[p * N + j] = pair(p)[1];
  }
  return { a, b };
}

for (const kernel of ["matmul", "matmul_packed"] as const) {
  Deno.test(`${kernel} reads subnormal operands as zeros, and keeps NaN and infinities`, () => {
    for (const [M, N, K] of [[1, 5, 9], [7, 9, 33], [13, 33, 7], [100, 3, 300]]) {
      const { a, b } = subnormalOperands(M, N, K);
      const [left, right] = [withoutSubnormals(a), withoutSubnormals(b)];
      const expected = new Float64Array(M * N);
      for (let i = 0; i < M * N; i++) {
        for (let p = 0; p < K; p++) expected[i] += left[Math.floor(i / N) * K + p] * right[p * N + i % N];
      }
      const make = (a: Float32Array, b: Float32Array): KernelCase<"a" | "b" | "c"> => ({
        kernel,
        buffers: { a, b: kernel === "matmul" ? b : packPanels(withoutSubnormals(b), K, N, false), c: unwritten(M * N) },
        outputs: ["c"],
        usesScratch: true,
        operands: (at) => {
          const size = kernel === "matmul" ? [0, 0, M, N, K] : [M, N, K];
          const strides = kernel === "matmul" ? [at.a, K, at.b, N] : [at.a, K, at.b];
          return [...size, ...strides, at.c, N, 0, at.scratch];
        },
      });
      checkKernel(make(a, b), ({ c }) => {
        assertAllClose(c, expected, { tolerance: 1e-5, name: kernel });
      });
      const special = a.with(0, NaN).with(M * K - K, M === 1 ? NaN : Infinity);
      checkKernel(make(special, b.fill(1, 0, N)), ({ c }) => {
        assertEquals([c[0], c[M * N - 1]], [NaN, M === 1 ? NaN : Infinity]);
      });
    }
  });
}

Deno.test("pack and transpose_matrix replace subnormal numbers, and keep NaN and infinities", () => {
  for (const [rows, columns] of [[9, 7], [33, 5], [4, 4]]) {
    const from = withSpecials(5, rows * columns, [...TINY, NaN, Infinity, -Infinity]);
    const expected = withoutSubnormals(from);
    const same = (actual: ArrayLike<number>, wanted: Float32Array): void =>
      assertEquals(Array.from(actual, (v) => v + 0), Array.from(wanted, (v) => v + 0));
    checkKernel({
      kernel: "transpose_matrix",
      buffers: { from, to: unwritten(rows * columns) },
      outputs: ["to"],
      operands: (at) => [rows, columns, at.from, at.to],
    }, ({ to }) => same(to, expected.map((_, i) => expected[i % rows * columns + Math.floor(i / rows)])));
    for (const transposed of [0, 1]) {
      const [k, n] = transposed ? [columns, rows] : [rows, columns];
      const panels = packPanels(expected, k, n, transposed === 1);
      checkKernel({
        kernel: "pack",
        buffers: { from, to: unwritten(panels.length) },
        outputs: ["to"],
        operands: (at) => [transposed, k, n, at.from, columns, at.to],
      }, ({ to }) => same(to, panels));
    }
  }
});

Deno.test("softmax: probabilities below 2^-126 are zero, and the gradient adds nothing subnormal", () => {
  for (const n of SIZES) {
    for (const margin of [80, 87.2, 87.4, 95, 1e9, Infinity]) {
      const x = Float32Array.from({ length: 3 * n }, (_, i) => i % n === 0 ? 0 : -margin);
      const dy = randomFloats(1, 3 * n);
      const probability = Math.exp(-margin) / (1 + (n - 1) * Math.exp(-margin));
      checkKernel({
        kernel: "softmax",
        buffers: { x, y: unwritten(3 * n) },
        outputs: ["y"],
        operands: (at) => [3, n, at.x, at.y],
      }, ({ y }, what) => {
        assertNormal(y, what);
        const expected = Math.fround(probability) < LEAST_NORMAL ? 0 : probability;
        y.forEach((value, i) => {
          if (i % n === 0) assertEquals(value, 1);
          else assert(Math.abs(value - expected) <= 1e-5 * expected, `${what}: ${value} instead of ${expected}`);
        });
      });
      const y = x.map((value) => value === 0 ? 1 : Math.fround(probability));
      checkKernel({
        kernel: "softmax_backward",
        buffers: { y, dy, dx: new Float32Array(3 * n) },
        outputs: ["dx"],
        operands: (at) => [3, n, at.y, at.dy, at.dx],
      }, ({ dx }, what) => assertNormal(dx, what));
    }
  }
});

Deno.test("cross-entropy: the gradient of logits far below the largest is zero, not subnormal", () => {
  for (const n of SIZES) {
    for (const margin of [60, 67, 80, 95, 1e9]) {
      const buffers = {
        x: Float32Array.from({ length: 2 * n }, (_, i) => i % n === 0 ? 0 : -margin),
        targets: Int32Array.of(0, n - 1),
        losses: unwritten(2),
        dx: unwritten(2 * n),
      };
      const scale = 2 ** -10;
      const share = Math.exp(-margin) * scale < 2 ** -95 ? 0 : Math.exp(-margin) * scale;
      const check = (dx: ArrayLike<number>, what: string): void => {
        assertNormal(dx, what);
        for (let j = 1; j < n; j++) assert(Math.abs(dx[j] - share) <= share * 1e-5, `${what}: ${dx[j]}, not ${share}`);
      };
      checkKernel({
        kernel: "cross_entropy",
        buffers,
        outputs: ["losses", "dx"],
        operands: (at) => [2, n, at.x, 0, at.targets, 0, 0, scale, at.losses, at.dx, 0],
      }, ({ dx }, what) => check(dx, what));
    }
  }
});

/** Moments that decay below the normal numbers, that stay, and that are not finite. */
const MOMENTS = [1.2e-38, 1e-39, 1e-45, 1, NaN, Infinity] as const;

function decayed(moments: Float32Array, factor: number): Float32Array {
  return moments.map((m) => Math.abs(m * factor) < LEAST_NORMAL ? 0 : m * factor);
}

function assertDecayed(actual: ArrayLike<number>, moments: Float32Array, factor: number): void {
  decayed(moments, factor).forEach((expected, i) => {
    const isSame = Object.is(actual[i] + 0, expected + 0) ||
      Math.abs(actual[i] - expected) <= Math.abs(expected) * 1e-6;
    assert(isSame, `moment ${i} is ${actual[i]} instead of ${expected}`);
  });
}

Deno.test("optimizers: a moment that decays below 2^-126 becomes zero, and NaN and infinity stay", () => {
  for (const n of SIZES) {
    const zeros = { spans: Int32Array.of(0, n), w: randomFloats(1, n), g: new Float32Array(n) };
    const [m, v] = [withSpecials(3, n, MOMENTS), withSpecials(3, n, MOMENTS).map(Math.abs)];
    checkKernel({
      kernel: "adam_step",
      buffers: { ...zeros, m, v },
      outputs: ["w", "m", "v"],
      operands: (at) => [n, 1, at.spans, at.w, at.g, at.m, at.v, 0.01, 0.9, 0.95, 0.1, 0.05, 1e-8, 1, 1, 0, 1],
    }, (results) => {
      assertDecayed(results.m, m, 0.9);
      assertDecayed(results.v, v, 0.95);
    });
    checkKernel({
      kernel: "rmsprop_step",
      buffers: { ...zeros, s: v, velocity: m },
      outputs: ["w", "s", "velocity"],
      operands: (at) => [n, 1, at.spans, at.w, at.g, at.s, at.velocity, 0.01, 0.95, 0.05, 1e-8, 0.9, 0, 1],
    }, (results) => {
      assertDecayed(results.s, v, 0.95);
      assertDecayed(results.velocity, m, 0.9);
    });
    checkKernel({
      kernel: "sgd_step",
      buffers: { ...zeros, velocity: m },
      outputs: ["w", "velocity"],
      operands: (at) => [n, 1, at.spans, at.w, at.g, at.velocity, 0.01, 0.9, 1, 0, 0, 1],
    }, (results) => assertDecayed(results.velocity, m, 0.9));
  }
});

Deno.test("adam_step: the square of a tiny gradient adds nothing subnormal, and that of a small one counts", () => {
  const g = Float32Array.of(1e-18, 1.1e-18, 1e-20, -1e-30, 1e-39, 1e-17, -1e-17);
  const n = g.length;
  checkKernel({
    kernel: "adam_step",
    buffers: { spans: Int32Array.of(0, n), w: new Float32Array(n), g, m: new Float32Array(n), v: new Float32Array(n) },
    outputs: ["w", "m", "v"],
    operands: (at) => [n, 1, at.spans, at.w, at.g, at.m, at.v, 0.01, 0.9, 0.99, 0.1, 0.01, 1e-8, 1, 1, 0, 1],
  }, ({ m, v }, what) => {
    assertNormal(v, what);
    assertNormal(m, what);
    const expected = g.map((d) => 0.01 * d * d < LEAST_NORMAL ? 0 : 0.01 * d * d);
    v.forEach((value, i) => assert(Math.abs(value - expected[i]) <= 1e-6 * expected[i], `${what}: ${value}`));
  });
});
