/** Computes the perplexity of a loss in nats per token. */
export function perplexity(loss: number): number {
  return Math.exp(loss);
}

/** Computes bits per character from a mean `loss` in nats over `tokens` tokens that cover `characters` characters. */
export function bitsPerCharacter(loss: number, tokens: number, characters: number): number {
  return loss * tokens / characters / Math.LN2;
}

/** Exponential moving average of tokens per second. */
export class Throughput {
  #recent = 0;

  /** Records a piece of work, and returns the average in tokens per second. */
  add(tokens: number, milliseconds: number): number {
    const now = tokens / Math.max(milliseconds, 1e-3) * 1e3;
    this.#recent = this.#recent === 0 ? now : 0.9 * this.#recent + 0.1 * now;
    return this.#recent;
  }
}
