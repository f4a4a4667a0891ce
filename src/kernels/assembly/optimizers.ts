// Optimizer steps over spans [start, end) of a slab of parameters, following PyTorch's definitions. Every gradient is
// first multiplied by `scale` (clipping by the global norm). Workers share long spans, and take short ones, such as the
// rows of an embedding, in turn.

import { Count, Flag, Float, Optional, Reads, Updates } from "./operands";
import { flush, fma, loadPart, NORMAL, shareStart, splat, storePart } from "./vector";

/** Floats of a span from which on workers share it. */
const LONG: u32 = 4096;

/** Offset in bytes of the worker's first float in a span; its end if it has none. */
@inline
function partStart(spans: usize, index: u32, worker: u32, workers: u32): usize {
  const start = load<u32>(spans + (index << 3));
  const end = load<u32>(spans + (index << 3), 4);
  if (end - start >= LONG) return <usize> (start + shareStart(end - start, 16, worker, workers)) << 2;
  return <usize> (index % workers == worker ? start : end) << 2;
}

/** Offset in bytes of the end of the worker's floats in a span. */
@inline
function partEnd(spans: usize, index: u32, worker: u32, workers: u32): usize {
  const start = load<u32>(spans + (index << 3));
  const end = load<u32>(spans + (index << 3), 4);
  const next = end - start >= LONG ? start + shareStart(end - start, 16, worker + 1, workers) : end;
  return <usize> next << 2;
}

/** Stores a number that decays if its gradient is 0, as that of a rare word's embedding often is. */
@inline
function storeNormal(to: usize, x: v128, count: u32): void {
  storePart(to, flush(x, NORMAL), count);
}

/** The mean of g^2: decay s + rest g^2. A square would be subnormal if |g| < least. */
@inline
function meanSquare(s: v128, decay: v128, rest: v128, g: v128, least: v128): v128 {
  const kept = v128.andnot(g, f32x4.lt(f32x4.abs(g), least));
  return flush(fma(decay, s, f32x4.mul(f32x4.mul(rest, kept), kept)), NORMAL);
}

/** The least |g| whose term of `meanSquare` is normal. */
@inline
function leastRoot(rest: f32): v128 {
  return splat(sqrt(f32.MIN_NORMAL_VALUE / rest));
}

/** The scaled gradient, with weight decay added: scale g + decay w. */
@inline
function gradientAt(g: usize, w: v128, scale: v128, decay: v128, count: u32): v128 {
  return fma(decay, w, f32x4.mul(scale, loadPart(g, count)));
}

@inline
function sgdAt(w: usize, g: usize, rate: v128, decay: v128, scale: v128, count: u32): void {
  const value = loadPart(w, count);
  storePart(w, fma(rate, gradientAt(g, value, scale, decay, count), value), count);
}

@inline
function momentumAt(
  w: usize,
  g: usize,
  velocity: usize,
  rate: v128,
  momentum: v128,
  undamped: v128,
  nesterov: u32,
  decay: v128,
  scale: v128,
  count: u32,
): void {
  const value = loadPart(w, count);
  const gradient = gradientAt(g, value, scale, decay, count);
  const v = fma(momentum, loadPart(velocity, count), f32x4.mul(undamped, gradient));
  storeNormal(velocity, v, count);
  storePart(w, fma(rate, nesterov ? fma(momentum, v, gradient) : v, value), count);
}

/**
 * w -= rate d with d = g, the velocity v = momentum v + undamped g, or g + momentum v (Nesterov 1983). `velocity` is
 * null without momentum; in the first step, `undamped` is 1.
 *
 * @extent spans: 2 * count
 * @extent w g velocity: n
 * @work 4 * n
 */
export function sgd_step(
  n: Count,
  count: Count,
  spans: Reads<i32>,
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
  const r = splat(-rate), m = splat(momentum), u = splat(undamped), d = splat(decay), s = splat(scale);
  for (let k: u32 = 0; k < count; k++) {
    const end = partEnd(spans, k, worker, workers);
    let i = partStart(spans, k, worker, workers);
    const whole = i + (end - i & ~15);
    const rest = <u32> (end - whole >> 2);
    if (velocity) {
      for (; i < whole; i += 16) momentumAt(w + i, g + i, velocity + i, r, m, u, nesterov, d, s, 4);
      if (rest) momentumAt(w + i, g + i, velocity + i, r, m, u, nesterov, d, s, rest);
    } else {
      for (; i < whole; i += 16) sgdAt(w + i, g + i, r, d, s, 4);
      if (rest) sgdAt(w + i, g + i, r, d, s, rest);
    }
  }
}

/**
 * Adam (Kingma and Ba 2015): w -= rate m / (sqrt(v) / correction + epsilon), with `rate` already divided by 1 - beta1^t
 * and `correction` = sqrt(1 - beta2^t). `keep` = 1 - rate decay shrinks w first (AdamW, Loshchilov and Hutter 2019);
 * `decay` is added to the gradient instead, as L2 regularization.
 *
 * @extent spans: 2 * count
 * @extent w g m v: n
 * @work 4 * n
 */
export function adam_step(
  n: Count,
  count: Count,
  spans: Reads<i32>,
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
  const least = leastRoot(rest2);
  for (let k: u32 = 0; k < count; k++) {
    const end = partEnd(spans, k, worker, workers);
    for (let i = partStart(spans, k, worker, workers); i < end; i += 16) {
      const lanes = <u32> min((end - i) >> 2, 4);
      const value = loadPart(w + i, lanes);
      const gradient = gradientAt(g + i, value, splat(scale), splat(decay), lanes);
      const mean = fma(splat(beta1), loadPart(m + i, lanes), f32x4.mul(splat(rest1), gradient));
      const square = meanSquare(loadPart(v + i, lanes), splat(beta2), splat(rest2), gradient, least);
      storeNormal(m + i, mean, lanes);
      storePart(v + i, square, lanes);
      const spread = f32x4.add(f32x4.div(f32x4.sqrt(square), splat(correction)), splat(epsilon));
      storePart(w + i, fma(splat(-rate), f32x4.div(mean, spread), f32x4.mul(value, splat(keep))), lanes);
    }
  }
}

/**
 * RMSprop (Tieleman and Hinton 2012): s = alpha s + rest g^2, d = g / (sqrt(s) + epsilon). If `velocity` is not null,
 * the step goes through v = momentum v + d.
 *
 * @extent spans: 2 * count
 * @extent w g s velocity: n
 * @work 4 * n
 */
export function rmsprop_step(
  n: Count,
  count: Count,
  spans: Reads<i32>,
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
  const least = leastRoot(rest);
  for (let k: u32 = 0; k < count; k++) {
    const end = partEnd(spans, k, worker, workers);
    for (let i = partStart(spans, k, worker, workers); i < end; i += 16) {
      const lanes = <u32> min((end - i) >> 2, 4);
      const value = loadPart(w + i, lanes);
      const gradient = gradientAt(g + i, value, splat(scale), splat(decay), lanes);
      const square = meanSquare(loadPart(s + i, lanes), splat(alpha), splat(rest), gradient, least);
      storePart(s + i, square, lanes);
      let direction = f32x4.div(gradient, f32x4.add(f32x4.sqrt(square), splat(epsilon)));
      if (velocity != 0) {
        direction = fma(splat(momentum), loadPart(velocity + i, lanes), direction);
        storeNormal(velocity + i, direction, lanes);
      }
      storePart(w + i, fma(splat(-rate), direction, value), lanes);
    }
  }
}
