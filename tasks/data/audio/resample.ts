import { joinSamples } from "./join_samples.ts";
import { expectRate, type Sound } from "./sound.ts";

/** Zero crossings of the low-pass filter on each side. */
const CROSSINGS = 6;
/** The filter's cutoff frequency, as a share of the lower of the two Nyquist frequencies. */
const ROLLOFF = 0.99;

/** Low-pass filters, one for each position of a new sample between two old ones. */
interface Filters {
  /** Old and new samples until the positions repeat. */
  readonly oldStep: number;
  readonly newStep: number;
  /** The filter of each new sample of a step. */
  readonly filters: readonly Filter[];
}

/** A filter: the old sample at which it begins, from that of the step, and the coefficients. */
interface Filter {
  readonly first: number;
  readonly coefficients: Float64Array;
}

/**
 * Returns a sound at another rate: band-limited interpolation (Smith and Gossett 1984) by a sinc filter under a Hann
 * window, with torchaudio's defaults. A sound of n samples becomes one of `ceil(n * rate / sound.rate)`. Throws
 * `RangeError` if a rate is not a whole number from 100 to 1,000,000.
 */
export function resampleSound(sound: Sound, rate: number): Sound {
  if (sound.rate === rate) return sound;
  for (const given of [sound.rate, rate]) expectRate(given, "resample a sound");
  return { samples: resample(sound.samples, sound.rate, rate), rate };
}

/** Returns samples at another rate; both are positive whole numbers. */
export function resample(samples: Float32Array, from: number, to: number): Float32Array {
  if (from === to) return samples;
  const resampling = new Resampling(from, to);
  return joinSamples([resampling.push(samples), resampling.end()]);
}

/** Number of samples of a sound that is resampled. */
export function resampledLength(samples: number, from: number, to: number): number {
  return Math.ceil(samples * to / from);
}

/** Yields samples at another rate while they arrive, each as soon as it is certain: those of the whole sound. */
export async function* resampleParts(
  parts: AsyncIterable<Float32Array>,
  from: number,
  to: number,
): AsyncGenerator<Float32Array, void, void> {
  if (from === to) return yield* parts;
  const resampling = new Resampling(from, to);
  for await (const part of parts) yield resampling.push(part);
  yield resampling.end();
}

/** A sound that is read at another rate, part by part. */
class Resampling {
  #filters: Filters;
  /** The old samples that are still needed, and the place of the first among all. */
  #old = new Float32Array(0);
  #first = 0;
  /** Number of new samples so far. */
  #made = 0;

  constructor(from: number, to: number) {
    this.#filters = filtersFor(from, to);
  }

  /** Takes further samples and returns the new ones for which there are enough. */
  push(samples: Float32Array): Float32Array {
    this.#old = this.#old.length === 0 ? samples.slice() : joinSamples([this.#old, samples]);
    const end = this.#first + this.#old.length;
    let enough = this.#made;
    while (this.#placeOf(enough) + this.#filterOf(enough).coefficients.length <= end) enough++;
    const made = this.#make(enough);
    const kept = Math.min(this.#old.length, Math.max(0, this.#placeOf(this.#made) - this.#first));
    this.#old = this.#old.slice(kept);
    this.#first += kept;
    return made;
  }

  /** Returns the last new samples, as if silence followed. */
  end(): Float32Array {
    const { oldStep, newStep } = this.#filters;
    return this.#make(Math.ceil((this.#first + this.#old.length) * newStep / oldStep));
  }

  /** Computes the new samples before `end`. */
  #make(end: number): Float32Array {
    const result = new Float32Array(Math.max(0, end - this.#made));
    const old = this.#old;
    for (let i = 0; i < result.length; i++) {
      const { coefficients } = this.#filterOf(this.#made + i);
      const start = this.#placeOf(this.#made + i) - this.#first;
      const to = Math.min(coefficients.length, old.length - start);
      let sum = 0;
      for (let k = Math.max(0, -start); k < to; k++) sum += coefficients[k] * old[start + k];
      result[i] = sum;
    }
    this.#made += result.length;
    return result;
  }

  #filterOf(made: number): Filter {
    return this.#filters.filters[made % this.#filters.newStep];
  }

  /** The place of the first old sample of which a new one is made. */
  #placeOf(made: number): number {
    const { oldStep, newStep } = this.#filters;
    return Math.floor(made / newStep) * oldStep + this.#filterOf(made).first;
  }
}

/** The filters of the last pair of rates: the sounds of a corpus mostly have one rate. */
let last: { readonly key: string; readonly filters: Filters } | undefined;

function filtersFor(oldRate: number, newRate: number): Filters {
  const key = `${oldRate} ${newRate}`;
  if (last?.key !== key) last = { key, filters: makeFilters(oldRate, newRate) };
  return last.filters;
}

function makeFilters(oldRate: number, newRate: number): Filters {
  const divisor = greatestCommonDivisor(oldRate, newRate);
  const [oldStep, newStep] = [oldRate / divisor, newRate / divisor];
  // The cutoff in crossings of the filter for each old sample.
  const cutoff = Math.min(1, newStep / oldStep) * ROLLOFF;
  const filters = Array.from({ length: newStep }, (_, phase): Filter => {
    const place = phase * oldStep / newStep;
    const [first, last] = [Math.ceil(place - CROSSINGS / cutoff), Math.floor(place + CROSSINGS / cutoff)];
    const coefficients = Float64Array.from({ length: last - first + 1 }, (_, k) => {
      const t = (first + k - place) * cutoff;
      const sinc = t === 0 ? 1 : Math.sin(Math.PI * t) / (Math.PI * t);
      return sinc * Math.cos(Math.PI * t / CROSSINGS / 2) ** 2 * cutoff;
    });
    return { first, coefficients };
  });
  return { oldStep, newStep, filters };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
