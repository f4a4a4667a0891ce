import type { WordWeight } from "./explanation.ts";

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

/** The ways to weigh the words of a text. */
export const EXPLANATION_METHODS: readonly ExplanationMethod[] = ["attention", "omission"];

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
