/** One translation of a sentence. */
export interface Alternative {
  /** The translation. */
  readonly text: string;
  /** Its score, by which alternatives are ordered: the logarithm of its probability with the length's penalty. */
  readonly score: number;
  /** Its tokens and, last, the end: the rows of the attention. */
  readonly tokens: readonly string[];
  /** How much each of these looked at each source token; empty without attention. */
  readonly attention: readonly Float32Array[];
}

/** What a translator makes of a sentence. */
export interface Translation extends Alternative {
  /** The source's tokens and, last, its end: the columns of the attention. */
  readonly sourceTokens: readonly string[];
  /** The `nBest` translations, the best, this one, first. */
  readonly alternatives: readonly Alternative[];
  /** Symbols of the source that the vocabulary lacks, and characters that no training sentence had. */
  readonly unknown: readonly string[];
  /** Whether only the beginning of the sentence was read. */
  readonly isTruncated: boolean;
}

/** How good translations are. */
export interface TranslatorEvaluation {
  /** Pairs. */
  readonly sentences: number;
  /** Of these, pairs with an empty side: they have no loss. */
  readonly empty: number;
  /** Of these, pairs of which a side has too many tokens: they have no loss, and only the beginning of a long source is translated. */
  readonly long: number;
  /** BLEU (Papineni et al. 2002) as sacreBLEU has it, from 0 to 100. */
  readonly bleu: number;
  /** How BLEU was computed. */
  readonly bleuSignature: string;
  /** chrF2 (Popović 2015), from 0 to 100. */
  readonly chrf: number;
  /** Share of translations that are the reference to the letter. */
  readonly exactMatch: number;
  /** The mean loss of the others in nats per symbol. */
  readonly loss: number;
  /** Share of the symbols that were the likeliest after the reference's symbols before. */
  readonly tokenAccuracy: number;
  /** The translations. */
  readonly translations: readonly string[];
}
