import type { Pause } from "../../src/train/mod.ts";
import type { Tokenizer } from "../../tokenizers/mod.ts";
import { TokenTexts } from "../../tokenizers/token_texts.ts";
import type { LanguageNetwork } from "./network.ts";
import { scoreWindows, windowSteps } from "./score_windows.ts";
import type { LikelyToken, TokenLogProbability } from "./token_log_probabilities.ts";
import type { Ranking } from "./token_reader.ts";
import type { TokenStreams, Window } from "./windows.ts";

/** The log-probability and the rank of a token, with the likeliest tokens in its place. */
export interface TokenScore extends TokenLogProbability {
  /** 1 + the number of tokens that are more probable. */
  readonly rank: number;
}

/** How probable a text is. */
export interface TextScore {
  /** The natural logarithm of the text's probability. */
  readonly logprob: number;
  /** The mean log-probability of its tokens; null if none is predicted. */
  readonly meanLogprob: number | null;
  /** Number of predicted tokens. */
  readonly tokens: number;
  /** The score of each predicted token, if the option `logprobs` asks for them. */
  readonly logprobs?: readonly TokenScore[];
}

/** Options of `scoreTexts`. */
export interface ScoreTextsOptions {
  /** Number of likeliest tokens in the entry of each token. Default: no entries. */
  readonly top?: number;
  /** Aborts the scoring. */
  readonly signal?: AbortSignal;
  /** Awaited between windows. Default: lets the event loop run every 20 ms. */
  readonly pause?: Pause;
  /** Most texts that are read side by side. Default: 64. */
  readonly sideBySide?: number;
}

/** Most texts that are read side by side. */
const MAX_TEXTS = 64;
/** Most time steps of a window. It must not depend on the texts, since no text's score may depend on others. */
const MAX_WINDOW = 32;

/**
 * Scores texts, given by their ids: the first id of each is only read, the others are predicted. Texts of similar
 * lengths are read side by side.
 */
export async function scoreTexts(
  network: LanguageNetwork,
  tokenizer: Tokenizer,
  texts: readonly Int32Array[],
  { top, signal, pause, sideBySide = MAX_TEXTS }: ScoreTextsOptions = {},
): Promise<TextScore[]> {
  const order = Array.from(texts.keys()).sort((a, b) => texts[b].length - texts[a].length);
  const scores: TextScore[] = Array.from({ length: texts.length });
  const entries = new TokenScores(tokenizer);
  const bptt = Math.min(MAX_WINDOW, windowSteps(network, MAX_TEXTS));
  for (let first = 0; first < order.length; first += sideBySide) {
    const places = order.slice(first, first + sideBySide);
    const sums = places.map(() => new ScoreSum(entries, top !== undefined));
    const streams = new TextStreams(places.map((place) => texts[place]), bptt);
    for await (const { window, losses, ranking } of scoreWindows(network, streams, { top, signal, pause })) {
      for (const [row, target] of window.targets.entries()) {
        if (target >= 0) sums[row % streams.batch].add(target, losses[row], ranking, row);
      }
    }
    for (const [b, place] of places.entries()) scores[place] = sums[b].score;
  }
  return scores;
}

/** Makes the entries of tokens. */
export class TokenScores {
  #texts: TokenTexts;

  constructor(tokenizer: Tokenizer) {
    this.#texts = new TokenTexts(tokenizer);
  }

  /** Returns the entry of a token with the given loss in a row of a ranking. */
  of(id: number, loss: number, { ranks, likeliest, probabilities }: Ranking, row: number): TokenScore {
    const count = likeliest.length / ranks.length;
    const top: LikelyToken[] = [];
    for (let i = row * count; i < (row + 1) * count && likeliest[i] >= 0; i++) {
      top.push({ token: this.#texts.of(likeliest[i]), id: likeliest[i], logprob: Math.log(probabilities[i]) });
    }
    return { token: this.#texts.of(id), id, logprob: -loss, rank: ranks[row], top };
  }
}

/** Adds up the score of a text. */
class ScoreSum {
  #scores: TokenScores;
  #entries: TokenScore[] | undefined;
  #sum = 0;
  #tokens = 0;

  constructor(scores: TokenScores, hasEntries: boolean) {
    this.#scores = scores;
    this.#entries = hasEntries ? [] : undefined;
  }

  get score(): TextScore {
    const [tokens, logprob] = [this.#tokens, 0 - this.#sum];
    const meanLogprob = tokens === 0 ? null : logprob / tokens;
    return { logprob, meanLogprob, tokens, ...this.#entries && { logprobs: this.#entries } };
  }

  add(id: number, loss: number, ranking: Ranking | undefined, row: number): void {
    this.#sum += loss;
    this.#tokens++;
    if (ranking) this.#entries?.push(this.#scores.of(id, loss, ranking, row));
  }
}

/** Texts that are read side by side, each from a zero state; those that have ended are padded. */
class TextStreams implements TokenStreams {
  readonly batch: number;
  readonly bptt: number;
  readonly windows: number;
  readonly tokens: number;
  #texts: readonly Int32Array[];

  constructor(texts: readonly Int32Array[], bptt: number) {
    const counts = texts.map(({ length }) => Math.max(0, length - 1));
    this.batch = texts.length;
    this.bptt = bptt;
    this.tokens = counts.reduce((sum, count) => sum + count, 0);
    this.windows = Math.ceil(counts.reduce((a, b) => Math.max(a, b), 0) / bptt);
    this.#texts = texts;
  }

  window(index: number): Promise<Window> {
    const { batch, bptt: T } = this;
    const first = index * T;
    const inputs = new Int32Array(T * batch);
    const targets = new Int32Array(T * batch).fill(-1);
    let tokens = 0;
    for (const [b, ids] of this.#texts.entries()) {
      const count = Math.min(T, ids.length - 1 - first);
      for (let t = 0; t < count; t++) {
        inputs[t * batch + b] = ids[first + t];
        targets[t * batch + b] = ids[first + t + 1];
      }
      tokens += Math.max(0, count);
    }
    const begins = index === 0 ? Array.from(this.#texts.keys()) : [];
    return Promise.resolve({ T, inputs, targets, tokens, allTokens: tokens, begins });
  }
}
