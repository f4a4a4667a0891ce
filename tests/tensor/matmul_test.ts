import { assertEquals, assertThrows } from "@std/assert";
import { inference, linear, matmul, type Tensor, tensor } from "../../src/tensor/mod.ts";
import { type Accessor, checkOperation, engineOf } from "../support/gradient_check.ts";

/** Returns the sum of f(k) over k < K. */
function sumOver(K: number, f: (k: number) => number): number {
  let total = 0;
  for (let k = 0; k < K; k++) total += f(k);
  return total;
}

const SIZES = [[1, 1, 1], [2, 3, 5], [7, 9, 4], [3, 0, 4], [0, 3, 4], [2, 3, 0], [9, 1, 8], [5, 17, 13]];

Deno.test("matmul: values within 3e-6, gradients within 1e-5 of finite differences", () => {
  for (const [M, K, N] of SIZES) {
    checkOperation({
      inputs: { a: [M, K], b: [K, N] },
      apply: ({ a, b }) => matmul(a, b),
      shape: [M, N],
      element: ({ a, b }, [i, j]) => sumOver(K, (k) => a(i, k) * b(k, j)),
    });
  }
});

Deno.test("matmul accepts vectors, several leading dimensions and one matrix twice", () => {
  checkOperation({
    inputs: { a: [5], b: [5, 3] },
    apply: ({ a, b }) => matmul(a, b),
    shape: [3],
    element: ({ a, b }, [j]) => sumOver(5, (k) => a(k) * b(k, j)),
  });
  checkOperation({
    inputs: { a: [2, 3, 5], b: [5, 4] },
    apply: ({ a, b }) => matmul(a, b),
    shape: [2, 3, 4],
    element: ({ a, b }, [h, i, j]) => sumOver(5, (k) => a(h, i, k) * b(k, j)),
  });
  checkOperation({
    inputs: { x: [4, 4] },
    apply: ({ x }) => matmul(x, x),
    shape: [4, 4],
    element: ({ x }, [i, j]) => sumOver(4, (k) => x(i, k) * x(k, j)),
  });
});

Deno.test("linear: values within 3e-6, gradients within 1e-5 of finite differences", () => {
  for (const [M, K, N] of SIZES) {
    const product = ({ x, w }: { x: Accessor; w: Accessor }, i: number, j: number) =>
      sumOver(K, (k) => x(i, k) * w(j, k));
    checkOperation({
      inputs: { x: [M, K], w: [N, K], b: [N] },
      apply: ({ x, w, b }) => linear(x, w, b),
      shape: [M, N],
      element: (inputs, [i, j]) => product(inputs, i, j) + inputs.b(j),
    });
    checkOperation({
      inputs: { x: [M, K], w: [N, K] },
      apply: ({ x, w }) => linear(x, w),
      shape: [M, N],
      element: (inputs, [i, j]) => product(inputs, i, j),
    });
  }
});

Deno.test("linear accepts several leading dimensions and one weight twice", () => {
  checkOperation({
    inputs: { x: [2, 3, 4], w: [4, 4], b: [4] },
    apply: ({ x, w, b }) => linear(linear(x, w, b), w, b),
    shape: [2, 3, 4],
    element: ({ x, w, b }, [h, i, j]) =>
      sumOver(4, (k) => w(j, k) * (sumOver(4, (l) => x(h, i, l) * w(k, l)) + b(k))) + b(j),
  });
});

/** Calls on x[2, 3] that must throw, with their messages. */
const REFUSED: readonly [call: (x: Tensor, make: (...shape: number[]) => Tensor) => Tensor, message: string][] = [
  [(x, make) => matmul(x, make(2, 3)), "matmul: expected shapes [..., K] and [K, N], found [2, 3] and [2, 3]"],
  [(x, make) => matmul(x, make(3)), "matmul: expected shapes [..., K] and [K, N], found [2, 3] and [3]"],
  [(x, make) => matmul(make(), x), "matmul: expected shapes [..., K] and [K, N], found [] and [2, 3]"],
  [(x, make) => linear(x, make(3, 2)), "linear: expected an input [..., 2], found [2, 3]"],
  [(x, make) => linear(x, make(4, 3, 1)), "linear: expected shape [4, 3], found [4, 3, 1]"],
  [(x, make) => linear(x, make(4, 3), make(3)), "linear: expected shape [4], found [3]"],
];

for (const [call, message] of REFUSED) {
  Deno.test(`products reject mismatched shapes: ${message}`, () => {
    const engine = engineOf("plain");
    inference(() => {
      const make = (...shape: number[]) =>
        tensor(new Float32Array(shape.reduce((p, e) => p * e, 1)), shape, { engine });
      assertThrows(() => call(make(2, 3), make), RangeError, message);
    }, { engine });
  });
}

Deno.test("a product over an empty dimension is zero, even in reused memory", () => {
  const engine = engineOf("plain");
  inference(() => tensor(new Float32Array(1000).fill(7), [1000], { engine }), { engine });
  inference(() => {
    const [a, b] = [tensor([], [2, 0], { engine }), tensor([], [0, 3], { engine })];
    assertEquals(matmul(a, b).toArray(), new Float32Array(6));
  }, { engine });
});
