import type { Tokenizer } from "../../../tokenizers/mod.ts";
import type { TokenPrefix, TokenPrefixes } from "./token_prefixes.ts";
import type { WordModel } from "./word_scorer.ts";

/** The words of a prefix, as a language model of subwords reads them. */
export interface SubwordState {
  /** The words with spaces between. */
  readonly text: string;
  /** Their tokens, and the prefix after them. */
  readonly ids: readonly number[];
  readonly prefix: TokenPrefix;
  /** The log-probability of the tokens. */
  readonly score: number;
}

/**
 * Scores words by their subwords: each word adds what the tokens of the text with it add to those without it. A word
 * that changes earlier tokens is read anew from the start of the text. `boundary` is the token after each text.
 */
export function subwordModel(
  prefixes: TokenPrefixes,
  tokenizer: Tokenizer,
  boundary: number | undefined,
): WordModel<SubwordState> {
  return {
    begin: () => ({ text: "", ids: [], prefix: prefixes.start, score: 0 }),
    add: (state, word) => {
      if (tokenizer.unknownId === undefined && tokenizer.unknownSymbols(word).length > 0) {
        return { state, score: -Infinity };
      }
      const text = state.text === "" ? word : `${state.text} ${word}`;
      const ids = [...tokenizer.encodePrompt(text)];
      const isLonger = state.ids.every((id, i) => ids[i] === id);
      const [from, read, before] = isLonger ? [state.prefix, state.ids.length, state.score] : [prefixes.start, 0, 0];
      const extended = prefixes.extend(from, ids.slice(read));
      const score = before + extended.score;
      return { state: { text, ids, prefix: extended.state, score }, score: score - state.score };
    },
    end: ({ prefix }) => boundary === undefined ? 0 : prefixes.extend(prefix, [boundary]).score,
    prepare: (states) => prefixes.read(states.map(({ prefix }) => prefix)),
  };
}
