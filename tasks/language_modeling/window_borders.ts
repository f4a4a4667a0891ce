import { Random } from "../../src/nn/mod.ts";

/** How the lengths of windows vary. */
export interface WindowVariation {
  /** Standard deviation of the lengths in time steps; 0 for windows of the same length. */
  readonly deviation: number;
  /** Seed of the lengths. */
  readonly seed: number;
}

/** The share of windows around half the number of time steps. */
const HALF_SHARE = 0.05;
/** Largest distance of a length from its mean, in standard deviations. */
const MOST_DEVIATIONS = 2;
/** The first random stream of the lengths, away from those of initial weights and dropout. */
const STREAM = 2 ** 31;

/**
 * Divides the steps of a stream into windows: of `bptt` steps each, or of random lengths (Merity et al. 2018) that are
 * drawn from the seed and the epoch. The number of windows is the same in every epoch.
 */
export class WindowBorders {
  /** Number of windows. */
  readonly count: number;
  #steps: number;
  #bptt: number;
  #variation: WindowVariation;
  #drawn: { readonly epoch: number; readonly borders: Float64Array } | undefined;

  constructor(steps: number, bptt: number, variation: WindowVariation) {
    this.#steps = steps;
    this.#bptt = bptt;
    this.#variation = variation;
    const mean = bptt * (1 - HALF_SHARE / 2);
    this.count = variation.deviation === 0
      ? Math.ceil(steps / bptt)
      : Math.min(steps, Math.max(1, Math.round(steps / mean)));
  }

  /** Returns the first step of a window of an epoch, and the step behind the last. */
  window(index: number, epoch: number): readonly [first: number, end: number] {
    if (this.#variation.deviation === 0) {
      return [index * this.#bptt, Math.min((index + 1) * this.#bptt, this.#steps)];
    }
    if (this.#drawn?.epoch !== epoch) this.#drawn = { epoch, borders: this.#draw(epoch) };
    const { borders } = this.#drawn;
    return [borders[index], borders[index + 1]];
  }

  /**
   * Draws the lengths of an epoch's windows and stretches them to the steps there are; each window has at least one.
   */
  #draw(epoch: number): Float64Array {
    const { deviation, seed } = this.#variation;
    const random = new Random(seed, { stream: STREAM + 2 * epoch });
    const kinds = random.uniform(this.count);
    const lengths = random.normal(this.count).map((normal, i) => {
      const mean = kinds[i] < HALF_SHARE ? this.#bptt / 2 : this.#bptt;
      const distance = deviation * Math.max(-MOST_DEVIATIONS, Math.min(normal, MOST_DEVIATIONS));
      return Math.max(mean / 2, mean + distance);
    });
    const total = lengths.reduce((sum, length) => sum + length, 0);
    const borders = new Float64Array(this.count + 1);
    let sum = 0;
    for (let i = 0; i < this.count; i++) {
      sum += lengths[i];
      borders[i + 1] = i + 1 + Math.round(sum / total * (this.#steps - this.count));
    }
    return borders;
  }
}
