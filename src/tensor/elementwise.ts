import { broadcastShapes, broadcastTo } from "./layout.ts";
import { Scope } from "./scope.ts";
import { allocateTensor, type Tensor } from "./tensor.ts";

// The kernels' numbers of the functions.
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

/** The hyperbolic tangent of every element. */
export function tanh(x: Tensor): Tensor {
  return unary("tanh", x);
}

/** The logistic function 1 / (1 + e^-x) of every element. */
export function sigmoid(x: Tensor): Tensor {
  return unary("sigmoid", x);
}

/** max(x, 0) of every element. */
export function relu(x: Tensor): Tensor {
  return unary("relu", x);
}

/** e^x of every element; x is bounded to [-87.3, 88.3], where the result is a normal float. */
export function exp(x: Tensor): Tensor {
  return unary("exp", x);
}

/** The natural logarithm of every element. */
export function log(x: Tensor): Tensor {
  return unary("log", x);
}

/** scale x + shift for every element. */
export function affine(x: Tensor, scale: number, shift = 0): Tensor {
  const { engine, size } = x;
  const y = allocateTensor(engine, x.shape, "affine");
  engine.run("affine", size, x.address, scale, shift, y.address);
  Scope.of(engine, "affine").record([x], [y], () => {
    engine.run("add_scaled", size, scale, y.claimGradient(), x.zeroedGradient());
  });
  return y;
}

/** Applies a binary function to tensors of broadcast-compatible shapes; `backward` gets operands of the result's shape. */
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

/** a + b, with broadcasting. */
export function add(a: Tensor, b: Tensor): Tensor {
  return binary("add", a, b, (a, b, y) => {
    addScaledGradient(a, 1, y);
    addScaledGradient(b, 1, y);
  });
}

/** a - b, with broadcasting. */
export function sub(a: Tensor, b: Tensor): Tensor {
  return binary("sub", a, b, (a, b, y) => {
    addScaledGradient(a, 1, y);
    addScaledGradient(b, -1, y);
  });
}

function addProductGradient(to: Tensor, dy: number, factor: number): void {
  if (to.requiresGradient) to.engine.run("add_product", to.size, dy, factor, to.zeroedGradient());
}

/** a b element by element, with broadcasting. */
export function mul(a: Tensor, b: Tensor): Tensor {
  return binary("mul", a, b, (a, b, y) => {
    addProductGradient(a, y.claimGradient(), b.address);
    addProductGradient(b, y.claimGradient(), a.address);
  });
}

/** a / b element by element, with broadcasting. */
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
