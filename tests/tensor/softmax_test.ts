import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { crossEntropy, inference, Parameter, softmax, tensor, training } from "../../src/tensor/mod.ts";
import { type Accessor, checkOperation, engineOf } from "../support/gradient_check.ts";
import { BUILDS } from "../support/kernel_contract.ts";

/** f(0), ..., f(n - 1). */
function list(n: number, f: (k: number) => number): number[] {
  return Array.from({ length: n }, (_, k) => f(k));
}

function add(a: number, b: number): number {
  return a + b;
}

Deno.test("softmax: values within 3e-6, gradients within 1e-5 of finite differences", () => {
  for (const n of [1, 3, 4, 5, 33]) {
    checkOperation({
      inputs: { x: [2, 3, n] },
      range: [-3, 3],
      apply: ({ x }) => softmax(x),
      shape: [2, 3, n],
      element: ({ x }, [h, i, j]) => Math.exp(x(h, i, j)) / list(n, (k) => Math.exp(x(h, i, k))).reduce(add, 0),
    });
  }
});

/** The mean cross-entropy over the targets that are not negative. */
function crossEntropyTwin(x: Accessor, V: number, targets: Int32Array): number {
  const losses = [...targets].flatMap((target, r) =>
    target < 0 ? [] : [Math.log(list(V, (v) => Math.exp(x(r, v))).reduce(add, 0)) - x(r, target)]
  );
  return losses.length === 0 ? 0 : losses.reduce(add, 0) / losses.length;
}

Deno.test("crossEntropy: values within 3e-6, gradients within 1e-5 of finite differences, negative targets left out", () => {
  for (const V of [1, 3, 4, 5, 33]) {
    for (const targets of [[0], [V - 1, 0, V >> 1], [0, -1, V - 1, -100], [-1, -1]]) {
      const index = Int32Array.from(targets);
      checkOperation({
        inputs: { x: [targets.length, V] },
        range: [-3, 3],
        apply: ({ x }) => crossEntropy(x, index),
        shape: [],
        element: ({ x }) => crossEntropyTwin(x, V, index),
      });
    }
  }
});

Deno.test("crossEntropy takes logits in several dimensions", () => {
  const targets = Int32Array.of(1, -1, 0, 2, 2, 1);
  checkOperation({
    inputs: { x: [2, 3, 4] },
    apply: ({ x }) => crossEntropy(x, targets),
    shape: [],
    element: ({ x }) => crossEntropyTwin((r, v) => x(Math.floor(r / 3), r % 3, v), 4, targets),
  });
});

Deno.test("crossEntropy with large logits is finite", () => {
  for (const build of BUILDS) {
    const engine = engineOf(build);
    const x = new Parameter([2, 3], { engine, values: [1000, 0, -1000, 1e30, -1e30, 0] });
    const loss = training(() => {
      const loss = crossEntropy(x, Int32Array.of(1, 0));
      loss.backward();
      return loss.item();
    }, { engine });
    assertEquals(loss, 500);
    const expected = [0.5, -0.5, 0, 0, 0, 0];
    x.gradients().forEach((d, i) => assertAlmostEquals(d, expected[i], 1e-6));
  }
});

Deno.test("crossEntropy refuses targets that are no classes, and too few of them", () => {
  const engine = engineOf("plain");
  inference(() => {
    const x = tensor([1, 2, 3, 4, 5, 6], [2, 3], { engine });
    assertThrows(() => crossEntropy(x, Int32Array.of(0, 3)), RangeError, "expected targets below 3, found 3");
    assertThrows(() => crossEntropy(x, Int32Array.of(0)), RangeError, "expected 2 targets for logits [2, 3], found 1");
  }, { engine });
});
