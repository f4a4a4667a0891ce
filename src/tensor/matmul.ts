import { InputRangeError } from "../../errors.ts";
import { matrixAt, matrixOf, multiply } from "./product.ts";
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
  const N = b.shape[1];
  const M = rowsOf(a);
  const y = allocateTensor(engine, [...a.shape.slice(0, -1), N], "matmul");
  multiply(engine, "NN", [M, N, K], matrixOf(a), matrixOf(b), { address: y.address, pitch: N });
  Scope.of(engine, "matmul").record("matmul", [a, b], [y], () => {
    const dy = matrixAt(engine, y.claimGradient(), M, N);
    if (a.requiresGradient) {
      const add = a.hasGradient;
      multiply(engine, "NT", [M, K, N], dy, matrixOf(b), { address: a.claimGradient(), pitch: K }, add);
    }
    if (b.requiresGradient) {
      const add = b.hasGradient;
      multiply(engine, "TN", [K, N, M], matrixOf(a), dy, { address: b.claimGradient(), pitch: N }, add);
    }
  });
  return y;
}
