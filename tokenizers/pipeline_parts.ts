import type { AddedToken } from "./added_tokens.ts";
import type { Decoder } from "./decoders/decoder.ts";
import type { Model } from "./models/model.ts";
import type { Normalizer } from "./normalizers/normalizer.ts";
import type { Padding } from "./padding.ts";
import type { PostProcessor } from "./post_processors/post_processor.ts";
import type { PreTokenizer } from "./pre_tokenizers/pre_tokenizer.ts";
import type { Trainer, TrainingProgress } from "./trainers/trainer.ts";
import type { Truncation } from "./truncation.ts";

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

/** How `PipelineTokenizer.train` makes a tokenizer. */
export interface TrainOptions extends Omit<PipelineParts, "model" | "addedTokens"> {
  /** Makes the model; its special tokens become added tokens. */
  readonly trainer: Trainer;
  /** Tokens that are found in the text as they stand, and are text like any other; they get the last ids. */
  readonly plainTokens?: readonly string[];
  /** Called now and then. */
  readonly onProgress?: (progress: TrainingProgress) => void;
}

/** Options of `PipelineTokenizer.encoding`. */
export interface EncodingOptions {
  /** Whether the post-processor adds its special tokens, as by default. */
  addSpecialTokens?: boolean;
}

/** Options of `PipelineTokenizer.decode`. */
export interface DecodeOptions {
  /** Whether special tokens are left out; false by default. */
  skipSpecialTokens?: boolean;
}

/** A text, or a pair of texts. */
export type TextInput = string | readonly [text: string, pair: string];
