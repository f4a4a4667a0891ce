import type { Address } from "../engine/mod.ts";
import { broadcastShapes, broadcastTo } from "./layout.ts";
import { Scope } from "./scope.ts";
import { allocateTensor, engineOf, type Tensor } from "./tensor.ts";

// The function codes of the kernels.
const UNARY = { tanh: 0, sigmoid: 1, relu: 2, exp: 3, log: 4 } as const;
const BINARY = { add: 0, sub: 1, mul: 2, div: 3 } as const;

function unary(name: keyof typeof UNARY, x: Tensor): Tensor {
  const engine = engineOf(name, x);
  const { size } = x;
  const y = allocateTensor(engine, x.shape, name);
  engine.run("unary", UNARY[name], size, x.address, y.address);
  Scope.of(engine, name).record(name, [x], [y], () => {
    engine.run("unary_backward", UNARY[name], size, x.address, y.address, y.claimGradient(), x.zeroedGradient());
  });
  return y;
}

/**
 * Computes the hyperbolic tangent of each element.
 *
 * @example
 * ```ts
 * import { inference, tanh, tensor } from "@elman/elman/nn";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const [low, middle, high] = inference(() => tanh(tensor([-20, 0, 0.5])).toArray());
 * assertAlmostEquals(low, -1);
 * assertAlmostEquals(middle, 0);
 * assertAlmostEquals(high, Math.tanh(0.5), 1e-6);
 * ```
 */
export function tanh(x: Tensor): Tensor {
  return unary("tanh", x);
}

/**
 * Computes the logistic function 1 / (1 + e^-x) of each element.
 *
 * @example
 * ```ts
 * import { inference, sigmoid, tensor } from "@elman/elman/nn";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const [half, open] = inference(() => sigmoid(tensor([0, 1])).toArray());
 * assertAlmostEquals(half, 0.5);
 * assertAlmostEquals(open, 1 / (1 + Math.exp(-1)), 1e-6);
 * ```
 */
export function sigmoid(x: Tensor): Tensor {
  return unary("sigmoid", x);
}

/**
 * Computes max(x, 0) of each element.
 *
 * @example
 * ```ts
 * import { inference, relu, tensor } from "@elman/elman/nn";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(inference(() => [...relu(tensor([-2, 0, 3])).toArray()]), [0, 0, 3]);
 * ```
 */
export function relu(x: Tensor): Tensor {
  return unary("relu", x);
}

/**
 * Computes e^x of each element. x is clamped to [-87.3, 88.3], where the result is a normal float.
 *
 * @example
 * ```ts
 * import { exp, inference, tensor } from "@elman/elman/nn";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * assertAlmostEquals(inference(() => exp(tensor([1])).item()), Math.E, 1e-6);
 * ```
 */
export function exp(x: Tensor): Tensor {
  return unary("exp", x);
}

/**
 * Computes the natural logarithm of each element.
 *
 * @example
 * ```ts
 * import { log, Parameter, sum, training } from "@elman/elman/nn";
 * import { assertEquals } from "@std/assert";
 *
 * const x = new Parameter([2], { values: [1, 4] });
 * training(() => sum(log(x)).backward());
 * assertEquals([...x.gradients()], [1, 0.25]); // The derivative of log x is 1 / x.
 * ```
 */
export function log(x: Tensor): Tensor {
  return unary("log", x);
}

/**
 * Computes scale x + shift for each element.
 *
 * @example
 * ```ts
 * import { affine, inference, tensor } from "@elman/elman/nn";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(inference(() => [...affine(tensor([0.25, 1]), -1, 1).toArray()]), [0.75, 0]);
 * ```
 */
export function affine(x: Tensor, scale: number, shift = 0): Tensor {
  const engine = engineOf("affine", x);
  const { size } = x;
  const y = allocateTensor(engine, x.shape, "affine");
  engine.run("affine", size, x.address, scale, shift, y.address);
  Scope.of(engine, "affine").record("affine", [x], [y], () => {
    engine.run("add_scaled", size, scale, y.claimGradient(), x.zeroedGradient());
  }, { scale, shift });
  return y;
}

