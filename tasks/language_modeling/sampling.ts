/** How the next token is chosen. */
export interface SamplingOptions {
  /** Divides the logits: below 1 bolder, above 1 more varied; 0 takes the likeliest token. 1 where absent. */
  readonly temperature?: number;
  /** Only the k likeliest tokens are drawn (Fan et al. 2018). */
  readonly topK?: number;
  /** Only the likeliest tokens that together reach this probability are drawn (Holtzman et al. 2020). */
  readonly topP?: number;
  /** Only tokens at least this share as likely as the likeliest are drawn (Nguyen et al. 2024). */
  readonly minP?: number;
  /** Above 1, makes tokens that have occurred less likely (Keskar et al. 2019); 1 where absent. */
  readonly repetitionPenalty?: number;
}

/** Throws a RangeError for an impossible option. */
export function checkSampling(options: SamplingOptions): void {
  const check = (name: keyof SamplingOptions, expected: string, isGood: (value: number) => boolean): void => {
    const value = options[name];
    if (value !== undefined && !isGood(value)) {
      throw new RangeError(`generate: expected ${name} ${expected}, found ${value}`);
    }
  };
  check("temperature", "of at least 0", (value) => value >= 0 && Number.isFinite(value));
  check("topK", "to be a whole number of at least 1", (value) => Number.isSafeInteger(value) && value >= 1);
  check("topP", "above 0 and at most 1", (value) => value > 0 && value <= 1);
  check("minP", "from 0 to 1", (value) => value >= 0 && value <= 1);
  check("repetitionPenalty", "above 0", (value) => value > 0 && Number.isFinite(value));
}

/** The likeliest token; the first of equals. */
export function argmax(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}

/**
 * Chooses tokens from logits: the repetition penalty, then the temperature, then the limits topK, topP and minP, each on
 * what the one before has left.
 */
export class Sampler {
  #options: SamplingOptions;
  #seen = new Set<number>();
  #probabilities: Float64Array;
  #order: Uint32Array;

  /** `vocabulary`: number of tokens V. */
  constructor(vocabulary: number, options: SamplingOptions = {}) {
    checkSampling(options);
    this.#options = options;
    this.#probabilities = new Float64Array(vocabulary);
    this.#order = new Uint32Array(vocabulary);
  }

  /** Takes note of a token that has occurred. */
  observe(token: number): void {
    this.#seen.add(token);
  }

  /** Chooses by a uniform number `u` of [0, 1); the logits are changed in place. */
  choose(logits: Float32Array, u: number): number {
    this.#penalise(logits);
    const { temperature = 1, topK, topP = 1, minP = 0 } = this.#options;
    if (temperature === 0) return argmax(logits);
    const sum = this.#exponentiate(logits, temperature);
    if (topK === undefined && topP === 1 && minP === 0) return draw(this.#probabilities, sum, u);
    return this.#drawLimited(topK ?? logits.length, topP, minP, u);
  }

  #penalise(logits: Float32Array): void {
    const { repetitionPenalty: penalty = 1 } = this.#options;
    if (penalty === 1) return;
    for (const token of this.#seen) logits[token] *= logits[token] < 0 ? penalty : 1 / penalty;
  }

  /** Unnormalised probabilities, the likeliest 1; returns their sum. */
  #exponentiate(logits: Float32Array, temperature: number): number {
    const most = logits[argmax(logits)];
    let sum = 0;
    for (let i = 0; i < logits.length; i++) sum += this.#probabilities[i] = Math.exp((logits[i] - most) / temperature);
    return sum;
  }

  #drawLimited(topK: number, topP: number, minP: number, u: number): number {
    const p = this.#probabilities;
    for (let i = 0; i < p.length; i++) this.#order[i] = i;
    const order = this.#order.sort((a, b) => p[b] - p[a] || a - b).subarray(0, topK);
    const total = order.reduce((total, i) => total + p[i], 0);
    let kept = 0;
    let mass = 0;
    // The likeliest has 1, so that minP is a plain limit.
    while (kept < order.length && p[order[kept]] >= minP && (kept === 0 || mass < topP * total)) {
      mass += p[order[kept++]];
    }
    let left = u * mass;
    for (let i = 0; i < kept; i++) if ((left -= p[order[i]]) < 0) return order[i];
    return order[kept - 1];
  }
}

function draw(probabilities: Float64Array, sum: number, u: number): number {
  let left = u * sum;
  let last = 0;
  for (let i = 0; i < probabilities.length; i++) {
    if (probabilities[i] === 0) continue;
    last = i;
    if ((left -= probabilities[i]) < 0) return i;
  }
  return last;
}
