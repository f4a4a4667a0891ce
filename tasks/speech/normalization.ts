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
  return { center, scale: scalesOf(squares, n) };
}

/** The standard deviations of the bands, by the sums of their squared distances from the mean over n frames. */
function scalesOf(squares: Float64Array, n: number): number[] {
  return Array.from(squares, (sum) => Math.sqrt(Math.max(0, sum) / Math.max(1, n))).map((s) => s < SHORTEST ? 1 : s);
}

/** Computes the figures of any number of sounds, one after the other, and keeps none of them. */
export class RunningFigures {
  #bands: number;
  #first: Float32Array | undefined;
  #sums: Float64Array;
  #squares: Float64Array;
  #count = 0;

  constructor(bands: number) {
    this.#bands = bands;
    this.#sums = new Float64Array(bands);
    this.#squares = new Float64Array(bands);
  }

  /** Adds the frames of a sound. */
  add(frames: Float32Array): void {
    const bands = this.#bands;
    if (frames.length === 0) return;
    // Distances from the first frame: sums of squares of large numbers would leave few digits to their difference.
    const first = this.#first ??= frames.slice(0, bands);
    for (let i = 0; i < frames.length; i++) {
      const distance = frames[i] - first[i % bands];
      this.#sums[i % bands] += distance;
      this.#squares[i % bands] += distance * distance;
    }
    this.#count += frames.length / bands;
  }

  /** The figures of all frames so far. */
  get figures(): BandFigures {
    const [n, first] = [this.#count, this.#first];
    if (first === undefined) return figuresOf([], this.#bands);
    const center = Array.from(this.#sums, (sum, b) => first[b] + sum / n);
    return { center, scale: scalesOf(this.#squares.map((square, b) => square - this.#sums[b] ** 2 / n), n) };
  }
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
