// How speech is recorded: by a microphone, in noise, at some volume. This file must not know what is said.

import type { Chance } from "../decks.ts";

/** The range of the ratio of signal to noise, in dB. */
const RATIOS = [10, 40] as const;
/** The range of the largest sample. */
const PEAKS = [0.1, 0.9] as const;

/** Changes samples in place as a recording does, each at another ratio of signal to noise. */
export function record(samples: Float32Array, chance: Chance): void {
  const from = ([low, high]: readonly [number, number]): number => low + (high - low) * chance.share();
  // A microphone that prefers low or high frequencies, and noise that is white or has mostly low ones.
  emphasize(samples, from([-0.4, 0.4]));
  const loudness = rootMeanSquare(samples);
  const noise = noiseOf(samples.length, from([0, 0.95]), chance);
  const amount = loudness / rootMeanSquare(noise) * 10 ** (-from(RATIOS) / 20);
  let peak = 0;
  for (let i = 0; i < samples.length; i++) {
    samples[i] += amount * noise[i];
    peak = Math.max(peak, Math.abs(samples[i]));
  }
  const gain = from(PEAKS) / peak;
  for (let i = 0; i < samples.length; i++) samples[i] *= gain;
}

/** Adds a share of each sample to the next. */
function emphasize(samples: Float32Array, share: number): void {
  for (let i = samples.length - 1; i > 0; i--) samples[i] += share * samples[i - 1];
}

/** Noise whose samples depend on those before by a share. */
function noiseOf(length: number, share: number, chance: Chance): Float32Array {
  const noise = new Float32Array(length);
  let last = 0;
  for (let i = 0; i < length; i++) noise[i] = last = share * last + 2 * chance.share() - 1;
  return noise;
}

function rootMeanSquare(samples: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < samples.length; i++) sum += samples[i] * samples[i];
  return Math.sqrt(sum / samples.length);
}
