import { assertEquals, assertThrows } from "@std/assert";
import {
  adaptiveMaxPool,
  inference,
  maskSteps,
  maxPool,
  maxSteps,
  meanSteps,
  mul,
  tensor,
} from "../../src/tensor/mod.ts";
import { checkOperation, engineOf } from "../support/gradient_check.ts";

const SHAPES = [[1, 1, 1], [4, 3, 5], [5, 2, 8]] as const;

function lengthsFor(T: number, B: number): Int32Array {
  return Int32Array.from({ length: B }, (_, b) => 1 + (b + T - 1) % T);
}

function shorter(length: number, b: number): number {
  return Math.max(1, length - b);
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

Deno.test("maxPool: values within 3e-6, gradients within 1e-5 of finite differences", () => {
  for (const [T, B, K] of SHAPES) {
    const lengths = lengthsFor(T, B);
    for (const size of [1, 2, 3]) {
      checkOperation({
        inputs: { x: [T, B, K] },
        eps: 1e-5,
        apply: ({ x }) => maxPool(x, lengths, size),
        shape: [Math.ceil(T / size), B, K],
        element: ({ x }, [u, b, k]) => {
          const own = Array.from({ length: size }, (_, i) => u * size + i).filter((t) => t < lengths[b]);
          return own.length === 0 ? 0 : Math.max(...own.map((t) => x(t, b, k)));
        },
      });
    }
  }
});

Deno.test("adaptiveMaxPool: values within 3e-6, gradients within 1e-5 of finite differences", () => {
  for (const [T, B, K] of [...SHAPES, [6, 2, 3], [7, 3, 9]] as const) {
    // The parts of two steps in three overlap, those of three do not.
    for (const lengths of [lengthsFor(T, B), new Int32Array(B).fill(T), new Int32Array(B).fill(T).map(shorter)]) {
      for (const regions of [1, 2, 3, 8]) {
        checkOperation({
          inputs: { x: [T, B, K] },
          eps: 1e-5,
          apply: ({ x }) => adaptiveMaxPool(x, lengths, regions),
          shape: [regions, B, K],
          element: ({ x }, [r, b, k]) => {
            const [start, end] = [Math.floor(r * lengths[b] / regions), Math.ceil((r + 1) * lengths[b] / regions)];
            return Math.max(...Array.from({ length: end - start }, (_, i) => x(start + i, b, k)));
          },
        });
      }
    }
  }
});

Deno.test("maskSteps: values within 3e-6, gradients within 1e-5 of finite differences", () => {
  for (const [T, B, K] of SHAPES) {
    const lengths = lengthsFor(T, B);
    checkOperation({
      inputs: { x: [T, B, K] },
      apply: ({ x }) => mul(maskSteps(x, lengths), tensor([2], [1], { engine: x.engine })),
      shape: [T, B, K],
      element: ({ x }, [t, b, k]) => t < lengths[b] ? 2 * x(t, b, k) : 0,
    });
  }
});

Deno.test("maskSteps replaces NaN beyond a sequence by zeros", () => {
  const engine = engineOf("plain");
  inference(() => {
    const x = tensor([1, 2, 3, NaN], [2, 2, 1], { engine });
    assertEquals([...maskSteps(x, Int32Array.of(2, 1)).toArray()], [1, 2, 3, 0]);
  }, { engine });
});

Deno.test("maxPool rejects windows without steps", () => {
  const engine = engineOf("plain");
  inference(() => {
    const x = tensor(new Float32Array(12), [2, 3, 2], { engine });
    for (const size of [0, 1.5, NaN]) {
      assertThrows(() => maxPool(x, Int32Array.of(1, 2, 2), size), RangeError, "expected windows of at least 1 step");
    }
  }, { engine });
});

Deno.test("adaptiveMaxPool rejects numbers of regions below 1 and above 4096", () => {
  const engine = engineOf("plain");
  inference(() => {
    const x = tensor(new Float32Array(12), [2, 3, 2], { engine });
    for (const regions of [0, 1.5, NaN, 4097]) {
      const pool = () => adaptiveMaxPool(x, Int32Array.of(1, 2, 2), regions);
      assertThrows(pool, RangeError, `pool regions: expected from 1 to 4096 regions, found ${regions}`);
    }
  }, { engine });
});

Deno.test("operations over steps reject inputs without steps and invalid lengths", () => {
  const engine = engineOf("plain");
  inference(() => {
    const x = tensor(new Float32Array(12), [2, 3, 2], { engine });
    for (const pool of [meanSteps, maxSteps, maskSteps]) {
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
