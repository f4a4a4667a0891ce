import type { Operands } from "./numbers.ts";

export function copy_strided(
  ...[d0, d1, d2, d3, from, f0, f1, f2, f3, to, t0, t1, t2, t3, accumulate]: Operands<"copy_strided">
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

export function gather_rows(...[rows, width, index, from, to]: Operands<"gather_rows">): void {
  for (let r = 0; r < rows; r++) {
    for (let j = 0; j < width; j++) to[r * width + j] = index[r] < 0 ? 0 : from[index[r] * width + j];
  }
}

export function scatter_add_rows(...[rows, width, index, from, to]: Operands<"scatter_add_rows">): void {
  for (let r = 0; r < rows; r++) {
    if (index[r] < 0) continue;
    for (let j = 0; j < width; j++) to[index[r] * width + j] += from[r * width + j];
  }
}

export function zero_spans(...[, count, spans, x]: Operands<"zero_spans">): void {
  for (let s = 0; s < count; s++) x.fill(0, spans[2 * s], spans[2 * s + 1]);
}

export function add_bias(...[rows, n, b, y]: Operands<"add_bias">): void {
  for (let i = 0; i < rows * n; i++) y[i] += b[i % n];
}

export function add_row_sums(...[rows, n, x, ldx, sums]: Operands<"add_row_sums">): void {
  for (let r = 0; r < rows; r++) {
    for (let j = 0; j < n; j++) sums[j] += x[r * ldx + j];
  }
}

export function transpose_matrix(...[rows, columns, from, to]: Operands<"transpose_matrix">): void {
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) to[c * rows + r] = from[r * columns + c];
  }
}
