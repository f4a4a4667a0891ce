import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  crossEntropy,
  inference,
  logSoftmax,
  mul,
  Parameter,
  softmax,
  sum,
  tensor,
  training,
} from "../../src/tensor/mod.ts";
import { assertSameBits } from "../support/bounds.ts";
import { type Accessor, checkOperation, engineOf } from "../support/gradient_check.ts";
import { randomFloats } from "../support/floats.ts";
import { BUILDS } from "../support/kernel_contract.ts";

/** Returns f(0), ..., f(n - 1). */
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

Deno.test("logSoftmax: values within 3e-6, gradients within 1e-5 of finite differences", () => {
  for (const n of [1, 3, 4, 5, 33]) {
    checkOperation({
      inputs: { x: [2, 3, n] },
      range: [-3, 3],
      apply: ({ x }) => logSoftmax(x),
      shape: [2, 3, n],
      element: ({ x }, [h, i, j]) => x(h, i, j) - Math.log(list(n, (k) => Math.exp(x(h, i, k))).reduce(add, 0)),
    });
  }
});

Deno.test("logSoftmax of large logits is finite, and -Infinity stays", () => {
  const engine = engineOf("plain");
  inference(() => {
    const y = logSoftmax(tensor([1000, 0, -1e30, -Infinity], [4], { engine })).toArray();
    assertEquals([...y], [0, -1000, Math.fround(-1e30), -Infinity]);
  }, { engine });
});

/** Computes the mean cross-entropy over the targets that are not negative. */
function crossEntropyTwin(x: Accessor, V: number, targets: Int32Array): number {
  const losses = [...targets].flatMap((target, r) =>
    target < 0 ? [] : [Math.log(list(V, (v) => Math.exp(x(r, v))).reduce(add, 0)) - x(r, target)]
  );
  return losses.length === 0 ? 0 : losses.reduce(add, 0) / losses.length;
}

