import type { Values } from "./affine.ts";

/** An elementwise function of `x`, with the gradient of `x`. */
export interface ElementwiseRun {
  output: Float64Array;
  backward(dOutput: Values): { dx: Float64Array };
}

/** The logistic function of one number. */
export function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** Hyperbolic tangent. */
export function tanh(x: Values): ElementwiseRun {
  return elementwise(x, Math.tanh, (_, y) => 1 - y * y);
}

/** Logistic sigmoid. */
export function sigmoid(x: Values): ElementwiseRun {
  return elementwise(x, logistic, (_, y) => y * (1 - y));
}

/** `max(x, 0)`; its derivative at 0 is 0. */
export function relu(x: Values): ElementwiseRun {
  return elementwise(x, (x) => Math.max(x, 0), (x) => x > 0 ? 1 : 0);
}

/** Exponential. */
export function exp(x: Values): ElementwiseRun {
  return elementwise(x, Math.exp, (_, y) => y);
}

/** Natural logarithm. */
export function log(x: Values): ElementwiseRun {
  return elementwise(x, Math.log, (x) => 1 / x);
}

function elementwise(
  x: Values,
  f: (x: number) => number,
  derivative: (x: number, y: number) => number,
): ElementwiseRun {
  const output = Float64Array.from(x, f);
  return {
    output,
    backward: (dOutput) => ({ dx: output.map((y, i) => dOutput[i] * derivative(x[i], y)) }),
  };
}
