import type { Numbers } from "./numbers.ts";

export function copy_strided(
  ...[d0, d1, d2, d3, from, f0, f1, f2, f3, to, t0, t1, t2, t3, accumulate]: [
    ...[d0: number, d1: number, d2: number, d3: number],
    ...[from: Numbers, f0: number, f1: number, f2: number, f3: number],
    ...[to: Numbers, t0: number, t1: number, t2: number, t3: number],
    accumulate: number,
  ]
): void {
  for (let i = 0; i < d0; i++) {
    for (let j = 0; j < d1; j++) {
      for (let k = 0; k < d2; k++) {
        for (let l = 0; l < d3; l++) {
          const at = i * t0 + j * t1 + k * t2 + l * t3;
          to[at] = (accumulate ? to[at] : 0) + from[i * f0 + j * f1 + k * f2 + l * f3];
        }
      }
    }
  }
}

export function gather_rows(rows: number, width: number, index: Numbers, from: Numbers, to: Numbers): void {
  for (let r = 0; r < rows; r++) {
    for (let j = 0; j < width; j++) to[r * width + j] = index[r] < 0 ? 0 : from[index[r] * width + j];
  }
}

export function scatter_add_rows(rows: number, width: number, index: Numbers, from: Numbers, to: Numbers): void {
  for (let r = 0; r < rows; r++) {
    if (index[r] < 0) continue;
    for (let j = 0; j < width; j++) to[index[r] * width + j] += from[r * width + j];
  }
}

export function add_bias(rows: number, n: number, b: Numbers, y: Numbers): void {
  for (let i = 0; i < rows * n; i++) y[i] += b[i % n];
}

export function add_row_sums(rows: number, n: number, x: Numbers, ldx: number, sums: Numbers): void {
  for (let r = 0; r < rows; r++) {
    for (let j = 0; j < n; j++) sums[j] += x[r * ldx + j];
  }
}

export function transpose_matrix(rows: number, columns: number, from: Numbers, to: Numbers): void {
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) to[c * rows + r] = from[r * columns + c];
  }
}
