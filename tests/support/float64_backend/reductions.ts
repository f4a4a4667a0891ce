import type { Operands } from "./numbers.ts";

/** Numbers per partial sum of squares. */
const PART = 4096;

export function sum_squares(...[n, x, count, spans, parts]: Operands<"sum_squares">): void {
  // A double has two slots.
  for (let part = 0; part < n / PART; part++) parts[2 * part] = 0;
  for (let s = 0; s < count; s++) {
    for (let i = spans[2 * s]; i < spans[2 * s + 1]; i++) parts[2 * Math.floor(i / PART)] += x[i] * x[i];
  }
}

export function sum(...[n, x, scale, y]: Operands<"sum">): void {
  let total = 0;
  for (let i = 0; i < n; i++) total += x[i];
  y[0] = total * scale;
}

export function max_pool(...[B, K, windows, size, lengths, x, y, at]: Operands<"max_pool">): void {
  for (let i = 0; i < windows * B * K; i++) {
    const [first, k] = [Math.floor(i / (B * K)) * size, i % (B * K)];
    y[i] = 0;
    at[i] = -1;
    for (let t = first; t < Math.min(first + size, lengths[Math.floor(k / K)]); t++) {
      const value = x[t * B * K + k];
      if (at[i] >= 0 && (Number.isNaN(y[i]) || value <= y[i])) continue;
      y[i] = value;
      at[i] = t;
    }
  }
}

export function max_pool_backward(...[B, K, windows, at, dy, dx]: Operands<"max_pool_backward">): void {
  for (let i = 0; i < windows * B * K; i++) {
    if (at[i] >= 0) dx[at[i] * B * K + i % (B * K)] += dy[i];
  }
}

export function largest(...[rows, n, count, x, places]: Operands<"largest">): void {
  for (let r = 0; r < rows; r++) {
    const row = x.subarray(r * n, (r + 1) * n);
    const found = [...row.keys()].filter((j) => !Number.isNaN(row[j])).sort((i, j) => row[j] - row[i] || i - j);
    for (let i = 0; i < count; i++) places[r * count + i] = found[i] ?? -1;
  }
}
