import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import {
  broadcastTo,
  concat,
  gather,
  inference,
  permute,
  reshape,
  slice,
  type Tensor,
  tensor,
  transpose,
} from "../../src/tensor/mod.ts";
import { checkOperation, engineOf, type Operation } from "../support/gradient_check.ts";

/** Tolerance of operations that only move values, which are exact. */
function checkMove<Name extends string>(operation: Operation<Name>): void {
  checkOperation({ ...operation, tolerance: 0 });
}

Deno.test("reshape: values exact, gradients within 1e-5 of finite differences", () => {
  const shapes = [[[2, 6], [3, 4]], [[2, 6], [12]], [[4], [1, 4, 1]], [[1], []], [[0, 3], [0]], [[2, 3, 2, 1, 2], [
    24,
  ]]];
  for (const [from, to] of shapes) {
    checkMove({
      inputs: { x: from },
      apply: ({ x }) => reshape(x, to),
      shape: to,
      element: ({ x }, index) => x(...split(index.reduce((at, i, d) => at * to[d] + i, 0), from)),
    });
  }
  checkMove({
    inputs: { x: [2, 6] },
    apply: ({ x }) => reshape(x, [4, -1]),
    shape: [4, 3],
    element: ({ x }, [i, j]) => x(...split(3 * i + j, [2, 6])),
  });
});

/** Returns the index of an element at a row-major position. */
function split(place: number, shape: number[]): number[] {
  return shape.map((extent, d) => Math.floor(place / shape.slice(d + 1).reduce((p, e) => p * e, 1)) % extent);
}

Deno.test("permute: values exact, gradients within 1e-5 of finite differences", () => {
  const shape = [2, 3, 5, 4];
  for (const order of [[0, 1, 2, 3], [3, 2, 1, 0], [1, 0, 3, 2], [2, 0, 1, 3], [0, 3, 1, 2]]) {
    checkMove({
      inputs: { x: shape },
      apply: ({ x }) => permute(x, order),
      shape: order.map((d) => shape[d]),
      element: ({ x }, index) => x(...shape.map((_, d) => index[order.indexOf(d)])),
    });
  }
});

Deno.test("transpose: values exact, gradients within 1e-5 of finite differences", () => {
  checkMove({
    inputs: { x: [3, 5] },
    apply: ({ x }) => transpose(x),
    shape: [5, 3],
    element: ({ x }, [i, j]) => x(j, i),
  });
  checkMove({
    inputs: { x: [2, 3, 9] },
    apply: ({ x }) => transpose(x),
    shape: [2, 9, 3],
    element: ({ x }, [n, i, j]) => x(n, j, i),
  });
});

Deno.test("slice: values exact, gradients within 1e-5 of finite differences", () => {
  const shape = [3, 4, 5];
  for (const [dimension, start, end] of [[0, 1, 3], [1, 0, 2], [2, 3, 5], [2, 0, 5], [1, 2, 2]]) {
    checkMove({
      inputs: { x: shape },
      apply: ({ x }) => slice(x, dimension, start, end),
      shape: shape.map((extent, d) => d === dimension ? end - start : extent),
      element: ({ x }, index) => x(...index.map((i, d) => d === dimension ? i + start : i)),
    });
  }
});

Deno.test("concat: values exact, gradients within 1e-5 of finite differences", () => {
  for (const dimension of [0, 1, 2]) {
    const [a, b, c] = [1, 3, 2].map((extent) => [2, 3, 2].map((e, d) => d === dimension ? extent : e));
    checkMove({
      inputs: { a, b, c },
      apply: ({ a, b, c }) => concat([a, b, c], dimension),
      shape: a.map((e, d) => d === dimension ? 6 : e),
      element: ({ a, b, c }, index) => {
        const at = (from: number) => index.map((i, d) => d === dimension ? i - from : i);
        return index[dimension] < 1 ? a(...at(0)) : index[dimension] < 4 ? b(...at(1)) : c(...at(4));
      },
    });
  }
  checkMove({
    inputs: { x: [2, 3] },
    apply: ({ x }) => concat([x, x], 1),
    shape: [2, 6],
    element: ({ x }, [i, j]) => x(i, j % 3),
  });
});

Deno.test("broadcastTo: values exact, gradients within 1e-5 of finite differences", () => {
  const cases = [[[], [2, 3]], [[3], [2, 3]], [[2, 1], [2, 3]], [[1, 3], [4, 2, 3]], [[1, 1], [1, 1, 1]], [[1], [0]]];
  for (const [from, to] of cases) {
    checkMove({
      inputs: { x: from },
      apply: ({ x }) => broadcastTo(x, to),
      shape: to,
      element: ({ x }, index) => x(...from.map((e, d) => e === 1 ? 0 : index[d + to.length - from.length])),
    });
  }
});