Deno.test("crossEntropy: values within 3e-6, gradients within 1e-5 of finite differences, negative targets ignored", () => {
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

Deno.test("crossEntropy accepts logits with several leading dimensions", () => {
  const targets = Int32Array.of(1, -1, 0, 2, 2, 1);
  checkOperation({
    inputs: { x: [2, 3, 4] },
    apply: ({ x }) => crossEntropy(x, targets),
    shape: [],
    element: ({ x }) => crossEntropyTwin((r, v) => x(Math.floor(r / 3), r % 3, v), 4, targets),
  });
});

Deno.test("crossEntropy of large logits is finite", () => {
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

Deno.test("crossEntropy rejects targets that are out of range or too few", () => {
  const engine = engineOf("plain");
  inference(() => {
    const x = tensor([1, 2, 3, 4, 5, 6], [2, 3], { engine });
    assertThrows(() => crossEntropy(x, Int32Array.of(0, 3)), RangeError, "expected targets below 3, found 3");
    assertThrows(() => crossEntropy(x, Int32Array.of(0)), RangeError, "expected 2 targets for logits [2, 3], found 1");
  }, { engine });
});

Deno.test("softmax over lengths: values within 3e-6, gradients within 1e-5 of finite differences", () => {
  for (const n of [1, 3, 4, 5, 33]) {
    const lengths = Int32Array.from([1, n, Math.ceil(n / 2)]);
    checkOperation({
      inputs: { x: [3, n] },
      range: [-3, 3],
      apply: ({ x }) => softmax(x, lengths),
      shape: [3, n],
      element: ({ x }, [i, j]) =>
        j >= lengths[i] ? 0 : Math.exp(x(i, j)) / list(lengths[i], (k) => Math.exp(x(i, k))).reduce(add, 0),
    });
  }
});

Deno.test("softmax over lengths: NaN beyond a length affects neither values nor gradients", () => {
  for (const build of BUILDS) {
    const engine = engineOf(build);
    const x = new Parameter([2, 5], { engine, values: [0, 0, NaN, NaN, NaN, 1, 1, 1, 1, NaN] });
    const values = training(() => {
      const y = softmax(x, Int32Array.of(2, 4));
      sum(mul(y, tensor([2, 0, 5, 5, 5, 4, 0, 0, 0, 5], [2, 5], { engine }))).backward();
      return y.toArray();
    }, { engine });
    assertEquals([...values], [0.5, 0.5, 0, 0, 0, 0.25, 0.25, 0.25, 0.25, 0]);
    assertEquals([...x.gradients()], [0.5, -0.5, 0, 0, 0, 0.75, -0.25, -0.25, -0.25, 0]);
  }
});

Deno.test("crossEntropy with weights of 1 has the same bits as without, even for logits of -Infinity", () => {
  const targets = Int32Array.of(0, -100, 4, 3, 1);
  for (const build of BUILDS) {
    const engine = engineOf(build);
    const values = randomFloats(1, 25, -3, 3).map((value, i) => i % 7 === 3 ? -Infinity : value);
    const run = (weights?: number[]): Float32Array =>
      training(() => {
        const x = tensor(values, [5, 5], { engine, requiresGradient: true });
        const loss = crossEntropy(x, targets, { weights });
        loss.backward();
        return Float32Array.of(loss.item(), ...x.gradients());
      }, { engine });
    const plain = run();
    assertEquals(plain.every(Number.isFinite), true);
    assertSameBits(run([1, 1, 1, 1, 1]), plain, build);
  }
});

Deno.test("crossEntropy with smoothing and weights: values within 3e-6, gradients within 1e-5 of finite differences", () => {
  for (const V of [1, 3, 4, 5, 33]) {
    for (const smoothing of [0, 0.1]) {
      for (const weights of [undefined, list(V, (v) => 0.5 + (v % 3))]) {
        if (smoothing === 0 && !weights) continue;
        const targets = Int32Array.of(0, -1, V - 1, V >> 1);
        const w = (v: number): number => weights?.[v] ?? 1;
        checkOperation({
          inputs: { x: [4, V] },
          range: [-3, 3],
          apply: ({ x }) => crossEntropy(x, targets, { smoothing, weights }),
          shape: [],
          element: ({ x }) => {
            let [sum, count] = [0, 0];
            targets.forEach((target, r) => {
              if (target < 0) return;
              const logSum = Math.log(list(V, (v) => Math.exp(x(r, v))).reduce(add, 0));
              sum += (1 - smoothing) * w(target) * (logSum - x(r, target));
              sum += smoothing / V * list(V, (v) => w(v) * (logSum - x(r, v))).reduce(add, 0);
              count += w(target);
            });
            return sum / count;
          },
        });
      }
    }
  }
});

Deno.test("crossEntropy with a divisor divides the sum of the losses by it", () => {
  const targets = Int32Array.of(0, -1, 3);
  checkOperation({
    inputs: { x: [3, 4] },
    apply: ({ x }) => crossEntropy(x, targets, { divisor: 5 }),
    shape: [],
    element: ({ x }) => crossEntropyTwin(x, 4, targets) * 2 / 5,
  });
});

Deno.test("crossEntropy rejects invalid smoothing and weights, and softmax invalid lengths", () => {
  const engine = engineOf("plain");
  inference(() => {
    const x = tensor([1, 2, 3, 4, 5, 6], [2, 3], { engine });
    const targets = Int32Array.of(0, 2);
    const refuse = (options: Parameters<typeof crossEntropy>[2], message: string): unknown =>
      assertThrows(() => crossEntropy(x, targets, options), RangeError, message);
    refuse({ smoothing: 1 }, "expected a smoothing from 0 to below 1, found 1");
    refuse({ smoothing: -0.1 }, "expected a smoothing from 0 to below 1, found -0.1");
    refuse({ smoothing: NaN }, "expected a smoothing from 0 to below 1, found NaN");
    refuse({ divisor: 0 }, "expected a finite divisor above 0, found 0");
    refuse({ weights: [1, 2] }, "expected 3 weights, found 2");
    refuse({ weights: [1, -2, 1] }, "expected finite weights of at least 0, found -2");
    refuse({ weights: [1, Infinity, 1] }, "expected finite weights of at least 0, found Infinity");
    refuse({ weights: [1, NaN, 1] }, "expected finite weights of at least 0, found NaN");
    assertThrows(() => softmax(x, Int32Array.of(1)), RangeError, "expected 2 lengths, found 1");
    assertThrows(() => softmax(x, Int32Array.of(1, 4)), RangeError, "expected lengths from 1 to 3, found 4");
  }, { engine });
});
