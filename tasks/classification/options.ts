import type { Engine } from "../../src/engine/mod.ts";
import type { WordVectors } from "../../src/formats/mod.ts";
import type { Checkpoint, RunOptions } from "../../src/train/mod.ts";
import type { Tokenizer } from "../../tokenizers/mod.ts";
import type { Cell } from "../language_modeling/mod.ts";
import type { Pooling } from "./config.ts";
import type { WordWeight } from "./explanation.ts";
import type { SentimentFitSettings } from "./settings.ts";

/** How a classifier reads and what it leaves out in training, whatever it begins with. */
export interface SentimentReadingOptions {
  /** The labels, at least two; see `labelsOf`. */
  readonly labels: readonly string[];
  /**
   * Networks that read a text each on its own, differ in their first weights, and are asked for their mean score (Lakshminarayanan et al. 2017);
   * 1 where absent.
   */
  readonly members?: number;
  /** Whether texts are also read backwards; true where absent, false for a classifier that begins as a language model. */
  readonly bidirectional?: boolean;
  /** How the states of a text become one vector; concat where absent. */
  readonly pooling?: Pooling;
  /** Most tokens of a text that are read; 2,000 where absent. */
  readonly maxTokens?: number;
  /** Dropout rate between layers and before the classifier; 0.5 where absent. */
  readonly dropout?: number;
  /** Dropout rate on the embeddings, one mask for all time steps; 0 where absent. */
  readonly inputDropout?: number;
  /** Share of the vocabulary whose vectors are dropped in a batch; 0 where absent. */
  readonly embedDropout?: number;
  /** Share of the words that are read as unknown in training; 0 where absent. */
  readonly wordDropout?: number;
  /** Seed of the first weights; 1 where absent. */
  readonly seed?: number;
  /** The engine in whose memory the model lives; `Engine.default()` where absent. */
  readonly engine?: Engine;
}

/** Options of `SentimentClassifier.create`. */
export interface SentimentCreateOptions extends SentimentReadingOptions {
  /** Text to ids; `wordTokenizer` makes one. */
  readonly tokenizer: Tokenizer;
  /** The recurrent cell; lstm where absent. */
  readonly cell?: Cell;
  /** Embedding size; that of the vectors, or 100 where absent. */
  readonly embed?: number;
  /** Hidden size of each direction; 128 where absent. */
  readonly hidden?: number;
  /** Stacked layers; 1 where absent. */
  readonly layers?: number;
  /** Word vectors with which the embeddings begin. */
  readonly vectors?: WordVectors;
}

/** Options of `fit`: how to train, where absent as `SentimentFitSettings` says, and what to keep. */
export interface SentimentFitOptions extends Partial<SentimentFitSettings>, RunOptions {
  /** The run to continue; other settings than its own are refused, except more epochs or steps. */
  readonly checkpoint?: Checkpoint<SentimentFitSettings>;
}

/** What a classifier says of a text. */
export interface Classification {
  /** The likeliest label. */
  readonly label: string;
  /** Its probability. */
  readonly confidence: number;
  /** The probability of each label. */
  readonly probabilities: Readonly<Record<string, number>>;
  /** Whether only the beginning of the text was read. */
  readonly isTruncated: boolean;
}

/** How words are weighed: by attention, or by how the score falls when a word is left out. */
export type ExplanationMethod = "attention" | "omission";

/** What a classifier says of a text, and because of which words. */
export interface Explanation extends Classification {
  /** How the words were weighed. */
  readonly method: ExplanationMethod;
  /** The words in their order. */
  readonly words: readonly WordWeight[];
}

/** What `calibrate` found. */
export interface Calibration {
  /** What logits are divided by from now on. */
  readonly temperature: number;
  /** Expected calibration error on the texts before. */
  readonly before: number;
  /** Expected calibration error on the texts after. */
  readonly after: number;
}
