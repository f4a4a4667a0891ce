// The parameter update of dynamic evaluation. Workers share the floats.

import { Count, Flag, Float, Optional, Reads, Updates } from "./operands";
import { flush, fma, loadPart, NORMAL, shareStart, splat, storePart } from "./vector";

/**
 * One update of dynamic evaluation (Krause et al. 2018): w += d (trained - w) - rate g / (r + epsilon), where r =
 * sqrt(share s) is the root of the mean squared gradient and d = min(1, decay r). If `s` is null, d = decay and the
 * gradient is not divided. If `adds` is 1, the squared gradient is first added to s.
 *
 * @extent w g trained s: n
 * @work 4 * n
 */
export function dynamic_step(
  n: Count,
  w: Updates<f32>,
  g: Reads<f32>,
  trained: Reads<f32>,
  s: Optional<Updates<f32>>,
  adds: Flag,
  share: Float,
  rate: Float,
  decay: Float,
  epsilon: Float,
  worker: u32,
  workers: u32,
): void {
  const end = <usize> shareStart(n, 16, worker + 1, workers) << 2;
  for (let i = <usize> shareStart(n, 16, worker, workers) << 2; i < end; i += 16) {
    const lanes = <u32> min((end - i) >> 2, 4);
    let step = loadPart(g + i, lanes);
    let back = splat(decay);
    if (s != 0) {
      let squares = loadPart(s + i, lanes);
      if (adds) {
        squares = flush(fma(step, step, squares), NORMAL);
        storePart(s + i, squares, lanes);
      }
      const root = f32x4.sqrt(f32x4.mul(squares, splat(share)));
      step = f32x4.div(step, f32x4.add(root, splat(epsilon)));
      back = f32x4.min(splat(1), f32x4.mul(back, root));
    }
    const value = loadPart(w + i, lanes);
    const returned = fma(back, f32x4.sub(loadPart(trained + i, lanes), value), value);
    storePart(w + i, fma(splat(-rate), step, returned), lanes);
  }
}
