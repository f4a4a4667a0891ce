/** The mean and the scale of each band of training sounds. */
export interface BandFigures {
  /** The means. */
  readonly center: readonly number[];
  /** The standard deviations. */
  readonly scale: readonly number[];
}

/** Scales shorter than this are taken for 1: the band does not change. */
const SHORTEST = 1e-3;

/** Frames of training sounds that count as the past of each sound when it is normalized as it runs. */
const PRIOR_FRAMES = 100;

/** Computes the mean and the standard deviation of each band over all frames. */
export function figuresOf(all: readonly Float32Array[], bands: number): BandFigures {
  const [sums, squares] = [new Float64Array(bands), new Float64Array(bands)];
  let n = 0;
  for (const frames of all) {
    frames.forEach((value, i) => sums[i % bands] += value);
    n += frames.length / bands;
  }
  const center = Array.from(sums, (sum) => n === 0 ? 0 : sum / n);
  for (const frames of all) frames.forEach((value, i) => squares[i % bands] += (value - center[i % bands]) ** 2);
  const scale = Array.from(squares, (sum) => Math.sqrt(sum / Math.max(1, n))).map((s) => s < SHORTEST ? 1 : s);
  return { center, scale };
}

/** Returns frames relative to the mean of each band, divided by its scale. */
export function normalize(frames: Float32Array, { center, scale }: BandFigures): Float32Array {
  const bands = center.length;
  return frames.map((value, i) => (value - center[i % bands]) / scale[i % bands]);
}

/**
 * Normalizes frames as they come: subtracts the mean of each band over the frames so far, with training frames as their
 * past, and divides by the scale of the training frames.
 */
export class RunningNorm {
  #figures: BandFigures;
  #sums: Float64Array;
  #count = PRIOR_FRAMES;

  constructor(figures: BandFigures) {
    this.#figures = figures;
    this.#sums = Float64Array.from(figures.center, (center) => center * PRIOR_FRAMES);
  }

  /** Returns the next frames. */
  next(frames: Float32Array): Float32Array {
    const { scale } = this.#figures;
    const bands = scale.length;
    const result = new Float32Array(frames.length);
    for (let start = 0; start < frames.length; start += bands) {
      this.#count++;
      for (let b = 0; b < bands; b++) {
        this.#sums[b] += frames[start + b];
        result[start + b] = (frames[start + b] - this.#sums[b] / this.#count) / scale[b];
      }
    }
    return result;
  }
}
