import { textAtStart } from "./label_texts.ts";
import type { Extension, PrefixScorer } from "./scorer.ts";

/** Scores texts word by word. */
export interface WordModel<S> {
  /** Returns the state before the first word. */
  begin(): S;
  /** Appends a word. */
  add(state: S, word: string): Extension<S>;
  /**
   * Returns the most that a word which begins so can add to the score, at most what it returns for a shorter beginning.
   * It is charged while the word is spelled (look-ahead, Ortmanns and Ney 2000): otherwise words without an end, which
   * nothing has scored yet, would push whole ones out of the beam. Default: 0.
   */
  most?(state: S, beginning: string): number;
  /**
   * Whether a space may stand at the start of a text or follow another one. Default: false, since a space that costs
   * nothing would replace words that are hard to hear.
   */
  readonly allowsSpaces?: boolean;
  /** Returns what the end of the text adds to the score. */
  end(state: S): number;
  /** Prepares states from which words may follow. */
  prepare?(states: readonly S[]): void;
}

/** The words of a prefix that have ended, and the beginning of the next one. */
export interface WordState<S> {
  readonly words: S;
  readonly open: string;
  /** Log-probability that the beginning has added to the score. */
  readonly charged: number;
}

/**
 * Returns a scorer of labels by words: a word is scored when a space or the text's end follows, less what its beginning
 * was charged. `texts` has the text of each label.
 */
export function scoreWords<S>(texts: readonly string[], model: WordModel<S>): PrefixScorer<WordState<S>> {
  const endWord = ({ words, open, charged }: WordState<S>): Extension<S> => {
    if (open === "") return { state: words, score: 0 };
    const { state, score } = model.add(words, open);
    return { state, score: score - charged };
  };
  const openWord = (words: S, open: string): number => open === "" ? 0 : model.most?.(words, open) ?? 0;
  const start: WordState<S> = { words: model.begin(), open: "", charged: 0 };
  return {
    begin: () => start,
    extend: (state, label) => {
      const isStart = state.words === start.words && state.open === "";
      const text = isStart ? textAtStart(texts[label]) : texts[label];
      const parts = text.split(/\s/);
      let [words, open, charged, score] = [state.words, state.open + parts[0], state.charged, 0];
      for (const part of parts.slice(1)) {
        if (open === "" && !model.allowsSpaces) return { state, score: -Infinity };
        const ended = endWord({ words, open, charged });
        [words, open, charged, score] = [ended.state, part, 0, score + ended.score];
      }
      const most = openWord(words, open);
      if (most === -Infinity) return { state, score: most };
      return { state: { words, open, charged: most }, score: score + most - charged };
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
    ...scoreWords(texts, {
      allowsSpaces: true,
      begin: () => null,
      add: () => ({ state: null, score: bonus }),
      end: () => 0,
    }),
    most: Math.max(0, bonus) * mostWords,
  };
}
