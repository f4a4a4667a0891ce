import { rowCount, type SparseRows } from "./sparse_rows.ts";
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

/** Counts texts: with each label, and with each label and feature. */
export class TextCounts {
  /** The size of the problem. */
  readonly size: ProblemSize;
  /** Number of texts with each label. */
  readonly texts: Float64Array;
  /** Number of texts with each feature and label, `[columns, labels]`. */
  readonly features: Float32Array;

  constructor(size: ProblemSize) {
    const { columns, labels } = size;
    this.size = size;
    this.texts = new Float64Array(labels);
    this.features = new Float32Array(columns * labels);
  }

  /** Counts more texts, which need not stay in memory. */
  add({ starts, columns }: SparseRows, targets: Int32Array): this {
    const { labels } = this.size;
    targets.forEach((target, row) => {
      this.texts[target]++;
      for (let j = starts[row]; j < starts[row + 1]; j++) this.features[columns[j] * labels + target]++;
    });
    return this;
  }
}

/**
 * Computes the log-count ratios of features and labels (Wang and Manning 2012) `[columns, labels]`: how much more
 * frequent a feature is in texts with the label than in the other texts. A feature that does not occur has the ratio 0.
 */
export function logCountRatios(x: SparseRows, targets: Int32Array, size: ProblemSize): Float32Array {
  const { columns, labels } = size;
  const { texts, features } = new TextCounts(size).add(x, targets);
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
export function trainNaiveBayes({ size, texts, features }: TextCounts): LinearWeights {
  const { labels } = size;
  const counted = texts.reduce((a, b) => a + b, 0);
  let used = 0;
  for (let start = 0; start < features.length; start += labels) {
    let all = 0;
    for (let k = 0; k < labels; k++) all += features[start + k];
    if (all > 0) used++;
  }
  const totals = new Float64Array(labels).fill(used * SMOOTHING);
  features.forEach((count, i) => totals[i % labels] += count);
  return {
    ...size,
    weight: features.map((count, i) => Math.log((count + SMOOTHING) / totals[i % labels])),
    bias: Float32Array.from(texts, (count) => Math.log((count + SMOOTHING) / (counted + labels * SMOOTHING))),
  };
}

/** Returns the same rows with the value 1 for every feature, which Naive Bayes counts. */
export function asBinary(x: SparseRows): SparseRows {
  return { ...x, values: new Float32Array(x.values.length).fill(1) };
}
