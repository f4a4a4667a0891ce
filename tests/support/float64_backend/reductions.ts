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

export function max_steps(...[B, K, lengths, x, y, at]: Operands<"max_steps">): void {
  for (let i = 0; i < B * K; i++) {
    y[i] = x[i];
    at[i] = 0;
    for (let t = 1; t < lengths[Math.floor(i / K)]; t++) {
      const value = x[t * B * K + i];
      if (Number.isNaN(y[i]) || value <= y[i]) continue;
      y[i] = value;
      at[i] = t;
    }
  }
}

export function max_steps_backward(...[B, K, at, dy, dx]: Operands<"max_steps_backward">): void {
  for (let i = 0; i < B * K; i++) dx[at[i] * B * K + i] += dy[i];
}

export function largest(...[rows, n, count, x, places]: Operands<"largest">): void {
  for (let r = 0; r < rows; r++) {
    const row = x.subarray(r * n, (r + 1) * n);
    const found = [...row.keys()].filter((j) => !Number.isNaN(row[j])).sort((i, j) => row[j] - row[i] || i - j);
    for (let i = 0; i < count; i++) places[r * count + i] = found[i] ?? -1;
  }
}
