// Elementwise operations on contiguous floats. Workers share the elements.

import { Code, Count, Float, Reads, Updates, Writes } from "./operands";
import { exp, fma, loadPart, log, shareStart, sigmoid, splat, storePart, tanh } from "./vector";

// Function codes of `unary`; keep in step with `src/tensor/elementwise.ts`.
const TANH: u32 = 0;
const SIGMOID: u32 = 1;
const RELU: u32 = 2;
const EXP: u32 = 3;

// Function codes of `binary`.
const ADD: u32 = 0;
const SUBTRACT: u32 = 1;
const MULTIPLY: u32 = 2;

@inline
function first(n: u32, worker: u32, workers: u32): usize {
  return <usize> shareStart(n, 16, worker, workers) << 2;
}

@inline
function countAt(i: usize, end: usize): u32 {
  return <u32> min((end - i) >> 2, 4);
}

@inline
function applyUnary(f: u32, x: v128): v128 {
  if (f == TANH) return tanh(x);
  if (f == SIGMOID) return sigmoid(x);
  if (f == RELU) return f32x4.max(x, splat(0));
  if (f == EXP) return exp(x);
  return log(x);
}

/**
 * y = f(x).
 *
 * @extent x y: n
 * @inplace y x
 * @work 4 * n
 */
export function unary(f: Code, n: Count, x: Reads<f32>, y: Writes<f32>, worker: u32, workers: u32): void {
  const end = first(n, worker + 1, workers);
  for (let i = first(n, worker, workers); i < end; i += 16) {
    const count = countAt(i, end);
    storePart(y + i, applyUnary(f, loadPart(x + i, count)), count);
  }
}

@inline
function slope(f: u32, x: v128, y: v128): v128 {
  const one = splat(1);
  if (f == TANH) return f32x4.sub(one, f32x4.mul(y, y));
  if (f == SIGMOID) return f32x4.mul(y, f32x4.sub(one, y));
  if (f == RELU) return v128.and(f32x4.gt(y, splat(0)), one);
  if (f == EXP) return y;
  return f32x4.div(one, x);
}

/**
 * dx += dy f'(x), computed from y = f(x).
 *
 * @extent x y dy dx: n
 * @work 4 * n
 */
export function unary_backward(
  f: Code,
  n: Count,
  x: Reads<f32>,
  y: Reads<f32>,
  dy: Reads<f32>,
  dx: Updates<f32>,
  worker: u32,
  workers: u32,
): void {
  const end = first(n, worker + 1, workers);
  for (let i = first(n, worker, workers); i < end; i += 16) {
    const count = countAt(i, end);
    const d = slope(f, loadPart(x + i, count), loadPart(y + i, count));
    storePart(dx + i, fma(loadPart(dy + i, count), d, loadPart(dx + i, count)), count);
  }
}

/**
 * y = f(a, b).
 *
 * @extent a b y: n
 * @inplace y a
 * @inplace y b
 * @work 4 * n
 */
export function binary(
  f: Code,
  n: Count,
  a: Reads<f32>,
  b: Reads<f32>,
  y: Writes<f32>,
  worker: u32,
  workers: u32,
): void {
  const end = first(n, worker + 1, workers);
  for (let i = first(n, worker, workers); i < end; i += 16) {
    const count = countAt(i, end);
    const l = loadPart(a + i, count);
    const r = loadPart(b + i, count);
    let out: v128;
    if (f == ADD) out = f32x4.add(l, r);
    else if (f == SUBTRACT) out = f32x4.sub(l, r);
    else if (f == MULTIPLY) out = f32x4.mul(l, r);
    else out = f32x4.div(l, r);
    storePart(y + i, out, count);
  }
}

/**
 * y = scale x + shift.
 *
 * @extent x y: n
 * @inplace y x
 * @work 4 * n
 */
export function affine(
  n: Count,
  x: Reads<f32>,
  scale: Float,
  shift: Float,
  y: Writes<f32>,
  worker: u32,
  workers: u32,
): void {
  const end = first(n, worker + 1, workers);
  for (let i = first(n, worker, workers); i < end; i += 16) {
    const count = countAt(i, end);
    storePart(y + i, fma(loadPart(x + i, count), splat(scale), splat(shift)), count);
  }
}

/**
 * y += scale x.
 *
 * @extent x y: n
 * @work 4 * n
 */
export function add_scaled(n: Count, scale: Float, x: Reads<f32>, y: Updates<f32>, worker: u32, workers: u32): void {
  const end = first(n, worker + 1, workers);
  for (let i = first(n, worker, workers); i < end; i += 16) {
    const count = countAt(i, end);
    storePart(y + i, fma(loadPart(x + i, count), splat(scale), loadPart(y + i, count)), count);
  }
}

/**
 * y += a b.
 *
 * @extent a b y: n
 * @work 4 * n
 */
export function add_product(n: Count, a: Reads<f32>, b: Reads<f32>, y: Updates<f32>, worker: u32, workers: u32): void {
  const end = first(n, worker + 1, workers);
  for (let i = first(n, worker, workers); i < end; i += 16) {
    const count = countAt(i, end);
    storePart(y + i, fma(loadPart(a + i, count), loadPart(b + i, count), loadPart(y + i, count)), count);
  }
}

/**
 * x = min(max(x, low), high); NaN stays NaN.
 *
 * @extent x: n
 * @work 4 * n
 */
export function clamp(n: Count, low: Float, high: Float, x: Updates<f32>, worker: u32, workers: u32): void {
  const end = first(n, worker + 1, workers);
  for (let i = first(n, worker, workers); i < end; i += 16) {
    const count = countAt(i, end);
    storePart(x + i, f32x4.max(splat(low), f32x4.min(splat(high), loadPart(x + i, count))), count);
  }
}

/**
 * x = value for every element.
 *
 * @extent x: n
 * @work 4 * n
 */
export function fill(n: Count, value: Float, x: Writes<f32>, worker: u32, workers: u32): void {
  const end = first(n, worker + 1, workers);
  for (let i = first(n, worker, workers); i < end; i += 16) storePart(x + i, splat(value), countAt(i, end));
}