Deno.test("gather: values exact, gradients within 1e-5 of finite differences, and zeros for negative indexes", () => {
  const index = Int32Array.of(2, 0, -1, 2, 2, 3);
  checkMove({
    inputs: { x: [4, 5] },
    apply: ({ x }) => gather(x, index),
    shape: [6, 5],
    element: ({ x }, [i, j]) => index[i] < 0 ? 0 : x(index[i], j),
  });
  checkMove({
    inputs: { x: [4, 2, 3] },
    apply: ({ x }) => gather(x, index, [3, 2]),
    shape: [3, 2, 2, 3],
    element: ({ x }, [i, j, k, l]) => index[2 * i + j] < 0 ? 0 : x(index[2 * i + j], k, l),
  });
  checkMove({
    inputs: { x: [4] },
    apply: ({ x }) => gather(x, index),
    shape: [6],
    element: ({ x }, [i]) => index[i] < 0 ? 0 : x(index[i]),
  });
});

Deno.test("broadcastTo and reshape do not copy if the layout stays the same", () => {
  const engine = engineOf("plain");
  inference(() => {
    const x = tensor([1, 2], [2], { engine });
    assertStrictEquals(broadcastTo(x, [2]), x);
    assertEquals(reshape(x, [1, 2]).address, x.address);
  }, { engine });
});

/** Calls that must throw, with their messages. */
const REFUSED: readonly [call: (x: Tensor) => Tensor, message: string][] = [
  [(x) => reshape(x, [4]), "reshape: expected a shape of 6 elements, found [4]"],
  [(x) => reshape(x, [4, -1]), "reshape: expected a shape of 6 elements, found [4, 1.5]"],
  [(x) => reshape(x, [0, -1]), "reshape [2, 3]: expected no extent of 0 beside -1, found [0, -1]"],
  [(x) => reshape(x, [-2, -3]), "reshape: expected a shape of 6 elements, found [-2, -3]"],
  [(x) => permute(x, [0]), "permute [2, 3]: expected each dimension once, found [0]"],
  [(x) => permute(x, [0, 0]), "permute [2, 3]: expected each dimension once, found [0, 0]"],
  [(x) => permute(reshape(x, [1, 1, 1, 2, 3]), [4, 3, 2, 1, 0]), "permute: expected at most 4 dimensions"],
  [(x) => transpose(reshape(x, [6])), "transpose: expected at least two dimensions, found [6]"],
  [(x) => slice(x, 2, 0, 1), "slice: expected a dimension of [2, 3], found 2"],
  [(x) => slice(x, -1, 0, 1), "slice: expected a dimension of [2, 3], found -1"],
  [(x) => slice(x, 1, 2, 4), "slice: expected a range within 0 to 3 of dimension 1, found 2 to 4"],
  [(x) => slice(x, 1, 2, 1), "slice: expected a range within 0 to 3 of dimension 1, found 2 to 1"],
  [(x) => slice(x, 1, 0.5, 1.5), "slice: expected a range within 0 to 3 of dimension 1, found 0.5 to 1.5"],
  [() => concat([], 0), "concat: expected at least one tensor, found none"],
  [(x) => concat([x], 2), "concat: expected a dimension of [2, 3], found 2"],
  [(x) => concat([x, transpose(x)], 0), "concat: expected shapes that differ in dimension 0 only"],
  [(x) => concat([x, reshape(x, [6])], 0), "concat: expected shapes that differ in dimension 0 only"],
  [(x) => broadcastTo(x, [3, 2]), "broadcast: expected shapes that broadcast, found [2, 3] and [3, 2]"],
  [(x) => broadcastTo(x, [2, 6]), "broadcast: expected shapes that broadcast, found [2, 3] and [2, 6]"],
  [(x) => broadcastTo(x, [1, 3]), "broadcast: expected a shape to which [2, 3] broadcasts, found [1, 3]"],
  [(x) => broadcastTo(reshape(x, [1, 6]), [6]), "broadcast: expected a shape to which [1, 6] broadcasts, found [6]"],
  [(x) => gather(x, Int32Array.of(0, 2)), "gather: expected indexes below 2, found 2 at 1"],
  [(x) => gather(x, Int32Array.of(0), [2]), "gather: expected 2 indexes for [2], found 1"],
  [
    (x) => gather(reshape(slice(reshape(x, [6]), 0, 0, 1), []), Int32Array.of(0)),
    "gather: expected a tensor with rows",
  ],
];

for (const [call, message] of REFUSED) {
  Deno.test(`layout operations reject invalid arguments: ${message}`, () => {
    const engine = engineOf("plain");
    inference(() => {
      const x = tensor([1, 2, 3, 4, 5, 6], [2, 3], { engine });
      assertThrows(() => call(x), RangeError, message);
    }, { engine });
  });
}
