import type { WordVectors } from "../../src/formats/mod.ts";
import type { Tokenizer } from "../../tokenizers/mod.ts";
import type { EngineChoice, FitOptions } from "../task_model/mod.ts";
import type { ClassifierConfig, ClassifierInitialisation, ClassifierSettings } from "./hyperparameters.ts";

/** Options of `Classifier.create`. */
export interface ClassifierOptions
  extends
    Partial<Omit<ClassifierConfig, "vocabSize" | "labels" | "temperature" | "thresholds" | "linear">>,
    Partial<ClassifierInitialisation>,
    EngineChoice {
  /** The tokenizer; `treebankTokenizer` makes one. */
  readonly tokenizer: Tokenizer;
  /** The labels, at least two; see `labelsOf`. */
  readonly labels: readonly string[];
  /** Pretrained word vectors that initialize the embeddings. */
  readonly vectors?: WordVectors;
}

/**
 * Options of `Classifier.fromLanguageModel`; tokenizer and sizes come from the language model, whose recurrent layers
 * read embeddings, not a convolution of them.
 */
export type ClassifierStartOptions = Omit<
  ClassifierOptions,
  "tokenizer" | "vectors" | "cell" | "mogrifierRounds" | "embed" | "conv" | "filters" | "convPool" | "hidden" | "layers"
>;

/**
 * Options of a classifier's `fit`.
 *
 * @example
 * ```ts
 * import { Classifier, type ClassifierFitOptions, treebankTokenizer } from "@elman/elman";
 * import { assertEquals } from "@std/assert";
 *
 * const options: ClassifierFitOptions = { epochs: 2, learningRate: 0.01 };
 * const train = [{ text: "a fine film", label: "good" }, { text: "a dull film", label: "bad" }];
 * const tokenizer = treebankTokenizer(train.map(({ text }) => text));
 * const model = Classifier.create({ tokenizer, labels: ["bad", "good"], hidden: 4 });
 * assertEquals((await model.fit(train, options)).epochs.length, 2);
 * ```
 */
export type ClassifierFitOptions = FitOptions<ClassifierSettings>;
