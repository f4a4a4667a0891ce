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
  #recent = 0;

  /** Takes note of a piece of work, and gives the tokens per second over the last ones. */
  add(tokens: number, milliseconds: number): number {
    const now = tokens / Math.max(milliseconds, 1e-3) * 1e3;
    this.#recent = this.#recent === 0 ? now : 0.9 * this.#recent + 0.1 * now;
    return this.#recent;
  }
}
