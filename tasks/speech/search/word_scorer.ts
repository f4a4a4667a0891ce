import type { Extension, PrefixScorer } from "./scorer.ts";

/** Scores texts word by word. */
export interface WordModel<S> {
  /** Returns the state before the first word. */
  begin(): S;
  /** Appends a word. */
  add(state: S, word: string): Extension<S>;
  /** Returns what the end of the text adds to the score. */
  end(state: S): number;
  /** Prepares states from which words may follow. */
  prepare?(states: readonly S[]): void;
}

/** The words of a prefix that have ended, and the beginning of the next one. */
export interface WordState<S> {
  readonly words: S;
  readonly open: string;
}

/**
 * Returns a scorer of labels by words: a word is scored when a space or the text's end follows. `texts` has the text of
 * each label.
 */
export function scoreWords<S>(texts: readonly string[], model: WordModel<S>): PrefixScorer<WordState<S>> {
  const endWord = ({ words, open }: WordState<S>): Extension<S> =>
    open === "" ? { state: words, score: 0 } : model.add(words, open);
  return {
    begin: () => ({ words: model.begin(), open: "" }),
    extend: (state, label) => {
      const parts = texts[label].split(/\s/);
      let [words, open, score] = [state.words, state.open + parts[0], 0];
      for (const part of parts.slice(1)) {
        const ended = endWord({ words, open });
        [words, open, score] = [ended.state, part, score + ended.score];
      }
      return { state: { words, open }, score };
    },
    end: (state) => {
      const { state: words, score } = endWord(state);
      return score + model.end(words);
    },
    prepare: model.prepare && ((states) => model.prepare!(states.map(({ words }) => words))),
  };
}

/** Returns a scorer that adds a bonus for each word, since language models prefer texts of few words. */
export function wordBonus(texts: readonly string[], bonus: number): PrefixScorer<WordState<null>> {
  const mostWords = Math.max(...texts.map((text) => text.split(/\s/).length - 1));
  return {
    ...scoreWords(texts, { begin: () => null, add: () => ({ state: null, score: bonus }), end: () => 0 }),
    most: Math.max(0, bonus) * mostWords,
  };
}
