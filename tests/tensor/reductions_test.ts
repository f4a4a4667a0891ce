import { assertEquals, assertThrows } from "@std/assert";
import { inference, largest, mean, sum, tensor } from "../../src/tensor/mod.ts";
import { type Accessor, checkOperation, engineOf } from "../support/gradient_check.ts";

/** Returns every index of a shape. */
function indexes(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>(
    (all, extent) => all.flatMap((index) => Array.from({ length: extent }, (_, i) => [...index, i])),
    [[]],
  );
}

function total(x: Accessor, shape: readonly number[]): number {
  return indexes(shape).reduce((sum, index) => sum + x(...index), 0);
}

Deno.test("sum and mean: values within 3e-6, gradients within 1e-5 of finite differences", () => {
  for (const shape of [[], [1], [33], [3, 5], [2, 3, 2, 2, 2]]) {
    const size = shape.reduce((product, extent) => product * extent, 1);
    const inputs = { x: shape };
    checkOperation({ inputs, apply: ({ x }) => sum(x), shape: [], element: ({ x }) => total(x, shape) });
    checkOperation({ inputs, apply: ({ x }) => mean(x), shape: [], element: ({ x }) => total(x, shape) / size });
  }
  checkOperation({ inputs: { x: [0] }, apply: ({ x }) => sum(x), shape: [], element: () => 0 });
});

Deno.test("sum and mean over a dimension: values within 3e-6, gradients within 1e-5 of finite differences", () => {
  for (const shape of [[4], [3, 5], [2, 9, 4], [2, 3, 2, 2, 2], [3, 0, 2]]) {
    for (const dimension of shape.keys()) {
      const extent = shape[dimension];
      const along = (x: Accessor, index: readonly number[]) =>
        Array.from({ length: extent }, (_, i) => x(...index.toSpliced(dimension, 0, i))).reduce((a, b) => a + b, 0);
      const options = { inputs: { x: shape }, shape: shape.toSpliced(dimension, 1) };
      checkOperation({ ...options, apply: ({ x }) => sum(x, dimension), element: ({ x }, index) => along(x, index) });
      if (extent === 0) continue;
      checkOperation({
        ...options,
        apply: ({ x }) => mean(x, dimension),
        element: ({ x }, index) => along(x, index) / extent,
      });
    }
  }
});

Deno.test("sum and mean reject a dimension that does not exist", () => {
  const engine = engineOf("plain");
  inference(() => {
    const x = tensor([1, 2], [2], { engine });
    for (const dimension of [1, -1, 0.5]) {
      const message = `sum: expected a dimension of [2], found ${dimension}`;
      assertThrows(() => sum(x, dimension), RangeError, message);
      assertThrows(() => mean(x, dimension), RangeError, message);
    }
  }, { engine });
});

Deno.test("largest returns the indexes of the largest elements of each row and rejects a fractional count", () => {
  const engine = engineOf("plain");
  inference(() => {
    const x = tensor([1, 3, 3, NaN, 2, -1, 0, 5], [2, 1, 4], { engine });
    assertEquals([...largest(x, 3)], [1, 2, 0, 3, 0, 2]);
    assertEquals([...largest(x, 4)], [1, 2, 0, -1, 3, 0, 2, 1]);
    assertEquals(largest(x, 0).length, 0);
    assertThrows(() => largest(x, 0.5), RangeError, "expected a whole number as count, found 0.5");
  }, { engine });
});
