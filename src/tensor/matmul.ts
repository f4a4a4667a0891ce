import { expectShape, Parameter } from "./parameter.ts";
import { Scope } from "./scope.ts";
import { allocateTensor, formatShape, sizeOf, type Tensor } from "./tensor.ts";

/** The number of rows: all extents but the last. */
function rowsOf(x: Tensor): number {
  return sizeOf(x.shape.slice(0, -1));
}

/**
 * The matrix product a[..., K] b[K, N] -> [..., N]; the leading dimensions of `a` are rows.
 * Throws a RangeError where the inner extents differ.
 */
export function matmul(a: Tensor, b: Tensor): Tensor {
  const K = a.shape.at(-1)!;
  if (a.shape.length < 1 || b.shape.length !== 2 || b.shape[0] !== K) {
    throw new RangeError(
      `matmul: expected shapes [..., K] and [K, N], found ${formatShape(a.shape)} and ${formatShape(b.shape)}`,
    );
  }
  const { engine } = a;
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

/**
 * x W^T into `to`[M, N], for x[M, K] and the parameter W[N, K]: the product that every layer begins with. Outside training the
 * packed weights are kept, so that small batches do not pack them again.
 */
export function projectInto(x: Tensor, weight: Tensor, to: number): void {
  const { engine } = x;
  const [N, K] = weight.shape;
  const M = rowsOf(x);
  if (weight instanceof Parameter && !Scope.of(engine, "linear").training) {
    engine.run("matmul_packed", M, N, K, x.address, K, weight.packedTransposed(), to, N, 0, engine.scratch);
  } else {
    engine.run("matmul", 0, 1, M, N, K, x.address, K, weight.address, K, to, N, 0, engine.scratch);
  }
}

/** The gradients of `projectInto`, from `dy`[M, N]: by x where it wants one, and by the weights. */
export function projectBackward(x: Tensor, weight: Tensor, dy: number): void {
  const { engine } = x;
  const { scratch } = engine;
  const [N, K] = weight.shape;
  const M = rowsOf(x);
  if (x.requiresGradient) {
    const add = x.hasGradient ? 1 : 0;
    engine.run("matmul", 0, 0, M, K, N, dy, N, weight.address, K, x.claimGradient(), K, add, scratch);
  }
  if (weight.requiresGradient) {
    const add = weight.hasGradient ? 1 : 0;
    engine.run("matmul", 1, 0, N, K, M, dy, N, x.address, K, weight.claimGradient(), K, add, scratch);
  }
}

/** x[..., K] W^T + b for a weight W[N, K] and a bias b[N], or none. */
export function linear(x: Tensor, weight: Tensor, bias: Tensor | null = null): Tensor {
  const [N, K] = weight.shape;
  if (x.shape.at(-1) !== K) {
    throw new RangeError(`linear: expected an input [..., ${K}], found ${formatShape(x.shape)}`);
  }
  expectShape("linear", weight, [N, K]);
  if (bias) expectShape("linear", bias, [N]);
  const { engine } = x;
  const M = rowsOf(x);
  const y = allocateTensor(engine, [...x.shape.slice(0, -1), N], "linear");
  projectInto(x, weight, y.address);
  if (bias) engine.run("add_bias", M, N, bias.address, y.address);
  Scope.of(engine, "linear").record([x, weight, bias], [y], () => {
    const dy = y.claimGradient();
    projectBackward(x, weight, dy);
    if (bias?.requiresGradient) engine.run("add_row_sums", M, N, dy, N, bias.zeroedGradient());
  });
  return y;
}
