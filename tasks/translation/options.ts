import type { AttentionKind, Engine } from "../../src/nn/mod.ts";
import type { Checkpoint, RunOptions } from "../../src/train/mod.ts";
import type { Tokenizer } from "../../tokenizers/mod.ts";
import type { Cell } from "../language_modeling/mod.ts";
import type { Bridge } from "./config.ts";
import type { Translator } from "./model.ts";
import type { LengthNorm } from "./search/mod.ts";
import type { TranslationFitSettings } from "./settings.ts";

/** Options of `Translator.create`. */
export interface TranslatorCreateOptions {
  /** Source text to ids. */
  readonly sourceTokenizer: Tokenizer;
  /** Ids to target text; the source's own where absent. */
  readonly targetTokenizer?: Tokenizer;
  /** The recurrent cell; lstm where absent. */
  readonly cell?: Cell;
  /** Embedding size; 256 where absent. */
  readonly embed?: number;
  /** Hidden size of the decoder; 512 where absent. */
  readonly hidden?: number;
  /** Hidden size of each of the encoder's directions; half of the decoder's where absent. */
  readonly encoderHidden?: number;
  /** Stacked layers of encoder and decoder; 1 where absent. */
  readonly layers?: number;
  /** What becomes of the encoder's last states; dense where absent. */
  readonly bridge?: Bridge;
  /** How the decoder looks at the source; additive where absent. */
  readonly attention?: AttentionKind | "none";
  /** Heads of multi-head attention; 4 where absent. */
  readonly heads?: number;
  /** Whether a step's readout is fed into the next step; false where absent. */
  readonly inputFeeding?: boolean;
  /** Whether the output weights are the target embeddings; true where absent. */
  readonly tied?: boolean;
  /** Whether source and target have the same embeddings; true with one tokenizer for both where absent. */
  readonly shared?: boolean;
  /** Dropout rate between layers and on what is read out; 0.3 where absent. */
  readonly dropout?: number;
  /** Dropout rate on the embeddings, one mask for all time steps; 0.3 where absent. */
  readonly inputDropout?: number;
  /** Most tokens of a sentence; 200 where absent. */
  readonly maxTokens?: number;
  /** Seed of the first weights; 1 where absent. */
  readonly seed?: number;
  /** The engine in whose memory the model lives; `Engine.default()` where absent. */
  readonly engine?: Engine;
}

/** Options of `fit`: how to train, where absent as `TranslationFitSettings` says, and what to keep. */
export interface TranslationFitOptions extends Partial<TranslationFitSettings>, RunOptions {
  /** The run to continue; other settings than its own are refused, except more epochs or steps. */
  readonly checkpoint?: Checkpoint<TranslationFitSettings>;
}

/** Options of `translate`: how translations are looked for. */
export interface TranslateOptions {
  /** Hypotheses that are followed; 5 where absent. With 1 the search is greedy. */
  readonly beam?: number;
  /** How scores of different lengths are made comparable; wu where absent. */
  readonly lengthNorm?: LengthNorm;
  /** The exponent of the length; 1 where absent. */
  readonly lengthPenalty?: number;
  /** How much it counts when parts of the source were not looked at (Wu et al. 2016); 0 where absent. */
  readonly coveragePenalty?: number;
  /** Translations of each sentence that are given; 1 where absent. */
  readonly nBest?: number;
  /** Fewest symbols of a translation; 0 where absent. */
  readonly minLength?: number;
  /** Most symbols of a translation for each symbol of the source, ten more being free; 2 where absent. */
  readonly maxLengthRatio?: number;
  /** Length of runs of symbols that may not come twice; 0, none, where absent. */
  readonly blockNgrams?: number;
  /** Whether an unknown word becomes the source word that was looked at most; true where absent. */
  readonly replaceUnknown?: boolean;
  /** Translators whose probabilities are averaged with this one's; they must have the same vocabularies. */
  readonly ensemble?: readonly Translator[];
  /** Sentences that are translated side by side; 64 where absent. */
  readonly batch?: number;
  /** Stops between batches; its reason is thrown. */
  readonly signal?: AbortSignal;
}

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
export interface TranslationEvaluation {
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
