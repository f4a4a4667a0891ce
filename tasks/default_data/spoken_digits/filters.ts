// Second-order filters. Frequencies and bandwidths are shares of the sampling rate.

/** The coefficients of y[i] = a0 x[i] + a1 x[i-1] + a2 x[i-2] + b1 y[i-1] + b2 y[i-2]. */
export interface Coefficients {
  readonly a0: number;
  readonly a1: number;
  readonly a2: number;
  readonly b1: number;
  readonly b2: number;
}

/** Amplifies what is near a frequency; constant signals pass unchanged. */
export function resonance(frequency: number, bandwidth: number): Coefficients {
  const { b1, b2 } = poles(frequency, bandwidth);
  return { a0: 1 - b1 - b2, a1: 0, a2: 0, b1, b2 };
}

/** The inverse of `resonance`: weakens what is near a frequency. */
export function antiresonance(frequency: number, bandwidth: number): Coefficients {
  const { b1, b2 } = poles(frequency, bandwidth);
  const a0 = 1 / (1 - b1 - b2);
  return { a0, a1: -b1 * a0, a2: -b2 * a0, b1: 0, b2: 0 };
}

/** Leaves only what is near a frequency; white noise keeps its root mean square. */
export function band(frequency: number, bandwidth: number): Coefficients {
  const { b1, b2 } = poles(frequency, bandwidth);
  // (1 + b2) / 2 (1 - z^-2) / (1 - b1 z^-1 - b2 z^-2) is 1 minus an all-pass filter that begins with -b2, halved: its
  // peak is 1, and white noise of variance 1 leaves it with (1 + b2) / 2.
  const a0 = Math.sqrt((1 + b2) / 2);
  return { a0, a1: 0, a2: -a0, b1, b2 };
}

function poles(frequency: number, bandwidth: number): Pick<Coefficients, "b1" | "b2"> {
  const radius = Math.exp(-Math.PI * bandwidth);
  return { b1: 2 * radius * Math.cos(2 * Math.PI * frequency), b2: -radius * radius };
}

/** A second-order filter that is computed in place, on one block of samples after the other. */
export class Filter {
  #coefficients: Coefficients;
  #x1 = 0;
  #x2 = 0;
  #y1 = 0;
  #y2 = 0;

  constructor(coefficients: Coefficients) {
    this.#coefficients = coefficients;
  }

  /** Replaces the coefficients, and keeps the state. */
  tune(coefficients: Coefficients): void {
    this.#coefficients = coefficients;
  }

  /** Filters a block. */
  apply(block: Float64Array): void {
    const { a0, a1, a2, b1, b2 } = this.#coefficients;
    let [x1, x2, y1, y2] = [this.#x1, this.#x2, this.#y1, this.#y2];
    for (let i = 0; i < block.length; i++) {
      const x = block[i];
      const y = a0 * x + a1 * x1 + a2 * x2 + b1 * y1 + b2 * y2;
      [x2, x1, y2, y1] = [x1, x, y1, y];
      block[i] = y;
    }
    [this.#x1, this.#x2, this.#y1, this.#y2] = [x1, x2, y1, y2];
  }
}
