import type { Given } from "../../src/schema/mod.ts";

/** Figures of a model, by the names that they have in JSON. */
export type FoldFigures = Readonly<Record<string, number>>;

/** The measurement of a fold. */
export interface FoldOutcome {
  /** The figures, whose means are reported. */
  readonly figures: FoldFigures;
  /** Anything else that the report needs, as JSON, such as a confusion matrix. */
  readonly notes?: Given;
}

/** The report of all folds. */
export interface FoldsConclusion {
  /** Lines of text. */
  readonly lines: readonly string[];
  /** Fields of the JSON object about all folds, beside the figures. Default: none. */
  readonly fields?: Given;
  /** An SVG picture. */
  readonly picture?: string;
}

/** Data that have been divided into folds. */
export interface Folds<D> {
  /** The data of each fold: one part is held out as test data, the others are for training and validation. */
  readonly folds: readonly D[];
  /** Hash of the data and of their division; a resumed run must have the same. */
  readonly fingerprint: number;
}

/** How a task cross-validates: trains as many models as there are folds, each measured on the part that it lacks. */
export interface CrossValidation<M, P, D, C> {
  /** Divides data into the number of folds that the plan asks for. Throws `RangeError` if the data have too few. */
  divide(plan: P, data: D): Folds<D>;
  /** Measures a trained model on the test data of its fold. */
  measure(model: M, corpus: C, signal?: AbortSignal): Promise<FoldOutcome>;
  /** Formats the figures of a fold on one line, without a full stop. */
  describe(figures: FoldFigures): string;
  /**
   * Formats the means of the figures, with their standard deviations over the folds. `notes` has those of all folds.
   */
  conclude(mean: FoldFigures, deviation: FoldFigures, notes: readonly Given[]): FoldsConclusion;
}

/** Returns the mean of each figure. */
export function meanOf(folds: readonly FoldFigures[]): FoldFigures {
  return forEachFigure(folds, mean);
}

/** Returns the standard deviation of each figure, with one less than the number of folds as the divisor. */
export function deviationOf(folds: readonly FoldFigures[]): FoldFigures {
  return forEachFigure(folds, (values) => {
    const center = mean(values);
    return Math.sqrt(values.reduce((sum, value) => sum + (value - center) ** 2, 0) / (values.length - 1));
  });
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function forEachFigure(folds: readonly FoldFigures[], reduce: (values: readonly number[]) => number): FoldFigures {
  // A fold may lack a figure, for example one of a run that an earlier version began.
  const names = Object.keys(folds[0] ?? {}).filter((name) => folds.every((figures) => figures[name] !== undefined));
  return Object.fromEntries(names.map((name) => [name, reduce(folds.map((figures) => figures[name]))]));
}
