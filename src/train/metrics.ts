/** Perplexity of a loss in nats per token. */
export function perplexity(loss: number): number {
  return Math.exp(loss);
}

/** Bits per character of `tokens` losses of `loss` nats each that cover `characters` characters. */
export function bitsPerCharacter(loss: number, tokens: number, characters: number): number {
  return loss * tokens / characters / Math.LN2;
}

/** Tokens per second of work, the recent past counting most. */
export class Throughput {
  #tokens = 0;
  #seconds = 0;
  #recent = 0;

  /** Takes note of a piece of work. */
  add(tokens: number, milliseconds: number): void {
    const seconds = Math.max(milliseconds, 1e-3) / 1e3;
    this.#tokens += tokens;
    this.#seconds += seconds;
    const now = tokens / seconds;
    this.#recent = this.#recent === 0 ? now : 0.9 * this.#recent + 0.1 * now;
  }

  /** Over the last steps. */
  get recent(): number {
    return this.#recent;
  }

  /** Over all steps. */
  get mean(): number {
    return this.#seconds === 0 ? 0 : this.#tokens / this.#seconds;
  }
}
