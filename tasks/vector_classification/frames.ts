import type { Frames } from "../batching/mod.ts";

/** Resamples frames `[length, channels]` to `count` frames by linear interpolation; the first and the last are kept. */
export function resample(frames: Float32Array, length: number, channels: number, count: number): Frames {
  const values = new Float32Array(count * channels);
  for (let t = 0; t < count; t++) {
    const place = count === 1 ? 0 : t * (length - 1) / (count - 1);
    const first = Math.min(Math.floor(place), length - 1);
    const [from, to] = [first * channels, Math.min(first + 1, length - 1) * channels];
    const share = place - first;
    for (let c = 0; c < channels; c++) {
      values[t * channels + c] = frames[from + c] + share * (frames[to + c] - frames[from + c]);
    }
  }
  return { frames: values, length: count };
}
