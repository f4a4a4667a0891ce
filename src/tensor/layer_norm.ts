import { expectShape } from "./parameter.ts";
import { Scope } from "./scope.ts";
import { sizeOf } from "./shape.ts";
import { allocateTensor, engineOf, type Tensor } from "./tensor.ts";

/**
 * Applies layer normalization (Ba et al. 2016) over the last dimension of x[..., H], with a weight [H] and a bias [H].
 *
 * @example
 * ```ts
 * import { inference, layerNorm, tensor } from "@elman/elman/nn";
 * import { assertEquals } from "@std/assert";
 *
 * inference(() => {
 *   const y = layerNorm(tensor([1, 3, 10, 30], [2, 2]), tensor([1, 1]), tensor([0, 5]));
 *   assertEquals([...y.toArray()].map(Math.round), [-1, 6, -1, 6]);
 * });
 * ```
 */
export function layerNorm(x: Tensor, weight: Tensor, bias: Tensor, epsilon = 1e-5): Tensor {
  const engine = engineOf("layer norm", x, weight, bias);
  const n = x.shape.at(-1) ?? 1;
  expectShape("layer norm", weight, [n]);
  expectShape("layer norm", bias, [n]);
  const rows = sizeOf(x.shape.slice(0, -1));
  const y = allocateTensor(engine, x.shape, "layer norm");
  const means = engine.arena.allocate(rows * 4);
  const scales = engine.arena.allocate(rows * 4);
  engine.run("layer_norm", rows, n, epsilon, x.address, weight.address, bias.address, y.address, means, scales);
  Scope.of(engine, "layer norm").record("layerNorm", [x, weight, bias], [y], () => {
    const dy = y.claimGradient();
    if (x.requiresGradient) {
      engine.run("layer_norm_backward", rows, n, x.address, weight.address, means, scales, dy, x.zeroedGradient());
    }
    if (!weight.requiresGradient && !bias.requiresGradient) return;
    const [dWeight, dBias] = [weight, bias].map((to) =>
      to.requiresGradient ? to.zeroedGradient() : engine.arena.allocate(n * 4)
    );
    engine.run("layer_norm_weights", rows, n, x.address, means, scales, dy, dWeight, dBias);
  }, { epsilon });
  return y;
}
