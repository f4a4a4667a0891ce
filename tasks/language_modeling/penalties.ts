import type { SamplingSettings } from "./sampling_options.ts";

/** The settings of the penalties. */
export type PenaltySettings = Pick<
  SamplingSettings,
  "repetitionPenalty" | "presencePenalty" | "frequencyPenalty" | "repetitionWindow"
>;

/** Makes tokens that have already occurred less likely. Counts them among the last tokens, or among all. */
export class Penalties {
  /** Whether any logit changes. */
  readonly isActive: boolean;
  #settings: PenaltySettings;
  /** How often each token has occurred. */
  #counts = new Map<number, number>();
  /** The last tokens, from index `#start` on, if there is a window. */
  #recent: number[] = [];
  #start = 0;

  /** Starts with no tokens. */
  constructor(settings: PenaltySettings) {
    const { repetitionPenalty, presencePenalty, frequencyPenalty } = settings;
    this.#settings = settings;
    this.isActive = repetitionPenalty !== 1 || presencePenalty !== 0 || frequencyPenalty !== 0;
  }

  /** Records that a token has occurred. */
  observe(token: number): void {
    if (!this.isActive) return;
    this.#counts.set(token, (this.#counts.get(token) ?? 0) + 1);
    const { repetitionWindow } = this.#settings;
    if (repetitionWindow === null) return;
    this.#recent.push(token);
    if (this.#recent.length - this.#start > repetitionWindow) this.#forget(this.#recent[this.#start++]);
    if (this.#start < 1024 || this.#start < repetitionWindow) return;
    this.#recent.splice(0, this.#start);
    this.#start = 0;
  }

  /**
   * Changes the logits [V] of the tokens that have occurred: multiplies those below 0 by the repetition penalty and
   * divides the others by it, then subtracts the presence penalty and, for each occurrence, the frequency penalty.
   */
  apply(logits: Float32Array): void {
    const { repetitionPenalty, presencePenalty, frequencyPenalty } = this.#settings;
    for (const [token, count] of this.#counts) {
      const scaled = logits[token] * (logits[token] < 0 ? repetitionPenalty : 1 / repetitionPenalty);
      logits[token] = scaled - presencePenalty - count * frequencyPenalty;
    }
  }

  #forget(token: number): void {
    const count = this.#counts.get(token)! - 1;
    if (count === 0) this.#counts.delete(token);
    else this.#counts.set(token, count);
  }
}
