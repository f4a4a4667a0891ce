// A formant synthesizer: pulses and noise pass through the resonances of a vocal tract (Klatt 1980).

import type { Chance } from "../decks.ts";
import { articulate, type Posture, posturesOf } from "./articulation.ts";
import { antiresonance, band, type Coefficients, Filter, resonance } from "./filters.ts";
import { Glottis } from "./glottis.ts";
import { type Friction, NASAL_POLE, type Segment } from "./phonemes.ts";
import type { Voice } from "./voices.ts";

/** Samples a second of synthesized sounds. */
export const RATE = 16000;
/** Samples during which the filters stay as they are. */
const BLOCK = 80;
/** The highest frequency in Hz of a filter. */
const HIGHEST = 7200;
/** Frequencies and bandwidths in Hz of the higher formants of an average man, which are the same in all sounds. */
const HIGH_FORMANTS = [[3300, 250], [3750, 300], [4900, 800]] as const;
/** The bandwidth in Hz of the nasal tract's pole and zero. */
const NASAL_BANDWIDTH = 100;

/** Speaks segments in a voice. */
export function synthesize(segments: readonly Segment[], voice: Voice, chance: Chance): Float32Array {
  const postures = posturesOf(articulate(segments, voice, chance), BLOCK / RATE);
  const pitches = pitchesOf(postures.length, voice, chance);
  const glottis = new Glottis(RATE, voice, chance);
  const tract = new VocalTract(voice.tract);
  const friction = new FrictionNoise(chance);
  const samples = new Float32Array(postures.length * BLOCK);
  const block = new Float64Array(BLOCK);
  postures.forEach((posture, i) => {
    glottis.fill(block, pitches[i], posture);
    tract.apply(block, posture);
    friction.addTo(block, posture.friction);
    samples.set(block, i * BLOCK);
  });
  return samples;
}

/** The pitch of each block: it falls in the course of an utterance, and rises and falls about once a word. */
function pitchesOf(count: number, { pitch, range }: Voice, chance: Chance): Float64Array {
  const fall = 0.2 + 0.8 * chance.share();
  const period = RATE / BLOCK * (0.4 + 0.5 * chance.share());
  const start = chance.share();
  return Float64Array.from({ length: count }, (_, i) => {
    const wave = Math.sin(2 * Math.PI * (i / period + start));
    return pitch * (1 + range * (fall * (1 - 2 * i / count) + wave) / 2);
  });
}

/** The resonances, one after the other, and a zero while the nasal tract is open. */
class VocalTract {
  readonly #nasalZero = new Filter(at(antiresonance, NASAL_POLE, NASAL_BANDWIDTH));
  readonly #formants = Array.from({ length: 3 }, () => new Filter(at(resonance, 500, 100)));
  readonly #fixed: readonly Filter[];

  /** @param factor Factor of all frequencies. */
  constructor(factor: number) {
    const nasalPole = at(resonance, NASAL_POLE, NASAL_BANDWIDTH);
    const high = HIGH_FORMANTS.map(([frequency, width]) => at(resonance, frequency * factor, width * factor));
    this.#fixed = [nasalPole, ...high].map((coefficients) => new Filter(coefficients));
  }

  apply(block: Float64Array, { formants, bandwidths, nasalZero }: Posture): void {
    this.#nasalZero.tune(at(antiresonance, nasalZero, NASAL_BANDWIDTH));
    this.#formants.forEach((formant, i) => formant.tune(at(resonance, formants[i], bandwidths[i])));
    for (const filter of [this.#nasalZero, ...this.#fixed, ...this.#formants]) filter.apply(block);
  }
}

/** The noise of fricatives and bursts. It arises so near the lips that it passes one resonance only. */
class FrictionNoise {
  readonly #chance: Chance;
  readonly #noise = new Float64Array(BLOCK);
  readonly #filter = new Filter(at(band, 4000, 2000));
  /** The level at the end of the last block. */
  #level = 0;

  constructor(chance: Chance) {
    this.#chance = chance;
  }

  /** Adds noise to a block; its level changes evenly until the end of the block. */
  addTo(block: Float64Array, { level, center, width }: Friction): void {
    const before = this.#level;
    this.#level = level;
    if (before === 0 && level === 0) return;
    for (let i = 0; i < BLOCK; i++) this.#noise[i] = Math.sqrt(3) * (2 * this.#chance.share() - 1);
    this.#filter.tune(at(band, center, width));
    this.#filter.apply(this.#noise);
    for (let i = 0; i < BLOCK; i++) block[i] += (before + (i + 1) / BLOCK * (level - before)) * this.#noise[i];
  }
}

/** The coefficients of a kind of filter, at a frequency and with a bandwidth in Hz. */
function at(kind: typeof resonance, frequency: number, bandwidth: number): Coefficients {
  return kind(Math.min(frequency, HIGHEST) / RATE, bandwidth / RATE);
}
