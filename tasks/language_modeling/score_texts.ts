import type { Tokenizer } from "../../tokenizers/mod.ts";
import type { LanguageNetwork } from "./network.ts";
import { scoreWindows, windowSteps } from "./score_windows.ts";
import type { Ranking } from "./token_reader.ts";
import type { TokenStreams, Window } from "./windows.ts";

/** A token that could have followed. */
export interface TokenAlternative {
  /** The token's id. */
  readonly id: number;
  /** The token as text. */
  readonly token: string;
  /** Its probability. */
  readonly probability: number;
}

/** How well one token was predicted. */
export interface TokenScore {
  /** The token's id. */
  readonly id: number;
  /** The token as text. */
  readonly token: string;
  /** -log2 of its probability, in bits. */
  readonly surprisal: number;
  /** 1 + the number of tokens that were more probable. */
  readonly rank: number;
  /** The most probable tokens, the most probable first. */
  readonly alternatives: readonly TokenAlternative[];
}

/** How probable a text is. */
export interface TextScore {
  /** Natural logarithm of the text's probability. */
  readonly logProbability: number;
  /** Its mean over the tokens; null if none is predicted. */
  readonly meanLogProbability: number | null;
  /** Number of predicted tokens. */
  readonly tokens: number;
  /** The score of each predicted token, if it is asked for. */
  readonly details?: readonly TokenScore[];
}

/** Options of scoring token by token. */
export interface ScoreTextsOptions {
  /** Number of alternatives of each token; undefined for no details. */
  readonly top?: number;
  /** Aborts the scoring. */
  readonly signal?: AbortSignal;
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
  { top, signal }: ScoreTextsOptions = {},
): Promise<TextScore[]> {
  const order = Array.from(texts.keys()).sort((a, b) => texts[b].length - texts[a].length);
  const scores: TextScore[] = Array.from({ length: texts.length });
  const bptt = Math.min(MAX_WINDOW, windowSteps(network, MAX_TEXTS));
  for (let first = 0; first < order.length; first += MAX_TEXTS) {
    const places = order.slice(first, first + MAX_TEXTS);
    const sums = places.map(() => new ScoreSum(tokenizer, top));
    const streams = new TextStreams(places.map((place) => texts[place]), bptt);
    for await (const { window, losses, ranking } of scoreWindows(network, streams, { top, signal })) {
      for (const [row, target] of window.targets.entries()) {
        if (target >= 0) sums[row % streams.batch].add(target, losses[row], ranking, row);
      }
    }
    for (const [b, place] of places.entries()) scores[place] = sums[b].score;
  }
  return scores;
}

/** Describes a token that has been predicted. */
export function describeToken(
  tokenizer: Tokenizer,
  id: number,
  loss: number,
  { ranks, likeliest, probabilities }: Ranking,
  row: number,
): TokenScore {
  const top = likeliest.length / ranks.length;
  const alternatives: TokenAlternative[] = [];
  for (let i = row * top; i < (row + 1) * top && likeliest[i] >= 0; i++) {
    const token = tokenizer.decode([likeliest[i]]);
    alternatives.push({ id: likeliest[i], token, probability: probabilities[i] });
  }
  return { id, token: tokenizer.decode([id]), surprisal: loss / Math.LN2, rank: ranks[row], alternatives };
}

/** Adds up the score of a text. */
class ScoreSum {
  #tokenizer: Tokenizer;
  #details: TokenScore[] | undefined;
  #sum = 0;
  #tokens = 0;

  constructor(tokenizer: Tokenizer, top: number | undefined) {
    this.#tokenizer = tokenizer;
    this.#details = top === undefined ? undefined : [];
  }

  get score(): TextScore {
    const [tokens, logProbability] = [this.#tokens, 0 - this.#sum];
    const meanLogProbability = tokens === 0 ? null : logProbability / tokens;
    return { logProbability, meanLogProbability, tokens, ...this.#details && { details: this.#details } };
  }

  add(id: number, loss: number, ranking: Ranking | undefined, row: number): void {
    this.#sum += loss;
    this.#tokens++;
    if (ranking) this.#details?.push(describeToken(this.#tokenizer, id, loss, ranking, row));
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
    this.windows = Math.ceil(Math.max(...counts) / bptt);
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
    return Promise.resolve({ T, inputs, targets, tokens, begins });
  }
}
