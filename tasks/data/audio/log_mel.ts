import { Random } from "../../../src/nn/mod.ts";
import { importPackage, type NpmPackage } from "../npm_package.ts";

/** The npm package that computes Fourier transforms. */
export const FFT_PACKAGE: NpmPackage = { name: "fft.js", version: "4.0.4" };

/** The part of the package that is used. */
interface FourierTransform {
  /** Writes the first half of the spectrum of real numbers: real and imaginary parts in turns. */
  realTransform(spectrum: Float64Array, values: Float64Array): void;
}
interface FourierPackage {
  readonly default: new (size: number) => FourierTransform;
}

/** How `LogMel` divides a sound. */
export interface LogMelOptions {
  /** Samples a second. */
  readonly rate: number;
  /** Number of bands. */
  readonly bands: number;
  /** Seconds of a frame. Default: 0.025. */
  readonly length?: number;
  /** Seconds from the start of a frame to that of the next. Default: 0.01. */
  readonly shift?: number;
  /** Standard deviation of the noise that is added to the samples of each frame. Default: 0. */
  readonly dither?: number;
}

/** The lowest frequency of the bands, in Hz. The highest is the Nyquist frequency. */
const LOWEST = 20;
/** Share of a sample that is subtracted from the next. */
const PREEMPHASIS = 0.97;
/** The exponent of the Hann window: Povey's window. */
const WINDOW_EXPONENT = 0.85;
/** Seed of the noise of all sounds, whose streams are the frames. */
const DITHER_SEED = 0xd17e;
/** The least energy of a band, so that its logarithm is finite. */
const LEAST = 2 ** -23;

/**
 * Computes log-mel filterbanks as Kaldi and torchaudio's `compliance.kaldi.fbank` do: the logarithms of the energies in
 * bands of equal width on the mel scale. The noise of dithering depends only on a frame's number in its sound.
 */
export class LogMel {
  /** Number of bands. */
  readonly bands: number;
  /** Samples of a frame. */
  readonly length: number;
  /** Samples from the start of a frame to that of the next. */
  readonly shift: number;
  #dither: number;
  #transform: FourierTransform;
  #window: Float64Array;
  #filters: readonly Band[];
  /** The samples of a frame, and its spectrum. */
  #frame: Float64Array;
  #spectrum: Float64Array;

  private constructor(
    transform: FourierTransform,
    size: number,
    { rate, bands, dither = 0, ...seconds }: LogMelOptions,
  ) {
    const { length, shift } = samplesOf(rate, seconds);
    this.bands = bands;
    this.#dither = dither;
    this.length = length;
    this.shift = shift;
    this.#transform = transform;
    this.#window = Float64Array.from(
      { length },
      (_, i) => (0.5 - 0.5 * Math.cos(2 * Math.PI * i / (length - 1))) ** WINDOW_EXPONENT,
    );
    this.#filters = makeBands(bands, rate, size);
    this.#frame = new Float64Array(size);
    this.#spectrum = new Float64Array(2 * size);
  }

  /** Prepares the computation; loads the package that computes Fourier transforms. */
  static async create(options: LogMelOptions): Promise<LogMel> {
    const { default: Transform } = await importPackage<FourierPackage>(FFT_PACKAGE, "compute log-mel filterbanks");
    const size = 2 ** Math.ceil(Math.log2(samplesOf(options.rate, options).length));
    return new LogMel(new Transform(size), size, options);
  }

  /** Number of frames that lie wholly within a number of samples. */
  countFrames(samples: number): number {
    return framesWithin(samples, this);
  }

  /**
   * Computes the bands of each frame, [countFrames(samples.length), bands]. `first` is the number of the first of them
   * in the whole sound, of which the samples may be a part.
   */
  compute(samples: Float32Array, first = 0): Float32Array {
    const frames = this.countFrames(samples.length);
    const result = new Float32Array(frames * this.bands);
    for (let t = 0; t < frames; t++) {
      this.#load(samples, t * this.shift, first + t);
      this.#transform.realTransform(this.#spectrum, this.#frame);
      this.#filters.forEach((band, b) => {
        result[t * this.bands + b] = Math.log(Math.max(energyOf(this.#spectrum, band), LEAST));
      });
    }
    return result;
  }

  /** Copies a frame with its noise and without its mean, emphasizes high frequencies and applies the window. */
  #load(samples: Float32Array, start: number, number: number): void {
    const [frame, length] = [this.#frame, this.length];
    for (let i = 0; i < length; i++) frame[i] = samples[start + i];
    if (this.#dither > 0) {
      const noise = new Random(DITHER_SEED, { stream: number }).normal(length, 0, this.#dither);
      for (let i = 0; i < length; i++) frame[i] += noise[i];
    }
    let mean = 0;
    for (let i = 0; i < length; i++) mean += frame[i] / length;
    let before = frame[0] - mean;
    for (let i = 0; i < length; i++) {
      const own = frame[i] - mean;
      frame[i] = (own - PREEMPHASIS * before) * this.#window[i];
      before = own;
    }
  }
}

/** Number of frames of 25 ms, one every 10 ms, that lie wholly within a number of samples. */
export function countFrames(samples: number, rate: number): number {
  return framesWithin(samples, samplesOf(rate, {}));
}

/** Seconds from the start of a frame to that of the next: 10 ms, rounded down to whole samples. */
export function shiftSeconds(rate: number): number {
  return samplesOf(rate, {}).shift / rate;
}

function framesWithin(samples: number, { length, shift }: { readonly length: number; readonly shift: number }): number {
  return samples < length ? 0 : 1 + Math.floor((samples - length) / shift);
}

function samplesOf(
  rate: number,
  { length = 0.025, shift = 0.01 }: Pick<LogMelOptions, "length" | "shift">,
): { readonly length: number; readonly shift: number } {
  return { length: Math.floor(rate * length), shift: Math.floor(rate * shift) };
}

/** A triangular filter on the spectrum: the first bin, and the weights from there on. */
interface Band {
  readonly first: number;
  readonly weights: Float64Array;
}

function energyOf(spectrum: Float64Array, { first, weights }: Band): number {
  let energy = 0;
  for (let k = 0; k < weights.length; k++) {
    const [real, imaginary] = [spectrum[2 * (first + k)], spectrum[2 * (first + k) + 1]];
    energy += weights[k] * (real * real + imaginary * imaginary);
  }
  return energy;
}

/** The mel scale of O'Shaughnessy (1987), as HTK and Kaldi have it. */
function melOf(frequency: number): number {
  return 1127 * Math.log(1 + frequency / 700);
}

/** Makes bands whose centers lie at the same distance on the mel scale, each as wide as two distances. */
function makeBands(count: number, rate: number, size: number): readonly Band[] {
  const low = melOf(LOWEST);
  const step = (melOf(rate / 2) - low) / (count + 1);
  const mels = Array.from({ length: size / 2 }, (_, k) => melOf(k * rate / size));
  return Array.from({ length: count }, (_, b) => {
    const [left, center] = [low + b * step, low + (b + 1) * step];
    const weights = mels.map((mel) => Math.max(0, Math.min((mel - left) / step, (center + step - mel) / step)));
    const first = Math.max(0, weights.findIndex((weight) => weight > 0));
    const last = weights.findLastIndex((weight) => weight > 0);
    return { first, weights: Float64Array.from(weights.slice(first, last + 1)) };
  });
}
