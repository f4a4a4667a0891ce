import { InputRangeError } from "../../errors.ts";
import { describeValue } from "../schema/mod.ts";
import { permute, reshape } from "./layout.ts";
import { linear } from "./projection.ts";
import { Scope } from "./scope.ts";
import { formatShape } from "./shape.ts";
import { allocateTensor, engineOf, type Tensor } from "./tensor.ts";

/** Options of `convolve2d`. */
export interface Convolve2dOptions {
  /** Number of values from one place of a filter to the next. Default: 1. */
  readonly stride?: number;
  /** Number of zeros around the pictures. Default: 0. */
  readonly padding?: number;
}

/**
 * Convolves pictures x[N, H, W, C] with filters weight[F, C, K, K] and an optional bias[F]: y[n, i, j] = b + the sum
 * over c, p and q of weight[:, c, p, q] x[n, i stride + p - padding, j stride + q - padding, c], [N, H', W', F] with
 * H' = floor((H + 2 padding - K) / stride) + 1. Values outside the pictures count as zeros. It computes PyTorch's
 * `conv2d`, with channels last.
 *
 * Throws `RangeError` if a shape does not match, or if the filters do not fit into the padded pictures.
 *
 * @example
 * ```ts
 * import { convolve2d, inference, tensor } from "@elman/elman/nn";
 * import { assertEquals } from "@std/assert";
 *
 * inference(() => {
 *   const x = tensor([1, 2, 3, 4], [1, 2, 2, 1]);
 *   const sums = tensor(new Float32Array(9).fill(1), [1, 1, 3, 3]);
 *   assertEquals([...convolve2d(x, sums, null, { padding: 1 }).toArray()], [10, 10, 10, 10]);
 * });
 * ```
 */
export function convolve2d(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | null = null,
  { stride = 1, padding = 0 }: Convolve2dOptions = {},
): Tensor {
  engineOf("convolve2d", x, weight, ...bias ? [bias] : []);
  const [F, C, K] = weight.shape;
  if (weight.shape.length !== 4 || weight.shape[3] !== K || weight.size === 0) {
    throw new InputRangeError(`convolve2d: expected filters [F, C, K, K], found ${formatShape(weight.shape)}`);
  }
  if (x.shape.length !== 4 || x.shape[3] !== C || x.size === 0) {
    throw new InputRangeError(`convolve2d: expected pictures [N, H, W, ${C}], found ${formatShape(x.shape)}`);
  }
  return Scope.of(x.engine, "convolve2d").asOne(() => {
    const filters = reshape(permute(weight, [0, 2, 3, 1]), [F, K * K * C]);
    return linear(patchesOf(x, K, { stride, padding }), filters, bias);
  }, (scope, y) => scope.note("convolve2d", [x, weight, bias], [y], { stride, padding }));
}

/** Returns the parts of x[N, H, W, C] that filters of K x K values cover, [N, H', W', K K C]. */
function patchesOf(x: Tensor, K: number, { stride, padding }: Required<Convolve2dOptions>): Tensor {
  const [N, H, W, C] = x.shape;
  for (const [name, value, least] of [["a stride", stride, 1], ["a padding", padding, 0]] as const) {
    if (Number.isInteger(value) && value >= least) continue;
    throw new InputRangeError(`convolve2d: expected ${name} of at least ${least}, found ${describeValue(value)}`);
  }
  if (K > H + 2 * padding || K > W + 2 * padding) {
    throw new InputRangeError(
      `convolve2d: expected filters of at most ${H + 2 * padding} x ${W + 2 * padding}, found ${K} x ${K}`,
    );
  }
  const [OH, OW] = [H, W].map((size) => Math.floor((size + 2 * padding - K) / stride) + 1);
  const patches = allocateTensor(x.engine, [N, OH, OW, K * K * C], "convolve2d");
  const sizes = [N, H, W, C, OH, OW, K, stride, padding] as const;
  x.engine.run("picture_patches", ...sizes, x.address, patches.address);
  Scope.of(x.engine, "convolve2d").record("convolve2d", [x], [patches], () => {
    x.engine.run("picture_patches_backward", ...sizes, patches.claimGradient(), x.zeroedGradient());
  }, { stride, padding });
  return patches;
}
