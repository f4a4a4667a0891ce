import { CarriedState, type StateArrays } from "../../../src/nn/mod.ts";
import type { LanguageNetwork } from "../../language_modeling/network.ts";
import { TokenStep } from "../../language_modeling/token_step.ts";
import type { Extension } from "./scorer.ts";

/** A sequence of tokens that a language model reads. Its last token is read when the next one is asked for. */
export interface TokenPrefix {
  /** The last token. */
  readonly id: number;
  /** The states of the network before it. */
  readonly before: StateArrays;
  /** The output of the network for the whole prefix, once it has read it. */
  next: NextTokens | undefined;
}

/** The states after a prefix, and how probable each next token is. */
interface NextTokens {
  readonly states: StateArrays;
  /** Undefined if every next token is as good as any other. */
  readonly logits: Float32Array | undefined;
  /** The logarithm of the sum of exp(logits). */
  readonly normalizer: number;
}

/** Most prefixes that are read side by side. */
const MOST_ROWS = 64;

/** Reads prefixes with a language model, each once, those that are read together in one step of the network. */
export class TokenPrefixes implements Disposable {
  /** The prefix before the first token of a text. */
  readonly start: TokenPrefix;
  #network: LanguageNetwork;
  /** The steps by their number of rows, since a step that is repeated with as many rows runs fastest. */
  #steps = new Map<number, TokenStep>();

  /** `first` is the token that precedes a text; without one, the first token of a text is not predicted. */
  constructor(network: LanguageNetwork, first: number | undefined) {
    this.#network = network;
    const zeros = CarriedState.zeros(network.rnn, 1);
    const before = zeros.toArrays();
    zeros[Symbol.dispose]();
    const next = first === undefined ? { states: before, logits: undefined, normalizer: 0 } : undefined;
    this.start = { id: first ?? 0, before, next };
  }

  /** Appends tokens; the score is their log-probability. */
  extend(prefix: TokenPrefix, ids: Iterable<number>): Extension<TokenPrefix> {
    let [state, score] = [prefix, 0];
    for (const id of ids) {
      if (state.next === undefined) this.read([state]);
      const { states, logits, normalizer } = state.next!;
      if (logits) score += logits[id] - normalizer;
      state = { id, before: states, next: undefined };
    }
    return { state, score };
  }

  /** Returns the log-probability of the likeliest of some next tokens; -Infinity if there is none. */
  most(prefix: TokenPrefix, ids: Int32Array): number {
    if (prefix.next === undefined) this.read([prefix]);
    const { logits, normalizer } = prefix.next!;
    const most = ids.reduce((most, id) => Math.max(most, logits ? logits[id] : 0), -Infinity);
    return most - normalizer;
  }

  /** Reads the last tokens of prefixes that have not been read. */
  read(prefixes: readonly TokenPrefix[]): void {
    const unread = [...new Set(prefixes)].filter(({ next }) => next === undefined);
    for (let first = 0; first < unread.length; first += MOST_ROWS) this.#read(unread.slice(first, first + MOST_ROWS));
  }

  /** Frees the memory of the steps. */
  [Symbol.dispose](): void {
    for (const step of this.#steps.values()) step[Symbol.dispose]();
    this.#steps.clear();
  }

  #read(prefixes: readonly TokenPrefix[]): void {
    const step = this.#stepOf(2 ** Math.ceil(Math.log2(prefixes.length)));
    for (const [b, { id, before }] of prefixes.entries()) {
      step.carried.restore(before, b);
      step.ids[b] = id;
    }
    const rows = step.run();
    for (const [b, prefix] of prefixes.entries()) {
      const logits = rows[b].slice();
      prefix.next = { states: step.carried.toArrays(b), logits, normalizer: logSumExp(logits) };
    }
  }

  #stepOf(rows: number): TokenStep {
    const step = this.#steps.get(rows) ?? new TokenStep(this.#network, rows);
    this.#steps.set(rows, step);
    return step;
  }
}

function logSumExp(logits: Float32Array): number {
  const most = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  return most + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - most), 0));
}
