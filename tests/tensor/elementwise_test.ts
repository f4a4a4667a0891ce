import { assertEquals, assertThrows } from "@std/assert";
import { add, affine, div, exp, inference, log, mul, relu, sigmoid, sub, tanh, tensor } from "../../src/tensor/mod.ts";
import { checkOperation, engineOf } from "../support/gradient_check.ts";

const SHAPES = [[], [0], [1], [7], [33], [2, 3, 5], [2, 1, 3, 4, 2]];

const UNARY = {
  tanh: { apply: tanh, twin: Math.tanh, range: [-3, 3] },
  sigmoid: { apply: sigmoid, twin: (x: number) => 1 / (1 + Math.exp(-x)), range: [-5, 5] },
  relu: { apply: relu, twin: (x: number) => Math.max(x, 0), range: [-1, 1], eps: 1e-6 },
  exp: { apply: exp, twin: Math.exp, range: [-2, 2] },
  log: { apply: log, twin: Math.log, range: [0.2, 4] },
} as const;

for (const [name, { apply, twin, range, ...rest }] of Object.entries(UNARY)) {
  Deno.test(`${name}: values within 3e-6, gradients within 1e-5 of finite differences`, () => {
    for (const shape of SHAPES) {
      checkOperation({
        inputs: { x: shape },
        range,
        ...rest,
        apply: ({ x }) => apply(x),
        shape,
        element: ({ x }, index) => twin(x(...index)),
      });
    }
  });
}

Deno.test("affine: values within 3e-6, gradients within 1e-5 of finite differences", () => {
  for (const shape of SHAPES) {
    checkOperation({
      inputs: { x: shape },
      apply: ({ x }) => affine(x, -1.5, 0.25),
      shape,
      element: ({ x }, index) => -1.5 * x(...index) + 0.25,
    });
  }
});

const BINARY = {
  add: { apply: add, twin: (a: number, b: number) => a + b, range: [-1, 1] },
  sub: { apply: sub, twin: (a: number, b: number) => a - b, range: [-1, 1] },
  mul: { apply: mul, twin: (a: number, b: number) => a * b, range: [-1, 1] },
  div: { apply: div, twin: (a: number, b: number) => a / b, range: [0.5, 2] },
} as const;

/** Two shapes and the shape to which they broadcast. */
const BROADCASTS = [
  [[], [], []],
  [[5], [5], [5]],
  [[0], [1], [0]],
  [[2, 3], [2, 3], [2, 3]],
  [[2, 3], [], [2, 3]],
  [[], [2, 3], [2, 3]],
  [[2, 3], [3], [2, 3]],
  [[3], [2, 3], [2, 3]],
  [[2, 1], [2, 3], [2, 3]],
  [[2, 1], [1, 3], [2, 3]],
  [[2, 1], [3], [2, 3]],
  [[4, 1, 3, 1], [1, 2, 1, 5], [4, 2, 3, 5]],
  [[1, 1], [1], [1, 1]],
  [[2, 1, 3, 4, 2], [2, 1, 3, 4, 2], [2, 1, 3, 4, 2]],
];

for (const [name, { apply, twin, range }] of Object.entries(BINARY)) {
  Deno.test(`${name} with broadcasting: values within 3e-6, gradients within 1e-5 of finite differences`, () => {
    for (const [left, right, shape] of BROADCASTS) {
      /** The index of an operand's element: aligned at the right, 0 if the extent is 1. */
      const aligned = (of: number[], index: readonly number[]) =>
        of.map((extent, d) => extent === 1 ? 0 : index[d + index.length - of.length]);
      checkOperation({
        inputs: { a: left, b: right },
        range,
        apply: ({ a, b }) => apply(a, b),
        shape,
        element: ({ a, b }, index) => twin(a(...aligned(left, index)), b(...aligned(right, index))),
      });
    }
  });

  Deno.test(`${name} of a tensor and itself: gradients within 1e-5 of finite differences`, () => {
    checkOperation({
      inputs: { x: [3, 4] },
      range: [0.5, 2],
      apply: ({ x }) => apply(x, x),
      shape: [3, 4],
      element: ({ x }, [i, j]) => twin(x(i, j), x(i, j)),
    });
  });

  Deno.test(`${name} rejects shapes that do not broadcast`, () => {
    const engine = engineOf("plain");
    inference(() => {
      const a = tensor(new Float32Array(6), [2, 3], { engine });
      const b = tensor(new Float32Array(2), [2], { engine });
      assertThrows(() => apply(a, b), RangeError, `${name}: expected shapes that broadcast, found [2, 3] and [2]`);
    }, { engine });
  });
}

Deno.test("an input of several branches accumulates gradients within 1e-5 of finite differences", () => {
  checkOperation({
    inputs: { x: [3, 5], y: [5] },
    apply: ({ x, y }) => {
      const shared = tanh(mul(x, y));
      return add(mul(shared, x), sub(sigmoid(shared), mul(y, shared)));
    },
    shape: [3, 5],
    element: ({ x, y }, [i, j]) => {
      const shared = Math.tanh(x(i, j) * y(j));
      return shared * x(i, j) + 1 / (1 + Math.exp(-shared)) - y(j) * shared;
    },
  });
});

Deno.test("exp clamps x so that results are normal floats, and all functions propagate NaN", () => {
  for (const build of ["relaxed", "plain"] as const) {
    const engine = engineOf(build);
    inference(() => {
      const x = tensor([NaN, 1000, -1000], [3], { engine });
      const [nan, large, small] = exp(x).toArray();
      assertEquals([nan, Number.isFinite(large), small > 0 && small < 1.3e-38], [NaN, true, true]);
      for (const f of [tanh, sigmoid, relu, exp, log]) assertEquals(f(x).toArray()[0], NaN);
    }, { engine });
  }
});
