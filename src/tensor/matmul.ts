import { InputRangeError } from "../../errors.ts";
import { Scope } from "./scope.ts";
import { formatShape } from "./shape.ts";
import { allocateTensor, engineOf, rowsOf, type Tensor } from "./tensor.ts";

/**
 * Computes the matrix product a[..., K] b[K, N], [..., N]. Throws `RangeError` if the inner extents differ.
 *
 * @example
 * ```ts
 * import { inference, matmul, tensor } from "@elman/elman/nn";
 * import { assertEquals } from "@std/assert";
 *
 * inference(() => {
 *   const a = tensor([1, 2, 3, 4], [2, 2]);
 *   const b = tensor([5, 6], [2, 1]);
 *   assertEquals([...matmul(a, b).toArray()], [17, 39]);
 * });
 * ```
 */
export function matmul(a: Tensor, b: Tensor): Tensor {
  const engine = engineOf("matmul", a, b);
  const K = a.shape.at(-1)!;
  if (a.shape.length < 1 || b.shape.length !== 2 || b.shape[0] !== K) {
    throw new InputRangeError(
      `matmul: expected shapes [..., K] and [K, N], found ${formatShape(a.shape)} and ${formatShape(b.shape)}`,
    );
  }
  const { scratch } = engine;
  const N = b.shape[1];
  const M = rowsOf(a);
  const y = allocateTensor(engine, [...a.shape.slice(0, -1), N], "matmul");
  engine.run("matmul", 0, 0, M, N, K, a.address, K, b.address, N, y.address, N, 0, scratch);
  Scope.of(engine, "matmul").record([a, b], [y], () => {
    const dy = y.claimGradient();
    if (a.requiresGradient) {
      const add = a.hasGradient ? 1 : 0;
      engine.run("matmul", 0, 1, M, K, N, dy, N, b.address, N, a.claimGradient(), K, add, scratch);
    }
    if (b.requiresGradient) {
      const add = b.hasGradient ? 1 : 0;
      engine.run("matmul", 1, 0, K, N, M, a.address, K, dy, N, b.claimGradient(), N, add, scratch);
    }
  });
  return y;
}
