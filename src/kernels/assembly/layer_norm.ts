// Layer normalization (Ba et al. 2016): y = (x - mean) / sqrt(variance + epsilon) * weight + bias over each row.

import { Count, Double, Reads, Updates, Writes } from "./operands";
import { fma, loadPart, shareStart, splat, storePart } from "./vector";

/**
 * Workers share the rows. `means` and `scales` (1 / standard deviation) store one float per row for the backward pass.
 *
 * @extent x y: rows * n
 * @extent weight bias: n
 * @extent means scales: rows
 * @work 4 * rows * n
 */
export function layer_norm(
  rows: Count,
  n: Count,
  epsilon: Double,
  x: Reads<f32>,
  weight: Reads<f32>,
  bias: Reads<f32>,
  y: Writes<f32>,
  means: Writes<f32>,
  scales: Writes<f32>,
  worker: u32,
  workers: u32,
): void {
  const end = shareStart(rows, 1, worker + 1, workers);
  for (let r = shareStart(rows, 1, worker, workers); r < end; r++) {
    const from = x + (r * n << 2);
    const to = y + (r * n << 2);
    let total: f64 = 0;
    for (let j: u32 = 0; j < n; j++) total += load<f32>(from + (j << 2));
    const mean = total / n;
    let squares: f64 = 0;
    for (let j: u32 = 0; j < n; j++) {
      const d = <f64> load<f32>(from + (j << 2)) - mean;
      squares += d * d;
    }
    const scale = <f32> (1 / sqrt(squares / n + epsilon));
    store<f32>(means + (r << 2), <f32> mean);
    store<f32>(scales + (r << 2), scale);
    for (let j: u32 = 0; j < n; j += 4) {
      const count = min(n - j, 4);
      const normal = f32x4.mul(f32x4.sub(loadPart(from + (j << 2), count), splat(<f32> mean)), splat(scale));
      storePart(
        to + (j << 2),
        fma(normal, loadPart(weight + (j << 2), count), loadPart(bias + (j << 2), count)),
        count,
      );
    }
  }
}

/**
 * dx += scale (g - mean(g) - normal mean(g normal)) with g = dy weight. Workers share the rows.
 *
 * @extent x dy dx: rows * n
 * @extent weight: n
 * @extent means scales: rows
 * @work 4 * rows * n
 */
export function layer_norm_backward(
  rows: Count,
  n: Count,
  x: Reads<f32>,
  weight: Reads<f32>,
  means: Reads<f32>,
  scales: Reads<f32>,
  dy: Reads<f32>,
  dx: Updates<f32>,
  worker: u32,
  workers: u32,
): void {
  const end = shareStart(rows, 1, worker + 1, workers);
  for (let r = shareStart(rows, 1, worker, workers); r < end; r++) {
    const at: usize = r * n << 2;
    const mean = load<f32>(means + (r << 2));
    const scale = load<f32>(scales + (r << 2));
    let sum: f64 = 0;
    let dot: f64 = 0;
    for (let j: u32 = 0; j < n; j++) {
      const g = <f64> load<f32>(dy + at + (j << 2)) * load<f32>(weight + (j << 2));
      sum += g;
      dot += g * ((load<f32>(x + at + (j << 2)) - mean) * scale);
    }
    const meanG = splat(<f32> (sum / n));
    const meanDot = splat(<f32> (dot / n));
    for (let j: u32 = 0; j < n; j += 4) {
      const count = min(n - j, 4);
      const to = dx + at + (j << 2);
      const normal = f32x4.mul(f32x4.sub(loadPart(x + at + (j << 2), count), splat(mean)), splat(scale));
      const g = f32x4.mul(loadPart(dy + at + (j << 2), count), loadPart(weight + (j << 2), count));
      const d = f32x4.sub(f32x4.sub(g, meanG), f32x4.mul(normal, meanDot));
      storePart(to, fma(d, splat(scale), loadPart(to, count)), count);
    }
  }
}

/**
 * dWeight += sum of dy normal and dBias += sum of dy, over the rows. Workers share the columns.
 *
 * @extent x dy: rows * n
 * @extent means scales: rows
 * @extent dWeight dBias: n
 * @work 4 * rows * n
 */
export function layer_norm_weights(
  rows: Count,
  n: Count,
  x: Reads<f32>,
  means: Reads<f32>,
  scales: Reads<f32>,
  dy: Reads<f32>,
  dWeight: Updates<f32>,
  dBias: Updates<f32>,
  worker: u32,
  workers: u32,
): void {
  const right = shareStart(n, 4, worker + 1, workers);
  for (let j = shareStart(n, 4, worker, workers); j < right; j += 4) {
    const count = min(right - j, 4);
    let weight = splat(0);
    let bias = splat(0);
    for (let r: u32 = 0; r < rows; r++) {
      const at: usize = r * n + j << 2;
      const d = loadPart(dy + at, count);
      const centred = f32x4.sub(loadPart(x + at, count), v128.load32_splat(means + (r << 2)));
      weight = fma(d, f32x4.mul(centred, v128.load32_splat(scales + (r << 2))), weight);
      bias = f32x4.add(bias, d);
    }
    storePart(dWeight + (j << 2), f32x4.add(loadPart(dWeight + (j << 2), count), weight), count);
    storePart(dBias + (j << 2), f32x4.add(loadPart(dBias + (j << 2), count), bias), count);
  }
}
