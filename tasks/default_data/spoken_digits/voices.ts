import type { Chance } from "../decks.ts";
import type { PerFormant } from "./phonemes.ts";

/** Who speaks. */
export type Speaker = "man" | "woman" | "child";

/** The properties of one person's speech. */
export interface Voice {
  readonly speaker: Speaker;
  /** The number of the person, from 1. */
  readonly number: number;
  /** Factor of all frequencies of the vocal tract: its length in relation to that of an average man, inverted. */
  readonly tract: number;
  /** Factors of the first three formants, since vocal tracts differ in shape as well. */
  readonly shape: PerFormant;
  /** How far the formants are from those of a tract at rest; 1 as in careful speech. */
  readonly clarity: number;
  /** Largest random change of formants and lengths from one segment to another, as a share. */
  readonly sloppiness: number;
  /** Mean pitch in Hz, and how far it moves, as a share. */
  readonly pitch: number;
  readonly range: number;
  /** Factor of the speed. */
  readonly speed: number;
  /** Share of a period in which the glottis is open. */
  readonly openQuotient: number;
  /** Coefficient of the low-pass filter that a soft voice is heard through, from 0 to below 1. */
  readonly softness: number;
  /** Amplitude of the noise of breath in voiced sounds. */
  readonly breath: number;
  /** Factor of the noise of fricatives and stops. */
  readonly sharpness: number;
  /** Largest random change of a period and of its amplitude, as a share. */
  readonly jitter: number;
  readonly shimmer: number;
  /** The ways to pronounce the digits, in the order of `DIGITS`. */
  readonly ways: readonly number[];
}

/** The voice of an average man who speaks with care. */
export const AVERAGE_VOICE: Voice = {
  speaker: "man",
  number: 1,
  tract: 1,
  shape: [1, 1, 1],
  clarity: 1,
  sloppiness: 0,
  pitch: 130,
  range: 0.1,
  speed: 1,
  openQuotient: 0.6,
  softness: 0.2,
  breath: 0.02,
  sharpness: 1,
  jitter: 0.01,
  shimmer: 0.05,
  ways: Array(10).fill(0),
};

type Range = readonly [low: number, high: number];

/**
 * The ranges of the vocal tract's factor and of the pitch. Their middles are near the averages of Peterson and Barney
 * (1952), from whose formants a factor of 1.17 for women and of 1.35 for children follows.
 */
const SPEAKERS: Readonly<Record<Speaker, { readonly tract: Range; readonly pitch: Range }>> = {
  man: { tract: [0.92, 1.06], pitch: [90, 165] },
  woman: { tract: [1.08, 1.24], pitch: [165, 265] },
  child: { tract: [1.24, 1.42], pitch: [220, 340] },
};

/** The speakers in the order in which voices are drawn: as many women as men, and half as many children. */
const ORDER: readonly Speaker[] = ["man", "woman", "child", "woman", "man"];

/** Draws the voices of as many people. */
export function drawVoices(count: number, chance: Chance): readonly Voice[] {
  return Array.from({ length: count }, (_, i) => drawVoice(ORDER[i % ORDER.length], i + 1, chance));
}

function drawVoice(speaker: Speaker, number: number, chance: Chance): Voice {
  const from = (...[low, high]: Range): number => low + (high - low) * chance.share();
  const { tract, pitch } = SPEAKERS[speaker];
  return {
    speaker,
    number,
    tract: from(...tract),
    shape: [from(0.94, 1.06), from(0.95, 1.05), from(0.96, 1.04)],
    clarity: from(0.85, 1.05),
    sloppiness: from(0.02, 0.06),
    pitch: from(...pitch),
    range: from(0.03, 0.2),
    speed: from(0.8, 1.35),
    openQuotient: from(0.45, 0.8),
    softness: from(0, 0.6),
    breath: from(0, 0.08),
    sharpness: from(0.6, 1.6),
    jitter: from(0.003, 0.02),
    shimmer: from(0.02, 0.12),
    ways: Array.from({ length: 10 }, () => chance.below(6)),
  };
}
