import { assertThrows } from "@std/assert";
import { inference, maxSteps, meanSteps, mul, tensor } from "../../src/tensor/mod.ts";
import { checkOperation, engineOf } from "../support/gradient_check.ts";

const SHAPES = [[1, 1, 1], [4, 3, 5], [5, 2, 8]] as const;

function lengthsFor(T: number, B: number): Int32Array {
  return Int32Array.from({ length: B }, (_, b) => 1 + (b + T - 1) % T);
}

Deno.test("meanSteps: values within 3e-6, gradients within 1e-5 of finite differences", () => {
  for (const [T, B, K] of SHAPES) {
    const lengths = lengthsFor(T, B);
    const own = Float32Array.from({ length: T * B }, (_, i) => Math.floor(i / B) < lengths[i % B] ? 1 : 0);
    checkOperation({
      inputs: { x: [T, B, K] },
      // Steps beyond a length must be zeros, as recurrent layers leave them.
      apply: ({ x }) => meanSteps(mul(x, tensor(own, [T, B, 1], { engine: x.engine })), lengths),
      shape: [B, K],
      element: ({ x }, [b, k]) => {
        let sum = 0;
        for (let t = 0; t < lengths[b]; t++) sum += x(t, b, k);
        return sum / lengths[b];
      },
    });
  }
});

Deno.test("maxSteps: values within 3e-6, gradients within 1e-5 of finite differences", () => {
  for (const [T, B, K] of SHAPES) {
    const lengths = lengthsFor(T, B);
    checkOperation({
      inputs: { x: [T, B, K] },
      eps: 1e-5,
      apply: ({ x }) => maxSteps(x, lengths),
      shape: [B, K],
      element: ({ x }, [b, k]) => Math.max(...Array.from({ length: lengths[b] }, (_, t) => x(t, b, k))),
    });
  }
});

Deno.test("meanSteps and maxSteps reject inputs without steps and invalid lengths", () => {
  const engine = engineOf("plain");
  inference(() => {
    const x = tensor(new Float32Array(12), [2, 3, 2], { engine });
    for (const pool of [meanSteps, maxSteps]) {
      assertThrows(() => pool(x, Int32Array.of(1, 2)), RangeError, "expected 3 lengths, found 2");
      assertThrows(() => pool(x, Int32Array.of(1, 2, 3)), RangeError, "expected lengths from 1 to 2, found 3");
      assertThrows(() => pool(x, Int32Array.of(1, 0, 2)), RangeError, "expected lengths from 1 to 2, found 0");
      const flat = tensor(new Float32Array(12), [4, 3], { engine });
      assertThrows(() => pool(flat, Int32Array.of(1, 1, 1)), RangeError, "expected [T, B, K], found [4, 3]");
      const empty = tensor(new Float32Array(0), [0, 3, 2], { engine });
      assertThrows(() => pool(empty, Int32Array.of(1, 1, 1)), RangeError, "expected [T, B, K], found [0, 3, 2]");
    }
  }, { engine });
});
