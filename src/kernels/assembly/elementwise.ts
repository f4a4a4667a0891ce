// Elementwise operations on contiguous floats. Workers share the elements.

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

/** y = f(x). */
export function unary(f: u32, n: u32, x: usize, y: usize, worker: u32, workers: u32): void {
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

/** dx += dy f'(x), computed from y = f(x). */
export function unary_backward(
  f: u32,
  n: u32,
  x: usize,
  y: usize,
  dy: usize,
  dx: usize,
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

/** y = f(a, b). */
export function binary(f: u32, n: u32, a: usize, b: usize, y: usize, worker: u32, workers: u32): void {
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

/** y = scale x + shift. */
export function affine(n: u32, x: usize, scale: f32, shift: f32, y: usize, worker: u32, workers: u32): void {
  const end = first(n, worker + 1, workers);
  for (let i = first(n, worker, workers); i < end; i += 16) {
    const count = countAt(i, end);
    storePart(y + i, fma(loadPart(x + i, count), splat(scale), splat(shift)), count);
  }
}

/** y += scale x. */
export function add_scaled(n: u32, scale: f32, x: usize, y: usize, worker: u32, workers: u32): void {
  const end = first(n, worker + 1, workers);
  for (let i = first(n, worker, workers); i < end; i += 16) {
    const count = countAt(i, end);
    storePart(y + i, fma(loadPart(x + i, count), splat(scale), loadPart(y + i, count)), count);
  }
}

/** y += a b. */
export function add_product(n: u32, a: usize, b: usize, y: usize, worker: u32, workers: u32): void {
  const end = first(n, worker + 1, workers);
  for (let i = first(n, worker, workers); i < end; i += 16) {
    const count = countAt(i, end);
    storePart(y + i, fma(loadPart(a + i, count), loadPart(b + i, count), loadPart(y + i, count)), count);
  }
}

/** x = min(max(x, low), high); NaN stays NaN. */
export function clamp(n: u32, low: f32, high: f32, x: usize, worker: u32, workers: u32): void {
  const end = first(n, worker + 1, workers);
  for (let i = first(n, worker, workers); i < end; i += 16) {
    const count = countAt(i, end);
    storePart(x + i, f32x4.max(splat(low), f32x4.min(splat(high), loadPart(x + i, count))), count);
  }
}

/** x = value for every element. */
export function fill(n: u32, value: f32, x: usize, worker: u32, workers: u32): void {
  const end = first(n, worker + 1, workers);
  for (let i = first(n, worker, workers); i < end; i += 16) storePart(x + i, splat(value), countAt(i, end));
}
