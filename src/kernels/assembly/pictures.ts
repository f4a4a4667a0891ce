// The patches of pictures that the filters of a convolution cover.

import { Count, Reads, Updates, Writes } from "./operands";

/**
 * patches[n, i, j, a, b, c] = x[n, i stride + a - padding, j stride + b - padding, c], zeros outside the pictures: the
 * parts of N pictures [H, W, C] that filters of K x K values cover at OH x OW places. Workers share the pictures.
 *
 * @extent x: N * H * W * C
 * @extent patches: N * OH * OW * K * K * C
 * @work N * OH * OW * K * K * C
 */
export function picture_patches(
  N: Count,
  H: Count,
  W: Count,
  C: Count,
  OH: Count,
  OW: Count,
  K: Count,
  stride: Count,
  padding: Count,
  x: Reads<f32>,
  patches: Writes<f32>,
  worker: u32,
  workers: u32,
): void {
  const row: usize = K * C << 2;
  for (let n = worker; n < N; n += workers) {
    let to = patches + <usize> n * OH * OW * K * row;
    for (let i: u32 = 0; i < OH; i++) {
      for (let j: u32 = 0; j < OW; j++) {
        const left = <i32> (j * stride) - <i32> padding;
        const first = max(0, -left);
        const last = min(<i32> K, <i32> W - left);
        for (let a: u32 = 0; a < K; a++, to += row) {
          const y = <i32> (i * stride + a) - <i32> padding;
          if (y < 0 || y >= <i32> H || first >= last) {
            memory.fill(to, 0, row);
            continue;
          }
          const from = x + (((<usize> n * H + y) * W + (left + first)) * C << 2);
          const skipped: usize = first * C << 2;
          const own: usize = (last - first) * C << 2;
          memory.fill(to, 0, skipped);
          memory.copy(to + skipped, from, own);
          memory.fill(to + skipped + own, 0, row - skipped - own);
        }
      }
    }
  }
}

/**
 * Adds the gradients of patches to those of the pictures: dx[n, i stride + a - padding, j stride + b - padding, c] +=
 * dpatches[n, i, j, a, b, c] inside the pictures, in ascending order of the patches. Workers share the pictures.
 *
 * @extent dpatches: N * OH * OW * K * K * C
 * @extent dx: N * H * W * C
 * @work N * OH * OW * K * K * C
 */
export function picture_patches_backward(
  N: Count,
  H: Count,
  W: Count,
  C: Count,
  OH: Count,
  OW: Count,
  K: Count,
  stride: Count,
  padding: Count,
  dpatches: Reads<f32>,
  dx: Updates<f32>,
  worker: u32,
  workers: u32,
): void {
  const row: usize = K * C << 2;
  for (let n = worker; n < N; n += workers) {
    let from = dpatches + <usize> n * OH * OW * K * row;
    for (let i: u32 = 0; i < OH; i++) {
      for (let j: u32 = 0; j < OW; j++) {
        const left = <i32> (j * stride) - <i32> padding;
        const first = max(0, -left);
        const last = min(<i32> K, <i32> W - left);
        for (let a: u32 = 0; a < K; a++, from += row) {
          const y = <i32> (i * stride + a) - <i32> padding;
          if (y < 0 || y >= <i32> H || first >= last) continue;
          const to = dx + (((<usize> n * H + y) * W + (left + first)) * C << 2);
          const skipped: usize = first * C << 2;
          const own: usize = (last - first) * C << 2;
          for (let k: usize = 0; k < own; k += 4) {
            store<f32>(to + k, load<f32>(to + k) + load<f32>(from + skipped + k));
          }
        }
      }
    }
  }
}
