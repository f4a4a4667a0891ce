import type { FoundLabel } from "../greedy.ts";
import type { PrefixScorer } from "./scorer.ts";

/** Finds where labels that arrive in parts are a whole text, such as one of the words of a lexicon. */
export class WholeTexts {
  // Nothing looks into the states of a scorer.
  // deno-lint-ignore no-explicit-any
  #lexicon: PrefixScorer<any> | undefined;
  #state: unknown;

  /** `lexicon` tells which texts may end. Default: all of them. */
  constructor(lexicon?: PrefixScorer<unknown>) {
    this.#lexicon = lexicon;
    this.#state = lexicon?.begin();
  }

  /** Takes the labels of the longest whole text from the front of some, and returns them. */
  take(labels: FoundLabel[]): FoundLabel[] {
    const { count, state } = this.#longest(labels);
    this.#state = state;
    return labels.splice(0, count);
  }

  /** Returns the labels of the longest whole text at the beginning of some. */
  cut(labels: readonly FoundLabel[]): readonly FoundLabel[] {
    return labels.slice(0, this.#longest(labels).count);
  }

  #longest(labels: readonly FoundLabel[]): { readonly count: number; readonly state: unknown } {
    const lexicon = this.#lexicon;
    if (lexicon === undefined) return { count: labels.length, state: undefined };
    let [longest, state] = [{ count: 0, state: this.#state }, this.#state];
    for (const [i, { label }] of labels.entries()) {
      state = lexicon.extend(state, label).state;
      if (lexicon.end(state) > -Infinity) longest = { count: i + 1, state };
    }
    return longest;
  }
}
