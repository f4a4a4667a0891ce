/**
 * Scores the texts of prefixes while they grow, such as a language model. A state stands for one prefix; it is never
 * changed.
 */
export interface PrefixScorer<S> {
  /** The most that a label can add to the score. Default: 0, as for log-probabilities. */
  readonly most?: number;
  /** Returns the state of the empty prefix. */
  begin(): S;
  /**
   * Appends a label. Returns the state of the longer prefix and what the label adds to the score, in nats; -Infinity
   * excludes the prefix and all that continue it.
   */
  extend(state: S, label: number): Extension<S>;
  /** Returns what the end of the text adds to the score. */
  end(state: S): number;
  /** Prepares prefixes that may be extended next, so that a network reads them side by side. */
  prepare?(states: readonly S[]): void;
}

/** The state after a prefix was extended, and what that adds to the score. */
export interface Extension<S> {
  readonly state: S;
  readonly score: number;
}

/** A scorer and the factor of its scores. */
export interface WeightedScorer {
  // Each scorer has states of its own, which nothing else looks into.
  // deno-lint-ignore no-explicit-any
  readonly scorer: PrefixScorer<any>;
  /** Default: 1. */
  readonly weight?: number;
}

/** Returns a scorer whose scores are the weighted sums of those of others. */
export function combineScorers(parts: readonly WeightedScorer[]): PrefixScorer<readonly unknown[]> {
  const weighted = (score: number, { weight = 1 }: WeightedScorer): number =>
    // A weight of 0 does not admit what is excluded.
    score === -Infinity ? score : weight * score;
  return {
    most: parts.reduce((sum, { scorer, weight = 1 }) => sum + weight * (scorer.most ?? 0), 0),
    begin: () => parts.map(({ scorer }) => scorer.begin()),
    extend: (states, label) => {
      const next: unknown[] = [];
      let score = 0;
      for (const [i, part] of parts.entries()) {
        const extension = part.scorer.extend(states[i], label);
        score += weighted(extension.score, part);
        // Nothing is asked about an excluded prefix, so the other scorers need not follow it.
        if (score === -Infinity) return { state: states, score };
        next.push(extension.state);
      }
      return { state: next, score };
    },
    end: (states) => parts.reduce((sum, part, i) => sum + weighted(part.scorer.end(states[i]), part), 0),
    prepare: (all) => parts.forEach(({ scorer }, i) => scorer.prepare?.(all.map((states) => states[i]))),
  };
}
