import type { Tokenizer } from "../../tokenizers/mod.ts";
import { TokenTexts } from "../../tokenizers/token_texts.ts";

/** A token and its log-probability. */
export interface LikelyToken {
  /**
   * The text that the token adds to a text, such as `" the"`; bytes that are only a part of a character are written as
   * in `<0xE2>`.
   */
  readonly token: string;
  /** Its id. */
  readonly id: number;
  /** The natural logarithm of the probability that the model gives it, before any option changes it. */
  readonly logprob: number;
}

/** The log-probability of a generated token, with the likeliest tokens in its place. */
export interface TokenLogProbability extends LikelyToken {
  /** The likeliest tokens, in the order of their probabilities. */
  readonly top: readonly LikelyToken[];
}

/**
 * Records the log-probabilities of generated tokens in the model's own distribution: at temperature 1, before biases,
 * bans, penalties and limits.
 */
export class TokenLogProbabilities {
  #entries: TokenLogProbability[] = [];
  #top: number | null;
  #texts: TokenTexts;
  #logits: Float32Array;
  #logSum = 0;
  #total = 0;
  #count = 0;

  /** `top` is the number of likeliest tokens in each entry; null for no entries. */
  constructor(tokenizer: Tokenizer, top: number | null) {
    this.#top = top;
    this.#texts = new TokenTexts(tokenizer);
    this.#logits = new Float32Array(tokenizer.size);
  }

  /** One entry per generated token since the last `take`, unless only the mean is asked for. */
  get entries(): readonly TokenLogProbability[] {
    return this.#entries;
  }

  /** Returns the entries, and keeps them no longer. */
  take(): readonly TokenLogProbability[] {
    const taken = this.#entries;
    this.#entries = [];
    return taken;
  }

  /** The mean log-probability per token; 0 without tokens. */
  get mean(): number {
    return this.#count === 0 ? 0 : this.#total / this.#count;
  }

  /** Reads the logits [V] from which the next token will be chosen. */
  read(logits: Float32Array): void {
    this.#logits.set(logits);
    let most = -Infinity;
    for (const logit of logits) if (logit > most) most = logit;
    let sum = 0;
    for (const logit of logits) sum += Math.exp(logit - most);
    this.#logSum = most + Math.log(sum);
  }

  /** Adds the token that was chosen. */
  add(id: number): void {
    const chosen = this.#likely(id);
    this.#total += chosen.logprob;
    this.#count++;
    if (this.#top === null) return;
    const top = likeliestIds(this.#logits, this.#top).map((id) => this.#likely(id));
    this.#entries.push({ ...chosen, top });
  }

  #likely(id: number): LikelyToken {
    return { token: this.#texts.of(id), id, logprob: this.#logits[id] - this.#logSum };
  }
}

/**
 * Returns the indices of the `count` largest finite logits, largest first; of equal ones, smaller indices come first.
 */
function likeliestIds(logits: Float32Array, count: number): number[] {
  const ids: number[] = [];
  for (let id = 0; id < logits.length; id++) {
    if (logits[id] === -Infinity) continue;
    if (ids.length >= count && !(logits[id] > logits[ids[count - 1]])) continue;
    let place = Math.min(ids.length, count);
    while (place > 0 && logits[id] > logits[ids[place - 1]]) place--;
    ids.splice(place, 0, id);
    if (ids.length > count) ids.pop();
  }
  return ids;
}
