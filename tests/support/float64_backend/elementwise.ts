import { logistic } from "../oracles/elementwise.ts";
import type { Operands } from "./numbers.ts";

/** The functions of `unary`, in the order of their codes, and their derivatives from x and y = f(x). */
const UNARY: readonly [f: (x: number) => number, slope: (x: number, y: number) => number][] = [
  [Math.tanh, (_, y) => 1 - y * y],
  [logistic, (_, y) => y * (1 - y)],
  [(x) => Math.max(x, 0), (_, y) => y > 0 ? 1 : 0],
  [(x) => Math.exp(Math.max(-87.3, Math.min(88.3, x))), (_, y) => y],
  [Math.log, (x) => 1 / x],
];

/** The functions of `binary`, in the order of their codes. */
const BINARY: readonly ((a: number, b: number) => number)[] = [
  (a, b) => a + b,
  (a, b) => a - b,
  (a, b) => a * b,
  (a, b) => a / b,
];

export function unary(...[f, n, x, y]: Operands<"unary">): void {
  const [apply] = UNARY[f];
  for (let i = 0; i < n; i++) y[i] = apply(x[i]);
}

export function unary_backward(...[f, n, x, y, dy, dx]: Operands<"unary_backward">): void {
  const [, slope] = UNARY[f];
  for (let i = 0; i < n; i++) dx[i] += dy[i] * slope(x[i], y[i]);
}

export function binary(...[f, n, a, b, y]: Operands<"binary">): void {
  for (let i = 0; i < n; i++) y[i] = BINARY[f](a[i], b[i]);
}

export function affine(...[n, x, scale, shift, y]: Operands<"affine">): void {
  for (let i = 0; i < n; i++) y[i] = scale * x[i] + shift;
}

export function add_scaled(...[n, scale, x, y]: Operands<"add_scaled">): void {
  for (let i = 0; i < n; i++) y[i] += scale * x[i];
}

export function add_product(...[n, a, b, y]: Operands<"add_product">): void {
  for (let i = 0; i < n; i++) y[i] += a[i] * b[i];
}

export function clamp(...[n, low, high, x]: Operands<"clamp">): void {
  for (let i = 0; i < n; i++) x[i] = Math.max(low, Math.min(high, x[i]));
}

export function fill(...[n, value, x]: Operands<"fill">): void {
  x.fill(value, 0, n);
}
