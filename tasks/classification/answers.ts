import type { WordWeight } from "./explanation.ts";

/** The prediction for a text. */
export interface Classification {
  /** The most probable label. */
  readonly label: string;
  /** The probability of `label`. */
  readonly confidence: number;
  /** The probability of each label. */
  readonly probabilities: Readonly<Record<string, number>>;
  /** Whether only the beginning of the text was read. */
  readonly isTruncated: boolean;
}

/** All explanation methods. */
export const EXPLANATION_METHODS: readonly ExplanationMethod[] = ["attention", "omission"];

/** Methods of weighting words: by their attention, or by the drop in log-probability when the word is left out. */
export type ExplanationMethod = "attention" | "omission";

/** The prediction for a text with a weight for each word. */
export interface Explanation extends Classification {
  /** The method by which the words were weighted. */
  readonly method: ExplanationMethod;
  /** The words in text order. */
  readonly words: readonly WordWeight[];
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
