import type { AddedToken } from "./added_tokens.ts";
import { ENCODE_KINDS, type EncodeOptions } from "./encode_options.ts";
import type { Decoder } from "./decoders/decoder.ts";
import type { Model } from "./models/model.ts";
import type { Normalizer } from "./normalizers/normalizer.ts";
import type { Padding } from "./padding.ts";
import type { PostProcessor } from "./post_processors/post_processor.ts";
import type { PreTokenizer } from "./pre_tokenizers/pre_tokenizer.ts";
import type { Trainer, TrainingProgress } from "./trainers/trainer.ts";
import type { Truncation } from "./truncation.ts";
import { FLAG, FUNCTION, having, type Kinds, LIST, NUMBER } from "./options.ts";

/** The parts of a `PipelineTokenizer`. Only the model is required. */
export interface PipelineParts {
  /** Rewrites the text. */
  readonly normalizer?: Normalizer;
  /** Splits the text into pieces. Default: the whole text is one piece. */
  readonly preTokenizer?: PreTokenizer;
  /** Turns each piece into tokens. */
  readonly model: Model;
  /** Adds special tokens. */
  readonly postProcessor?: PostProcessor;
  /** Turns tokens back into text. Default: tokens joined with spaces. */
  readonly decoder?: Decoder;
  /** Tokens matched verbatim in the text. */
  readonly addedTokens?: readonly AddedToken[];
  /** Limits the length of each {@linkcode Encoding}. */
  readonly truncation?: Truncation;
  /** Pads the encodings of a batch to equal length. */
  readonly padding?: Padding;
}

/** The kinds of a tokenizer's parts, except the model and the added tokens. */
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

/** Options of `PipelineTokenizer.train`. */
export interface TrainOptions extends Omit<PipelineParts, "model" | "addedTokens"> {
  /** Trains the model; its special tokens become added tokens. */
  readonly trainer: Trainer;
  /** Ordinary tokens matched verbatim in the text; they get the last ids. */
  readonly plainTokens?: readonly string[];
  /**
   * Number of distinct pieces that are counted exactly. If the corpus has more, the rarest are dropped while counting.
   * Default: 33,554,432.
   */
  readonly maxDistinct?: number;
  /** Called periodically with the progress. */
  readonly onProgress?: (progress: TrainingProgress) => void;
}

/** The kinds of the training options. */
export const TRAIN_KINDS: Kinds<TrainOptions> = {
  ...SHARED_KINDS,
  trainer: having("train"),
  plainTokens: LIST,
  maxDistinct: NUMBER,
  onProgress: FUNCTION,
};

/** Options of `PipelineTokenizer.encoding`. */
export interface EncodingOptions extends EncodeOptions {
  /** Whether the post-processor adds its special tokens. Default: true. */
  addSpecialTokens?: boolean;
}

/** The kinds of `EncodingOptions`. */
export const ENCODING_KINDS: Kinds<EncodingOptions> = { addSpecialTokens: FLAG, ...ENCODE_KINDS };

/** Options of `PipelineTokenizer.decode`. */
export interface DecodeOptions {
  /** Whether to leave out special tokens. Default: false. */
  skipSpecialTokens?: boolean;
}

/** The kinds of `DecodeOptions`. */
export const DECODE_KINDS: Kinds<DecodeOptions> = { skipSpecialTokens: FLAG };

/** A text, or a pair of texts. */
export type TextInput = string | readonly [text: string, pair: string];
