import type { Operands } from "./numbers.ts";

export function layer_norm(...[rows, n, epsilon, x, weight, bias, y, means, scales]: Operands<"layer_norm">): void {
  for (let r = 0; r < rows; r++) {
    const row = x.subarray(r * n, (r + 1) * n);
    const mean = row.reduce((sum, value) => sum + value, 0) / n;
    const scale = 1 / Math.sqrt(row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n + epsilon);
    for (let j = 0; j < n; j++) y[r * n + j] = (row[j] - mean) * scale * weight[j] + bias[j];
    means[r] = mean;
    scales[r] = scale;
  }
}

export function layer_norm_backward(
  ...[rows, n, x, weight, means, scales, dy, dx]: Operands<"layer_norm_backward">
): void {
  for (let r = 0; r < rows; r++) {
    const normal = x.subarray(r * n, (r + 1) * n).map((value) => (value - means[r]) * scales[r]);
    const g = normal.map((_, j) => dy[r * n + j] * weight[j]);
    const mean = g.reduce((sum, value) => sum + value, 0) / n;
    const dot = g.reduce((sum, value, j) => sum + value * normal[j], 0) / n;
    for (let j = 0; j < n; j++) dx[r * n + j] += scales[r] * (g[j] - mean - normal[j] * dot);
  }
}

export function layer_norm_weights(
  ...[rows, n, x, means, scales, dy, dWeight, dBias]: Operands<"layer_norm_weights">
): void {
  for (let i = 0; i < rows * n; i++) {
    const [r, j] = [Math.floor(i / n), i % n];
    dWeight[j] += dy[i] * (x[i] - means[r]) * scales[r];
    dBias[j] += dy[i];
  }
}
