import { type Engine, Random } from "../../src/nn/mod.ts";

/** How training sounds are changed at random in each epoch. */
export interface SpeechAugmentation {
  /**
   * Change of the speed, as a share: a sound is read slower, at its own speed or faster (Ko et al. 2015). Default: 0.1.
   */
  readonly speed: number;
  /** Number of runs of bands that are masked (SpecAugment, Park et al. 2019). Default: 2. */
  readonly bandMasks: number;
  /** Largest width of a masked run of bands, as a share of all bands. Default: 0.2. */
  readonly bandMaskShare: number;
  /** Number of runs of frames that are masked. Default: 2. */
  readonly timeMasks: number;
  /** Largest length of a masked run of frames, as a share of the sound. Default: 0.08. */
  readonly timeMaskShare: number;
  /** Largest standard deviation of the noise that is added to the normalized bands. Default: 0.1. */
  readonly noise: number;
  /** Largest change of the loudness, in the units of the normalized bands. Default: 0.1. */
  readonly gain: number;
}

/** Added to the seed, so that augmentation does not repeat the numbers that order the batches. */
const SEED = 0x5ec;

/**
 * Random streams of a step: those of its draws and of the noise of each sound, which no other step has. Larger batches
 * take as many more from other seeds, which differ in their high 32 bits.
 */
const [STREAMS, OTHER_SEED] = [256, 2 ** 32];

/** The source of the random numbers of a batch. */
export interface Draw {
  /** The engine that generates random numbers. */
  readonly engine: Engine;
  /** The seed of the run. */
  readonly seed: number;
  /** The number of the step; the same step changes sounds in the same way. */
  readonly step: number;
}

/** The speeds at which each sound is read, as factors. */
export function speedsOf({ speed }: Pick<SpeechAugmentation, "speed">): readonly number[] {
  return speed === 0 ? [1] : [1 - speed, 1, 1 + speed];
}

/** The changes of a batch of sounds. */
export class Changes {
  #augmentation: SpeechAugmentation;
  #draw: Draw;
  #draws: Float32Array;
  #perSound: number;

  constructor(count: number, augmentation: SpeechAugmentation, draw: Draw) {
    const { bandMasks, timeMasks } = augmentation;
    this.#augmentation = augmentation;
    this.#draw = draw;
    this.#perSound = 3 + 2 * (bandMasks + timeMasks);
    this.#draws = this.#random(0).uniform(count * this.#perSound);
  }

  /** The random numbers of the batch, for index 0, or of a sound's noise. */
  #random(index: number): Random {
    const { engine, seed, step } = this.#draw;
    const own = seed + SEED + OTHER_SEED * Math.floor(index / STREAMS);
    return new Random(own, { engine, stream: STREAMS * step + index % STREAMS });
  }

  /** The index of a sound's speed among `count`. */
  speedOf(sound: number, count: number): number {
    return Math.floor(this.#draws[sound * this.#perSound] * count);
  }

  /** Changes the normalized bands of a sound in place. */
  apply(sound: number, values: Float32Array, bands: number): void {
    const { bandMasks, bandMaskShare, timeMasks, timeMaskShare, noise, gain } = this.#augmentation;
    const draws = this.#draws.subarray(sound * this.#perSound, (sound + 1) * this.#perSound);
    const [, louder, noisier] = draws;
    const shift = gain * (2 * louder - 1);
    const hiss = noise > 0 ? this.#random(1 + sound).normal(values.length, 0, noise * noisier) : undefined;
    for (let i = 0; i < values.length; i++) values[i] += shift + (hiss?.[i] ?? 0);
    const frames = values.length / bands;
    for (let m = 0; m < bandMasks; m++) {
      const [first, end] = runOf(bands, bandMaskShare, draws, 3 + 2 * m);
      for (let t = 0; t < frames; t++) values.fill(0, t * bands + first, t * bands + end);
    }
    for (let m = 0; m < timeMasks; m++) {
      const [first, end] = runOf(frames, timeMaskShare, draws, 3 + 2 * (bandMasks + m));
      values.fill(0, first * bands, end * bands);
    }
  }
}

/** Returns a random run of at most a share of `count`: the first and the one after the last. */
function runOf(count: number, share: number, draws: Float32Array, at: number): [first: number, end: number] {
  const length = Math.floor(draws[at] * (share * count + 1));
  const first = Math.floor(draws[at + 1] * (count - length + 1));
  return [first, first + length];
}
