import type { Tokenizer } from "../../../tokenizers/mod.ts";
import type { TokenPrefix, TokenPrefixes } from "./token_prefixes.ts";
import type { WordModel } from "./word_scorer.ts";

/** Tokens that have been read, and their log-probability. */
interface ReadTokens {
  readonly prefix: TokenPrefix;
  readonly score: number;
}

/** The words of a prefix, as a language model of subwords reads them. */
export interface SubwordState extends ReadTokens {
  /** The last words with spaces between: those whose tokens a further word may change. */
  readonly text: string;
  /** Their tokens. */
  readonly ids: readonly number[];
  /** The tokens before them. */
  readonly before: ReadTokens;
}

/**
 * Scores words by their subwords: each word adds what the tokens of the text with it add to those without it. A word
 * that changes earlier tokens is read anew from the last place at which the tokenizer cuts texts, so that a state takes
 * as much memory after hours as at the start. `boundary` is the token after each text.
 */
export function subwordModel(
  prefixes: TokenPrefixes,
  tokenizer: Tokenizer,
  boundary: number | undefined,
): WordModel<SubwordState> {
  const emptyAfter = ({ prefix, score }: ReadTokens): SubwordState => ({
    ...{ text: "", ids: [], prefix, score },
    before: { prefix, score },
  });
  return {
    begin: () => emptyAfter({ prefix: prefixes.start, score: 0 }),
    add: (state, word) => {
      if (tokenizer.unknownId === undefined && tokenizer.unknownSymbols(word).length > 0) {
        return { state, score: -Infinity };
      }
      const longer = state.text === "" ? word : `${state.text} ${word}`;
      const isCut = state.text !== "" && tokenizer.boundary(longer) === state.text.length;
      const { before, ids: read, prefix, score } = isCut ? emptyAfter(state) : state;
      const text = isCut ? ` ${word}` : longer;
      const ids = [...tokenizer.encodePrompt(text)];
      const isLonger = read.every((id, i) => ids[i] === id);
      const from = isLonger ? { prefix, score } : before;
      const extended = prefixes.extend(from.prefix, isLonger ? ids.slice(read.length) : ids);
      const all = from.score + extended.score;
      return { state: { text, ids, before, prefix: extended.state, score: all }, score: all - state.score };
    },
    end: ({ prefix }) => boundary === undefined ? 0 : prefixes.extend(prefix, [boundary]).score,
    prepare: (states) => prefixes.read(states.map(({ prefix }) => prefix)),
  };
}
