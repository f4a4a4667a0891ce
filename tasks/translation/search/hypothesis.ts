/** What a model says after a step: for each row, a hypothesis, a run of numbers. Views that are good until the next step. */
export interface StepOutput {
  /** How likely each of the V symbols comes next, [rows, V]. */
  readonly probabilities: Float32Array;
  /** How much the step looked at each of the S source symbols, [rows, S]; none without attention. */
  readonly attention: Float32Array | undefined;
}

/**
 * What is searched: a model that continues B sequences, several hypotheses of each side by side. The rows of a step are [K, B]: row k B + b is the
 * k-th hypothesis of sequence b.
 */
export interface StepModel {
  /** Sequences B. */
  readonly sequences: number;
  /** Symbols V. */
  readonly vocabulary: number;
  /** The symbol that begins and ends every sequence. */
  readonly boundary: number;
  /** Source symbols of each sequence, of the S in all. */
  readonly sourceLengths: ArrayLike<number>;
  /** Feeds a symbol to every row; `parents` has the row of the step before that each row continues, at first rows of k = 0. */
  step(symbols: Int32Array, parents: Int32Array): StepOutput;
  /** From the next step on there are only these of its sequences, in this order; `parents` still names rows of the step before. */
  select(places: Int32Array): void;
}

/** A sequence of symbols, whole or not yet. */
export interface Hypothesis {
  /** The symbols, without beginning and end. */
  readonly symbols: readonly number[];
  /** The logarithm of its probability. */
  readonly logProbability: number;
  /** By what hypotheses are compared: the logarithm with its penalties. */
  readonly score: number;
  /** How much each step looked at each source symbol, the step of the end last; none without attention. */
  readonly attention: readonly Float32Array[];
}

/** The row of a step that belongs to hypothesis k of a sequence. */
export function rowOf(
  output: StepOutput,
  { vocabulary, sequences, sourceLengths }: StepModel,
  [k, sequence]: [number, number],
): {
  probabilities: Float32Array;
  attention: Float32Array | undefined;
} {
  const row = k * sequences + sequence;
  const { probabilities, attention } = output;
  const S = attention ? attention.length / (probabilities.length / vocabulary) : 0;
  return {
    probabilities: probabilities.subarray(row * vocabulary, (row + 1) * vocabulary),
    attention: attention?.slice(row * S, row * S + sourceLengths[sequence]),
  };
}
