// Optimizer steps over a run of parameters, following PyTorch's definitions. Every gradient is first multiplied by
// `scale` (clipping by the global norm). Workers share the run.

import { Count, Flag, Float, Optional, Reads, Updates } from "./operands";
import { flush, fma, loadPart, NORMAL, shareStart, splat, storePart } from "./vector";

@inline
function first(n: u32, worker: u32, workers: u32): usize {
  return <usize> shareStart(n, 16, worker, workers) << 2;
}

/** Stores a number that decays if its gradient is 0, as that of a rare word's embedding often is. */
@inline
function storeNormal(to: usize, x: v128, count: u32): void {
  storePart(to, flush(x, NORMAL), count);
}

/** The mean of g^2: decay s + rest g^2. A square would be subnormal if |g| < least. */
@inline
function meanSquare(s: v128, decay: f32, rest: f32, g: v128, least: f32): v128 {
  const kept = v128.andnot(g, f32x4.lt(f32x4.abs(g), splat(least)));
  return flush(fma(splat(decay), s, f32x4.mul(f32x4.mul(splat(rest), kept), kept)), NORMAL);
}

/** The least |g| whose term of `meanSquare` is normal. */
@inline
function leastRoot(rest: f32): f32 {
  return sqrt(f32.MIN_NORMAL_VALUE / rest);
}

/** The scaled gradient, with weight decay added: scale g + decay w. */
@inline
function gradientAt(g: usize, w: v128, scale: f32, decay: f32, count: u32): v128 {
  return fma(splat(decay), w, f32x4.mul(splat(scale), loadPart(g, count)));
}

/**
 * w -= rate d with d = g, the velocity v = momentum v + undamped g, or g + momentum v (Nesterov 1983). `velocity` is
 * null without momentum; in the first step, `undamped` is 1.
 *
 * @extent w g velocity: n
 * @work 4 * n
 */
export function sgd_step(
  n: Count,
  w: Updates<f32>,
  g: Reads<f32>,
  velocity: Optional<Updates<f32>>,
  rate: Float,
  momentum: Float,
  undamped: Float,
  nesterov: Flag,
  decay: Float,
  scale: Float,
  worker: u32,
  workers: u32,
): void {
  const end = first(n, worker + 1, workers);
  for (let i = first(n, worker, workers); i < end; i += 16) {
    const count = <u32> min((end - i) >> 2, 4);
    const value = loadPart(w + i, count);
    const gradient = gradientAt(g + i, value, scale, decay, count);
    let direction = gradient;
    if (velocity != 0) {
      const v = fma(splat(momentum), loadPart(velocity + i, count), f32x4.mul(splat(undamped), gradient));
      storeNormal(velocity + i, v, count);
      direction = nesterov ? fma(splat(momentum), v, gradient) : v;
    }
    storePart(w + i, fma(splat(-rate), direction, value), count);
  }
}

/**
 * Adam (Kingma and Ba 2015): w -= rate m / (sqrt(v) / correction + epsilon), with `rate` already divided by 1 - beta1^t
 * and `correction` = sqrt(1 - beta2^t). `keep` = 1 - rate decay shrinks w first (AdamW, Loshchilov and Hutter 2019);
 * `decay` is added to the gradient instead, as L2 regularization.
 *
 * @extent w g m v: n
 * @work 4 * n
 */
export function adam_step(
  n: Count,
  w: Updates<f32>,
  g: Reads<f32>,
  m: Updates<f32>,
  v: Updates<f32>,
  rate: Float,
  beta1: Float,
  beta2: Float,
  rest1: Float,
  rest2: Float,
  epsilon: Float,
  correction: Float,
  keep: Float,
  decay: Float,
  scale: Float,
  worker: u32,
  workers: u32,
): void {
  const end = first(n, worker + 1, workers);
  const least = leastRoot(rest2);
  for (let i = first(n, worker, workers); i < end; i += 16) {
    const count = <u32> min((end - i) >> 2, 4);
    const value = loadPart(w + i, count);
    const gradient = gradientAt(g + i, value, scale, decay, count);
    const mean = fma(splat(beta1), loadPart(m + i, count), f32x4.mul(splat(rest1), gradient));
    const square = meanSquare(loadPart(v + i, count), beta2, rest2, gradient, least);
    storeNormal(m + i, mean, count);
    storePart(v + i, square, count);
    const spread = f32x4.add(f32x4.div(f32x4.sqrt(square), splat(correction)), splat(epsilon));
    storePart(w + i, fma(splat(-rate), f32x4.div(mean, spread), f32x4.mul(value, splat(keep))), count);
  }
}

/**
 * RMSprop (Tieleman and Hinton 2012): s = alpha s + rest g^2, d = g / (sqrt(s) + epsilon). If `velocity` is not null,
 * the step goes through v = momentum v + d.
 *
 * @extent w g s velocity: n
 * @work 4 * n
 */
export function rmsprop_step(
  n: Count,
  w: Updates<f32>,
  g: Reads<f32>,
  s: Updates<f32>,
  velocity: Optional<Updates<f32>>,
  rate: Float,
  alpha: Float,
  rest: Float,
  epsilon: Float,
  momentum: Float,
  decay: Float,
  scale: Float,
  worker: u32,
  workers: u32,
): void {
  const end = first(n, worker + 1, workers);
  const least = leastRoot(rest);
  for (let i = first(n, worker, workers); i < end; i += 16) {
    const count = <u32> min((end - i) >> 2, 4);
    const value = loadPart(w + i, count);
    const gradient = gradientAt(g + i, value, scale, decay, count);
    const square = meanSquare(loadPart(s + i, count), alpha, rest, gradient, least);
    storePart(s + i, square, count);
    let direction = f32x4.div(gradient, f32x4.add(f32x4.sqrt(square), splat(epsilon)));
    if (velocity != 0) {
      direction = fma(splat(momentum), loadPart(velocity + i, count), direction);
      storeNormal(velocity + i, direction, count);
    }
    storePart(w + i, fma(splat(-rate), direction, value), count);
  }
}
