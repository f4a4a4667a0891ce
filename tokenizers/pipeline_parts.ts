import type { AddedToken } from "./added_tokens.ts";
import type { Decoder } from "./decoders/decoder.ts";
import type { Model } from "./models/model.ts";
import type { Normalizer } from "./normalizers/normalizer.ts";
import type { Padding } from "./padding.ts";
import type { PostProcessor } from "./post_processors/post_processor.ts";
import type { PreTokenizer } from "./pre_tokenizers/pre_tokenizer.ts";
import type { Trainer, TrainingProgress } from "./trainers/trainer.ts";
import type { Truncation } from "./truncation.ts";
import { FLAG, FUNCTION, having, type Kinds, LIST } from "./options.ts";

/** What a `PipelineTokenizer` is made of. Only the model must be there. */
export interface PipelineParts {
  /** Rewrites the text. */
  readonly normalizer?: Normalizer;
  /** Cuts the text into pieces; the whole text is one piece where absent. */
  readonly preTokenizer?: PreTokenizer;
  /** Turns each piece into tokens. */
  readonly model: Model;
  /** Adds special tokens. */
  readonly postProcessor?: PostProcessor;
  /** Turns tokens back into text; spaces stand between the tokens where absent. */
  readonly decoder?: Decoder;
  /** Tokens that are found in the text as they stand. */
  readonly addedTokens?: readonly AddedToken[];
  /** The greatest length of an {@linkcode Encoding}. */
  readonly truncation?: Truncation;
  /** Makes each {@linkcode Encoding} of a batch as long as the others. */
  readonly padding?: Padding;
}

/** The kinds of a tokenizer's parts but for the model and the added tokens. */
const SHARED_KINDS: Kinds<Omit<PipelineParts, "model" | "addedTokens">> = {
  normalizer: having("normalize"),
  preTokenizer: having("split"),
  postProcessor: having("process"),
  decoder: having("stream"),
  truncation: having("truncate"),
  padding: having("pad"),
};

/** The kinds of a tokenizer's parts. */
export const PART_KINDS: Kinds<PipelineParts> = { ...SHARED_KINDS, model: having("tokenize"), addedTokens: LIST };

/** How `PipelineTokenizer.train` makes a tokenizer. */
export interface TrainOptions extends Omit<PipelineParts, "model" | "addedTokens"> {
  /** Makes the model; its special tokens become added tokens. */
  readonly trainer: Trainer;
  /** Tokens that are found in the text as they stand, and are text like any other; they get the last ids. */
  readonly plainTokens?: readonly string[];
  /** Called now and then. */
  readonly onProgress?: (progress: TrainingProgress) => void;
}

/** The kinds of what training takes. */
export const TRAIN_KINDS: Kinds<TrainOptions> = {
  ...SHARED_KINDS,
  trainer: having("train"),
  plainTokens: LIST,
  onProgress: FUNCTION,
};

/** Options of `PipelineTokenizer.encoding`. */
export interface EncodingOptions {
  /** Whether the post-processor adds its special tokens, as by default. */
  addSpecialTokens?: boolean;
}

/** The kinds of `EncodingOptions`. */
export const ENCODING_KINDS: Kinds<EncodingOptions> = { addSpecialTokens: FLAG };

/** Options of `PipelineTokenizer.decode`. */
export interface DecodeOptions {
  /** Whether special tokens are left out; false by default. */
  skipSpecialTokens?: boolean;
}

/** The kinds of `DecodeOptions`. */
export const DECODE_KINDS: Kinds<DecodeOptions> = { skipSpecialTokens: FLAG };

/** A text, or a pair of texts. */
export type TextInput = string | readonly [text: string, pair: string];
