/** One translation of a sentence, with its score and attention. */
export interface Alternative {
  /** The translation. */
  readonly text: string;
  /** The score that ranks alternatives: the log-probability with length and coverage penalties. */
  readonly score: number;
  /** The tokens followed by the end of sentence: the rows of the attention. */
  readonly tokens: readonly string[];
  /** The attention weights of each token over the source tokens; empty if the model has no attention. */
  readonly attention: readonly Float32Array[];
}

/** The result of translating a sentence. */
export interface Translation extends Alternative {
  /** The source tokens followed by the end of sentence: the columns of the attention. */
  readonly sourceTokens: readonly string[];
  /** The `nBest` translations, the best first. */
  readonly alternatives: readonly Alternative[];
  /** Source symbols outside the vocabulary, and characters that no training sentence contained. */
  readonly unknown: readonly string[];
  /** Whether the sentence was truncated. */
  readonly isTruncated: boolean;
}

/** The evaluation of a translator on sentence pairs. */
export interface TranslatorEvaluation {
  /** Number of pairs. */
  readonly sentences: number;
  /** Number of pairs with an empty side, which have no loss. */
  readonly empty: number;
  /**
   * Number of pairs with a side of too many tokens. They have no loss, and a long source is truncated for translation.
   */
  readonly long: number;
  /** BLEU (Papineni et al. 2002) as computed by sacreBLEU, from 0 to 100. */
  readonly bleu: number;
  /** The signature of BLEU, as in sacreBLEU. */
  readonly bleuSignature: string;
  /** chrF2 (Popović 2015), from 0 to 100. */
  readonly chrf: number;
  /** Share of translations that equal the reference, from 0 to 1. */
  readonly exactMatch: number;
  /**
   * Mean cross-entropy of the references in nats per token, including the end of sentence; with `members`, of the mean
   * of their probabilities.
   */
  readonly loss: number;
  /** Share of reference tokens that are the model's most probable token, given the preceding reference tokens. */
  readonly nextTokenAccuracy: number;
  /** The translations, in the order of the pairs. */
  readonly translations: readonly string[];
}
