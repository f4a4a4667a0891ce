import type { Operands } from "./numbers.ts";

/** N, H, W, C, OH, OW, K, stride and padding. */
type Sizes = readonly [number, number, number, number, number, number, number, number, number];

/** Calls back with the index of every value of the patches and of its value in the pictures; -1 outside of them. */
function visit([N, H, W, C, OH, OW, K, stride, padding]: Sizes, value: (patch: number, picture: number) => void): void {
  let patch = 0;
  for (let n = 0; n < N; n++) {
    for (let i = 0; i < OH; i++) {
      for (let j = 0; j < OW; j++) {
        for (let a = 0; a < K; a++) {
          for (let b = 0; b < K; b++) {
            const [y, x] = [i * stride + a - padding, j * stride + b - padding];
            const isInside = y >= 0 && y < H && x >= 0 && x < W;
            for (let c = 0; c < C; c++) value(patch++, isInside ? ((n * H + y) * W + x) * C + c : -1);
          }
        }
      }
    }
  }
}

export function picture_patches(
  ...[N, H, W, C, OH, OW, K, stride, padding, x, patches]: Operands<"picture_patches">
): void {
  visit([N, H, W, C, OH, OW, K, stride, padding], (i, j) => patches[i] = j < 0 ? 0 : x[j]);
}

export function picture_patches_backward(
  ...[N, H, W, C, OH, OW, K, stride, padding, dpatches, dx]: Operands<"picture_patches_backward">
): void {
  visit([N, H, W, C, OH, OW, K, stride, padding], (i, j) => {
    if (j >= 0) dx[j] += dpatches[i];
  });
}
