import type { Sound } from "./sound.ts";

/** Zero crossings of the low-pass filter on each side. */
const CROSSINGS = 6;
/** The filter's cutoff frequency, as a share of the lower of the two Nyquist frequencies. */
const ROLLOFF = 0.99;

/** A low-pass filter for each position of a new sample between two old ones. */
interface Filters {
  /** Old and new samples until the positions repeat. */
  readonly oldStep: number;
  readonly newStep: number;
  /** Old samples before the first one of a step that the filters reach. */
  readonly reach: number;
  /** The coefficients, [newStep, 2 reach + oldStep]. */
  readonly coefficients: readonly Float64Array[];
}

/**
 * Returns a sound at another rate: band-limited interpolation (Smith and Gossett 1984) by a sinc filter under a Hann
 * window, with torchaudio's defaults. A sound of n samples becomes one of `ceil(n * rate / sound.rate)`.
 */
export function resampleSound(sound: Sound, rate: number): Sound {
  if (sound.rate === rate) return sound;
  const { samples } = sound;
  const { oldStep, newStep, reach, coefficients } = filtersFor(sound.rate, rate);
  const result = new Float32Array(Math.ceil(samples.length * newStep / oldStep));
  for (let i = 0; i < result.length; i++) {
    const own = coefficients[i % newStep];
    const start = Math.floor(i / newStep) * oldStep - reach;
    const [from, to] = [Math.max(0, -start), Math.min(own.length, samples.length - start)];
    let sum = 0;
    for (let k = from; k < to; k++) sum += own[k] * samples[start + k];
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
  const cutoff = Math.min(oldStep, newStep) * ROLLOFF;
  const reach = Math.ceil(CROSSINGS * oldStep / cutoff);
  const coefficients = Array.from(
    { length: newStep },
    (_, phase) =>
      Float64Array.from({ length: 2 * reach + oldStep }, (_, k) => {
        // The distance in zero crossings.
        const t = ((k - reach) / oldStep - phase / newStep) * cutoff;
        if (Math.abs(t) >= CROSSINGS) return 0;
        const sinc = t === 0 ? 1 : Math.sin(Math.PI * t) / (Math.PI * t);
        return sinc * Math.cos(Math.PI * t / CROSSINGS / 2) ** 2 * cutoff / oldStep;
      }),
  );
  return { oldStep, newStep, reach, coefficients };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
