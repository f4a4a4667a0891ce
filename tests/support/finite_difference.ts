import { assert, assertEquals } from "@std/assert";
import { seededRandom } from "./random.ts";

/** Options of {@linkcode checkGradient}. */
export interface CheckGradientOptions {
  /** Number of random directions per input. Default: 4. */
  directions?: number;
  /** Step along a direction of length 1. Default: 1e-3. Use 1e-6 if the function has kinks, as relu has. */
  eps?: number;
  /** Seed of the directions. Default: 1. */
  seed?: number;
  /** Maximum relative error. Default: 1e-7. */
  tolerance?: number;
}

/**
 * Asserts that `gradients` are the gradients of the scalar function `f` at `inputs`, by central differences in float64
 * along random directions (signs over the square root of the size, so that every element takes part). The five-point
 * stencil's own error is of order `eps ** 4`.
 *
 * Each input is perturbed separately, so that a large gradient does not hide errors of a small one. The error of a
 * direction is relative to the largest of: either derivative, the gradient's root mean square, and 1e-4, below which
 * differences of an `f` of order 1 are mostly rounding.
 *
 * @returns The largest relative error over all inputs and directions.
 */
export function checkGradient<Name extends string>(
  f: (inputs: Record<Name, Float64Array>) => number,
  inputs: Record<Name, Float64Array>,
  gradients: Record<NoInfer<Name>, ArrayLike<number>>,
  { directions = 4, eps = 1e-3, seed = 1, tolerance = 1e-7 }: CheckGradientOptions = {},
): number {
  assertEquals(Object.keys(gradients).sort(), Object.keys(inputs).sort(), "check gradients: the names differ");
  const random = seededRandom(seed);
  let largest = 0;
  for (const name of Object.keys(inputs) as Name[]) {
    const input = inputs[name], gradient = gradients[name];
    assertEquals(gradient.length, input.length, `check the gradient of ${name}: the lengths differ`);
    for (let k = 0; k < directions && input.length > 0; k++) {
      const direction = randomDirection(random, input.length);
      const along = (distance: number) => f({ ...inputs, [name]: input.map((v, i) => v + distance * direction[i]) });
      const error = relativeError(derivative(along, eps), gradient, direction);
      assert(error <= tolerance, `check the gradient of ${name}: expected error at most ${tolerance}, found ${error}`);
      largest = Math.max(largest, error);
    }
  }
  return largest;
}

function randomDirection(random: () => number, length: number): Float64Array {
  const magnitude = 1 / Math.sqrt(length);
  return Float64Array.from({ length }, () => random() < 0.5 ? -magnitude : magnitude);
}

/** Approximates the derivative at 0 with the five-point stencil. */
function derivative(f: (distance: number) => number, eps: number): number {
  return (8 * (f(eps) - f(-eps)) - (f(2 * eps) - f(-2 * eps))) / (12 * eps);
}

function relativeError(numeric: number, gradient: ArrayLike<number>, direction: Float64Array): number {
  let analytic = 0, squares = 0;
  for (let i = 0; i < direction.length; i++) {
    analytic += gradient[i] * direction[i];
    squares += gradient[i] ** 2;
  }
  const rootMeanSquare = Math.sqrt(squares / direction.length);
  const scale = Math.max(Math.abs(numeric), Math.abs(analytic), rootMeanSquare, 1e-4);
  return Math.abs(numeric - analytic) / scale;
}
