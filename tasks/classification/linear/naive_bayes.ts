import { countColumns, rowCount, type SparseRows } from "./sparse_rows.ts";
import type { LinearWeights } from "./weights.ts";

/** The size of a classification problem. */
export interface ProblemSize {
  /** Number of columns of the features. */
  readonly columns: number;
  /** Number of labels. */
  readonly labels: number;
}

/** Added to all counts, so that no probability is 0. */
const SMOOTHING = 0.5;

/** Counts of texts: with each label, and with each label and feature. */
interface Counts {
  readonly texts: Float64Array;
  readonly features: Float32Array;
}

function countTexts(x: SparseRows, targets: Int32Array, { columns, labels }: ProblemSize): Counts {
  const [texts, features] = [new Float64Array(labels), new Float32Array(columns * labels)];
  targets.forEach((target, row) => {
    texts[target]++;
    for (let j = x.starts[row]; j < x.starts[row + 1]; j++) features[x.columns[j] * labels + target]++;
  });
  return { texts, features };
}

/**
 * Computes the log-count ratios of features and labels (Wang and Manning 2012) `[columns, labels]`: how much more
 * frequent a feature is in texts with the label than in the other texts. A feature that does not occur has the ratio 0.
 */
export function logCountRatios(x: SparseRows, targets: Int32Array, size: ProblemSize): Float32Array {
  const { columns, labels } = size;
  const { texts, features } = countTexts(x, targets, size);
  const ratios = new Float32Array(columns * labels);
  const share = (count: number, texts: number): number => (count + SMOOTHING) / (texts + 2 * SMOOTHING);
  for (let start = 0; start < ratios.length; start += labels) {
    let all = 0;
    for (let k = 0; k < labels; k++) all += features[start + k];
    for (let k = 0; all > 0 && k < labels; k++) {
      const own = features[start + k];
      ratios[start + k] = Math.log(share(own, texts[k]) / share(all - own, rowCount(x) - texts[k]));
    }
  }
  return ratios;
}

/** Trains multinomial Naive Bayes on the features that occur in a text (McCallum and Nigam 1998). */
export function trainNaiveBayes(x: SparseRows, targets: Int32Array, size: ProblemSize): LinearWeights {
  const { columns, labels } = size;
  const { texts, features } = countTexts(x, targets, size);
  const used = countColumns(x, columns);
  const totals = new Float64Array(labels).fill(used * SMOOTHING);
  features.forEach((count, i) => totals[i % labels] += count);
  return {
    ...size,
    weight: features.map((count, i) => Math.log((count + SMOOTHING) / totals[i % labels])),
    bias: Float32Array.from(texts, (count) => Math.log((count + SMOOTHING) / (targets.length + labels * SMOOTHING))),
  };
}

/** Returns the same rows with the value 1 for every feature, which Naive Bayes counts. */
export function asBinary(x: SparseRows): SparseRows {
  return { ...x, values: new Float32Array(x.values.length).fill(1) };
}
