import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { inference, layerNorm, mul, Parameter, persistentTensor, sum, tensor, training } from "../../src/tensor/mod.ts";
import { checkOperation, engineOf } from "../support/gradient_check.ts";

/** Returns f(0), ..., f(n - 1). */
function list(n: number, f: (k: number) => number): number[] {
  return Array.from({ length: n }, (_, k) => f(k));
}

const EPSILON = 0.01;

Deno.test("layerNorm: values within 3e-6, gradients within 1e-5 of finite differences", () => {
  for (const n of [3, 4, 5, 8, 33]) {
    checkOperation({
      inputs: { x: [2, 3, n], weight: [n], bias: [n] },
      range: [-1, 2],
      apply: ({ x, weight, bias }) => layerNorm(x, weight, bias, EPSILON),
      shape: [2, 3, n],
      element: ({ x, weight, bias }, [h, i, j]) => {
        const row = list(n, (k) => x(h, i, k));
        const centre = row.reduce((a, b) => a + b, 0) / n;
        const variance = row.map((v) => (v - centre) ** 2).reduce((a, b) => a + b, 0) / n;
        return (x(h, i, j) - centre) / Math.sqrt(variance + EPSILON) * weight(j) + bias(j);
      },
    });
  }
});

Deno.test("layerNorm of empty rows leaves the arena intact", () => {
  const engine = engineOf("plain");
  inference(() => {
    const [x, w] = [tensor([], [2, 0], { engine }), tensor([], [0], { engine })];
    assertEquals(layerNorm(x, w, w).shape, [2, 0]);
    assertEquals(sum(mul(tensor([2], [1], { engine }), tensor([3], [1], { engine }))).item(), 6);
  }, { engine });
});

Deno.test("layerNorm rejects a weight or a bias of the wrong size", () => {
  const engine = engineOf("plain");
  inference(() => {
    const x = tensor([1, 2, 3, 4], [2, 2], { engine });
    const [good, bad] = [tensor([1, 1], [2], { engine }), tensor([1, 1, 1], [3], { engine })];
    assertThrows(() => layerNorm(x, bad, good), RangeError, "layer norm: expected shape [2], found [3]");
    assertThrows(() => layerNorm(x, good, bad), RangeError, "layer norm: expected shape [2], found [3]");
  }, { engine });
});

Deno.test("layerNorm accepts a persistent weight and bias that are not trained", () => {
  const engine = engineOf("plain");
  const x = new Parameter([2], { engine, values: [1, 3] });
  const [weight, bias] = [persistentTensor([2], engine), persistentTensor([2], engine)];
  weight.assign([2, 1]);
  training(() => sum(layerNorm(x, weight, bias, 3)).backward(), { engine });
  // y = 2 (x0 - m) s + (x1 - m) s with m = 2 and s = 1 / sqrt(1 + 3).
  x.gradients().forEach((d, i) => assertAlmostEquals(d, i === 0 ? 0.1875 : -0.1875, 1e-6));
  assertEquals([weight.hasGradient, bias.hasGradient], [false, false]);
});
