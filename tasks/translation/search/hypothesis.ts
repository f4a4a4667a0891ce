/** What a model says after a step: for each row, a hypothesis, a run of numbers. Views that are good until the next step. */
export interface StepOutput {
  /** How likely each of the V symbols comes next, [rows, V]. */
  readonly probabilities: Float32Array;
  /**
   * The symbols with the largest probabilities of each row, [rows, L] for some L, the largest first and equal ones ascending; -1 where there are
   * no more. The search looks for them itself if a model does not say, or if those that it says are too few.
   */
  readonly likeliest?: Int32Array;
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

/** What a model says of one hypothesis. Views that are good until the next step. */
export interface RowOutput {
  /** How likely each of the V symbols comes next. */
  readonly probabilities: Float32Array;
  /** As many of the likeliest symbols as the model says. */
  readonly likeliest: Int32Array | undefined;
  /** How much the step looked at each symbol of the source. */
  readonly attention: Float32Array | undefined;
}

/** The row of a step that belongs to hypothesis k of a sequence. */
export function rowOf(
  { probabilities, likeliest, attention }: StepOutput,
  { vocabulary, sequences, sourceLengths }: StepModel,
  [k, sequence]: [number, number],
): RowOutput {
  const rows = probabilities.length / vocabulary;
  const row = k * sequences + sequence;
  const part = <T extends Float32Array | Int32Array>(all: T): T => {
    const width = all.length / rows;
    return all.subarray(row * width, (row + 1) * width) as T;
  };
  return {
    probabilities: part(probabilities),
    likeliest: likeliest && part(likeliest),
    attention: attention && part(attention).subarray(0, sourceLengths[sequence]),
  };
}
