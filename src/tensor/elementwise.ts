import { broadcastShapes, broadcastTo } from "./layout.ts";
import { Scope } from "./scope.ts";
import { allocateTensor, type Tensor } from "./tensor.ts";

// The function codes of the kernels.
const UNARY = { tanh: 0, sigmoid: 1, relu: 2, exp: 3, log: 4 } as const;
const BINARY = { add: 0, sub: 1, mul: 2, div: 3 } as const;

function unary(name: keyof typeof UNARY, x: Tensor): Tensor {
  const { engine, size } = x;
  const y = allocateTensor(engine, x.shape, name);
  engine.run("unary", UNARY[name], size, x.address, y.address);
  Scope.of(engine, name).record([x], [y], () => {
    engine.run("unary_backward", UNARY[name], size, x.address, y.address, y.claimGradient(), x.zeroedGradient());
  });
  return y;
}

/** Computes the hyperbolic tangent of each element. */
export function tanh(x: Tensor): Tensor {
  return unary("tanh", x);
}

/** Computes the logistic function 1 / (1 + e^-x) of each element. */
export function sigmoid(x: Tensor): Tensor {
  return unary("sigmoid", x);
}

/** Computes max(x, 0) of each element. */
export function relu(x: Tensor): Tensor {
  return unary("relu", x);
}

/** Computes e^x of each element. x is clamped to [-87.3, 88.3], where the result is a normal float. */
export function exp(x: Tensor): Tensor {
  return unary("exp", x);
}

/** Computes the natural logarithm of each element. */
export function log(x: Tensor): Tensor {
  return unary("log", x);
}

/** Computes scale x + shift for each element. */
export function affine(x: Tensor, scale: number, shift = 0): Tensor {
  const { engine, size } = x;
  const y = allocateTensor(engine, x.shape, "affine");
  engine.run("affine", size, x.address, scale, shift, y.address);
  Scope.of(engine, "affine").record([x], [y], () => {
    engine.run("add_scaled", size, scale, y.claimGradient(), x.zeroedGradient());
  });
  return y;
}

/** Applies a binary function with broadcasting; `backward` receives operands of the result's shape. */
function binary(
  name: keyof typeof BINARY,
  left: Tensor,
  right: Tensor,
  backward: (a: Tensor, b: Tensor, y: Tensor) => void,
): Tensor {
  const shape = broadcastShapes(name, left.shape, right.shape);
  const a = broadcastTo(left, shape);
  const b = broadcastTo(right, shape);
  const { engine } = a;
  const y = allocateTensor(engine, shape, name);
  engine.run("binary", BINARY[name], y.size, a.address, b.address, y.address);
  Scope.of(engine, name).record([a, b], [y], () => backward(a, b, y));
  return y;
}

function addScaledGradient(to: Tensor, scale: number, y: Tensor): void {
  if (to.requiresGradient) to.engine.run("add_scaled", y.size, scale, y.claimGradient(), to.zeroedGradient());
}

/** Computes a + b, with broadcasting. */
export function add(a: Tensor, b: Tensor): Tensor {
  return binary("add", a, b, (a, b, y) => {
    addScaledGradient(a, 1, y);
    addScaledGradient(b, 1, y);
  });
}

/** Computes a - b, with broadcasting. */
export function sub(a: Tensor, b: Tensor): Tensor {
  return binary("sub", a, b, (a, b, y) => {
    addScaledGradient(a, 1, y);
    addScaledGradient(b, -1, y);
  });
}

function addProductGradient(to: Tensor, dy: number, factor: number): void {
  if (to.requiresGradient) to.engine.run("add_product", to.size, dy, factor, to.zeroedGradient());
}

/** Computes the elementwise product a b, with broadcasting. */
export function mul(a: Tensor, b: Tensor): Tensor {
  return binary("mul", a, b, (a, b, y) => {
    addProductGradient(a, y.claimGradient(), b.address);
    addProductGradient(b, y.claimGradient(), a.address);
  });
}

/** Computes the elementwise quotient a / b, with broadcasting. */
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