/** Applies a binary function with broadcasting; `backward` receives operands of the result's shape. */
function binary(
  name: keyof typeof BINARY,
  left: Tensor,
  right: Tensor,
  backward: (a: Tensor, b: Tensor, y: Tensor) => void,
): Tensor {
  const engine = engineOf(name, left, right);
  const shape = broadcastShapes(name, left.shape, right.shape);
  const a = broadcastTo(left, shape);
  const b = broadcastTo(right, shape);
  const y = allocateTensor(engine, shape, name);
  engine.run("binary", BINARY[name], y.size, a.address, b.address, y.address);
  Scope.of(engine, name).record(name, [a, b], [y], () => backward(a, b, y));
  return y;
}

function addScaledGradient(to: Tensor, scale: number, y: Tensor): void {
  if (to.requiresGradient) to.engine.run("add_scaled", y.size, scale, y.claimGradient(), to.zeroedGradient());
}

/**
 * Computes a + b, with broadcasting.
 *
 * @example
 * ```ts
 * import { add, inference, tensor } from "@elman/elman/nn";
 * import { assertEquals } from "@std/assert";
 *
 * inference(() => {
 *   const rows = tensor([1, 2, 3, 4], [2, 2]);
 *   assertEquals([...add(rows, tensor([10, 20])).toArray()], [11, 22, 13, 24]);
 * });
 * ```
 */
export function add(a: Tensor, b: Tensor): Tensor {
  return binary("add", a, b, (a, b, y) => {
    addScaledGradient(a, 1, y);
    addScaledGradient(b, 1, y);
  });
}

/**
 * Computes a - b, with broadcasting.
 *
 * @example
 * ```ts
 * import { inference, mean, sub, tensor } from "@elman/elman/nn";
 * import { assertEquals } from "@std/assert";
 *
 * inference(() => {
 *   const x = tensor([1, 2, 6]);
 *   assertEquals([...sub(x, mean(x)).toArray()], [-2, -1, 3]);
 * });
 * ```
 */
export function sub(a: Tensor, b: Tensor): Tensor {
  return binary("sub", a, b, (a, b, y) => {
    addScaledGradient(a, 1, y);
    addScaledGradient(b, -1, y);
  });
}

function addProductGradient(to: Tensor, dy: Address, factor: Address): void {
  if (to.requiresGradient) to.engine.run("add_product", to.size, dy, factor, to.zeroedGradient());
}

/**
 * Computes the elementwise product a b, with broadcasting.
 *
 * @example
 * ```ts
 * import { inference, mul, tensor } from "@elman/elman/nn";
 * import { assertEquals } from "@std/assert";
 *
 * inference(() => {
 *   const states = tensor([1, 2, 3, 4], [2, 2]);
 *   const mask = tensor([1, 0], [2, 1]);
 *   assertEquals([...mul(states, mask).toArray()], [1, 2, 0, 0]);
 * });
 * ```
 */
export function mul(a: Tensor, b: Tensor): Tensor {
  return binary("mul", a, b, (a, b, y) => {
    addProductGradient(a, y.claimGradient(), b.address);
    addProductGradient(b, y.claimGradient(), a.address);
  });
}

/**
 * Computes the elementwise quotient a / b, with broadcasting.
 *
 * @example
 * ```ts
 * import { div, inference, sum, tensor } from "@elman/elman/nn";
 * import { assertEquals } from "@std/assert";
 *
 * inference(() => {
 *   const counts = tensor([1, 1, 2]);
 *   assertEquals([...div(counts, sum(counts)).toArray()], [0.25, 0.25, 0.5]);
 * });
 * ```
 */
export function div(a: Tensor, b: Tensor): Tensor {
  return binary("div", a, b, (a, b, y) => {
    const { engine, size } = y;
    const ratio = engine.arena.allocate(size * 4);
    engine.run("binary", BINARY.div, size, y.claimGradient(), b.address, ratio);
    if (a.requiresGradient) engine.run("add_scaled", size, 1, ratio, a.zeroedGradient());
    engine.run("affine", size, ratio, -1, 0, ratio);
    addProductGradient(b, ratio, y.address);
  });
}
