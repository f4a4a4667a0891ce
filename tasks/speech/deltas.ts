/** Frames on each side from which a delta is computed. */
const REACH = 2;

/**
 * Returns frames with their deltas: the slope of each band over five frames, by least squares (Furui 1981). Beyond the
 * ends the first and the last frame are repeated, as in torchaudio's `compute_deltas`.
 */
export function withDeltas(frames: Float32Array, bands: number): Float32Array {
  const count = frames.length / bands;
  const result = new Float32Array(2 * frames.length);
  const norm = 2 * (1 + REACH ** 2); // The sum of the squared distances: 2 (1 + 4).
  const at = (t: number): number => Math.min(count - 1, Math.max(0, t)) * bands;
  for (let t = 0; t < count; t++) {
    for (let b = 0; b < bands; b++) {
      let slope = 0;
      for (let n = 1; n <= REACH; n++) slope += n * (frames[at(t + n) + b] - frames[at(t - n) + b]);
      result[2 * t * bands + b] = frames[t * bands + b];
      result[(2 * t + 1) * bands + b] = slope / norm;
    }
  }
  return result;
}
