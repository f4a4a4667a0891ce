/** A confusion matrix: counts of texts by true label (rows) and predicted label (columns). */
export type Confusion = readonly (readonly number[])[];

/** The figures that are computed from predictions. */
export const METRICS = ["accuracy", "macroF1", "mcc"] as const;

/** A figure that is computed from predictions; `mcc` is Matthews' correlation coefficient. */
export type Metric = typeof METRICS[number];

/** The counts of a confusion matrix, by label. */
interface Counts {
  /** Number of texts with each label. */
  readonly given: readonly number[];
  /** Number of texts predicted as each label. */
  readonly predicted: readonly number[];
  /** Number of texts with each label that are predicted as it. */
  readonly hits: readonly number[];
  /** Number of texts. */
  readonly texts: number;
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}

function countsOf(confusion: Confusion): Counts {
  const given = confusion.map(sum);
  return {
    given,
    predicted: confusion.map((_, label) => sum(confusion.map((row) => row[label]))),
    hits: confusion.map((row, label) => row[label]),
    texts: sum(given),
  };
}

/** Computes a figure. */
export function figureOf(confusion: Confusion, metric: Metric): number {
  const counts = countsOf(confusion);
  if (metric === "accuracy") return sum(counts.hits) / counts.texts;
  return metric === "mcc" ? correlation(counts) : macroF1(counts);
}

/** Computes the mean F1 of the labels that occur or are predicted. */
function macroF1({ given, predicted, hits }: Counts): number {
  const scores = hits.flatMap((hit, i) => given[i] + predicted[i] === 0 ? [] : [2 * hit / (given[i] + predicted[i])]);
  return mean(scores);
}

/**
 * Computes Matthews' correlation coefficient, for more than two labels as Gorodkin (2004) defines it; 0 if all texts
 * have one label or are predicted as one.
 */
function correlation({ given, predicted, hits, texts }: Counts): number {
  const product = (a: readonly number[], b: readonly number[]): number => sum(a.map((value, i) => value * b[i]));
  const scale = Math.sqrt((texts ** 2 - product(predicted, predicted)) * (texts ** 2 - product(given, given)));
  return scale === 0 ? 0 : (sum(hits) * texts - product(predicted, given)) / scale;
}

/** Returns the confusion matrix of predictions; labels are indices. */
export function confusionOf(labels: number, given: ArrayLike<number>, predicted: ArrayLike<number>): Confusion {
  const counts = Array.from({ length: labels }, () => new Array<number>(labels).fill(0));
  for (let i = 0; i < given.length; i++) counts[given[i]][predicted[i]]++;
  return counts;
}

/** Returns the mean. */
export function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}

/** Returns the standard deviation of a sample; undefined for fewer than two values. */
export function deviation(values: readonly number[]): number | undefined {
  if (values.length < 2) return undefined;
  const center = mean(values);
  return Math.sqrt(sum(values.map((value) => (value - center) ** 2)) / (values.length - 1));
}
