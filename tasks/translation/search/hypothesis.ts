/** The output of a step, with one row for each hypothesis. The arrays are views that are valid until the next step. */
export interface StepOutput {
  /** Probabilities of the next symbol, `[rows, V]`. */
  readonly probabilities: Float32Array;
  /**
   * The L most probable symbols of each row, `[rows, L]` for some L, in descending order of probability and ascending
   * order of symbol; padded with -1. The search finds them itself if they are missing or too few.
   */
  readonly likeliest?: Int32Array;
  /** Attention weights over the S source symbols, `[rows, S]`; `undefined` if the model has no attention. */
  readonly attention: Float32Array | undefined;
}

/**
 * The model that a search runs: continues B sequences with up to K hypotheses each. The rows of a step have the shape
 * `[K, B]`: row k B + b is hypothesis k of sequence b.
 */
export interface StepModel {
  /** Number of sequences B. */
  readonly sequences: number;
  /** Vocabulary size V. */
  readonly vocabulary: number;
  /** The symbol that begins and ends every sequence. */
  readonly boundary: number;
  /** Number of source symbols of each sequence, at most S. */
  readonly sourceLengths: ArrayLike<number>;
  /**
   * Feeds a symbol to each row. `parents` holds the row of the previous step that each row continues; at first, rows of
   * k = 0.
   */
  step(symbols: Int32Array, parents: Int32Array): StepOutput;
  /**
   * Keeps only these sequences, in this order, from the next step on. `parents` still refers to the rows of the
   * previous step.
   */
  select(places: Int32Array): void;
}

/** A candidate output sequence with its score. */
export interface Hypothesis {
  /** The symbols, without the boundary. */
  readonly symbols: readonly number[];
  /** The log-probability, including that of the end. */
  readonly logProbability: number;
  /** The score that ranks hypotheses: the log-probability with length and coverage penalties. */
  readonly score: number;
  /**
   * Attention weights of each step over the source symbols, that of the end last; empty if the model has no attention.
   */
  readonly attention: readonly Float32Array[];
}

/** The output of a step for one hypothesis. The arrays are views that are valid until the next step. */
export interface RowOutput {
  /** Probabilities of the next symbol, `[V]`. */
  readonly probabilities: Float32Array;
  /** The most probable symbols, as many as the model gives. */
  readonly likeliest: Int32Array | undefined;
  /** Attention weights over the source symbols. */
  readonly attention: Float32Array | undefined;
}

/** Returns the part of a step's output that belongs to hypothesis k of a sequence. */
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
