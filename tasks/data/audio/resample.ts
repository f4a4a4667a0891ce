import type { Sound } from "./sound.ts";

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
 * window, with torchaudio's defaults. A sound of n samples becomes one of `ceil(n * rate / sound.rate)`.
 */
export function resampleSound(sound: Sound, rate: number): Sound {
  if (sound.rate === rate) return sound;
  const { samples } = sound;
  const { oldStep, newStep, filters } = filtersFor(sound.rate, rate);
  const result = new Float32Array(Math.ceil(samples.length * newStep / oldStep));
  for (let i = 0; i < result.length; i++) {
    const { first, coefficients } = filters[i % newStep];
    const start = Math.floor(i / newStep) * oldStep + first;
    const [from, to] = [Math.max(0, -start), Math.min(coefficients.length, samples.length - start)];
    let sum = 0;
    for (let k = from; k < to; k++) sum += coefficients[k] * samples[start + k];
    result[i] = sum;
  }
  return { samples: result, rate };
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
