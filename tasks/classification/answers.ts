import type { LabelEvaluation } from "../labels/mod.ts";
import type { WordWeight } from "./explanation.ts";

/** The evaluation of a classifier on labeled texts. */
export interface ClassifierEvaluation extends LabelEvaluation {
  /** Number of texts. */
  readonly texts: number;
  /** Number of texts that were truncated. */
  readonly truncated: number;
  /** Share of padding in the batches. The recurrent layers skip padding. */
  readonly paddedShare: number;
}

/**
 * Options of `Classifier.evaluate`.
 *
 * @example
 * ```ts
 * import { Classifier, treebankTokenizer } from "@elman/elman";
 * import type { ClassifierEvaluateOptions } from "@elman/elman/tasks";
 * import { assertEquals } from "@std/assert";
 *
 * const train = ["fine war", "dull", "war", "fine"].map((text) => ({ text, labels: text.split(" ") }));
 * const tokenizer = treebankTokenizer(train.map(({ text }) => text));
 * const labels = ["dull", "fine", "war"];
 * const model = Classifier.create({ tokenizer, labels, architecture: "linear", multiLabel: true });
 * await model.fit(train);
 * const fast: ClassifierEvaluateOptions = { intervals: false };
 * const { microF1, microF1Interval } = await model.evaluate(train, fast);
 * assertEquals([microF1, microF1Interval], [1, undefined]);
 * ```
 */
export interface ClassifierEvaluateOptions {
  /**
   * Whether to compute the confidence intervals of micro and macro F1, if a text may have several labels: 999 times the
   * work of the figures themselves. Default: true.
   */
  readonly intervals?: boolean;
  /** Stops the evaluation. */
  readonly signal?: AbortSignal;
}

/** The prediction for a text. */
export interface Classification {
  /** The most probable label. */
  readonly label: string;
  /**
   * For multi-label classifiers: the labels whose probability reaches their threshold, the most probable first. There
   * may be none, although `label` still names the most probable one.
   */
  readonly labels?: readonly string[];
  /** The probability of `label`. */
  readonly confidence: number;
  /** The probability of each label; those of a multi-label classifier do not sum to 1. */
  readonly probabilities: Readonly<Record<string, number>>;
  /** Whether only the beginning of the text was read. */
  readonly isTruncated: boolean;
}

/** All explanation methods. */
export const EXPLANATION_METHODS: readonly ExplanationMethod[] = ["attention", "omission", "mutation"];

/**
 * Methods of weighting words: by their attention, by the drop in log-probability when the word is left out, or, for the
 * letters of a sequence, when another letter replaces it.
 */
export type ExplanationMethod = "attention" | "omission" | "mutation";

/** How each substitution of a letter of a sequence changes the log-probability of its label, in nats. */
export interface MutationMap {
  /** The sequence as it is read: in upper case, without white space. */
  readonly sequence: string;
  /** The letters of the alphabet. */
  readonly letters: readonly string[];
  /**
   * The change for each letter and position, `[letters][positions]`; 0 for the sequence's own letter. A change below 0
   * means that the substitution speaks against the label.
   */
  readonly changes: readonly (readonly number[])[];
}

/** The prediction for a text with a weight for each word. */
export interface Explanation extends Classification {
  /** The method by which the words were weighted. */
  readonly method: ExplanationMethod;
  /** The words in text order. */
  readonly words: readonly WordWeight[];
  /** With "mutation": the effect of every substitution of a letter. */
  readonly mutations?: MutationMap;
}

/** The result of `calibrate`. */
export interface Calibration {
  /** The fitted temperature, which now divides the logits. */
  readonly temperature: number;
  /** Expected calibration error before. */
  readonly before: number;
  /** Expected calibration error after. */
  readonly after: number;
}
