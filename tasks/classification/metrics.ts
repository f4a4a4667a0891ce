/** How well one label is told from the others. */
export interface LabelScores {
  /** The label. */
  readonly label: string;
  /** Share of the texts that were given this label which have it; 0 where none was given it. */
  readonly precision: number;
  /** Share of the texts that have this label which were given it; 0 where none has it. */
  readonly recall: number;
  /** The harmonic mean of both. */
  readonly f1: number;
  /** Texts that have this label. */
  readonly support: number;
}

/** How well a classifier does on labelled texts. */
export interface ClassifierEvaluation {
  /** Texts that were measured. */
  readonly texts: number;
  /** Share of the texts that were given their label. */
  readonly accuracy: number;
  /** Mean cross-entropy in nats. */
  readonly loss: number;
  /** The mean of the labels' F1, over the labels that occur or were given. */
  readonly macroF1: number;
  /** Each label's own figures. */
  readonly labels: readonly LabelScores[];
  /** Texts by their label (rows) and the label that they were given (columns). */
  readonly confusion: readonly (readonly number[])[];
  /** Expected calibration error, in 15 bins of confidence (Guo et al. 2017). */
  readonly calibrationError: number;
  /** Texts of which only the beginning was read. */
  readonly truncated: number;
  /** Share of padding in the batches. It is not computed in the recurrent layers. */
  readonly paddedShare: number;
}

/** Bins of confidence. */
const BINS = 15;

/** Measures `probabilities` of each text against its target. */
export function evaluateProbabilities(
  probabilities: readonly ArrayLike<number>[],
  targets: ArrayLike<number>,
  labels: readonly string[],
): Omit<ClassifierEvaluation, "truncated" | "paddedShare"> {
  const confusion = labels.map(() => labels.map(() => 0));
  let loss = 0;
  probabilities.forEach((p, i) => {
    confusion[targets[i]][argmax(p)]++;
    loss -= Math.log(Math.max(p[targets[i]], Number.MIN_VALUE));
  });
  const texts = probabilities.length;
  const scores = labels.map((label, i) => labelScores(label, i, confusion));
  const counted = scores.filter(({ support }, i) => support > 0 || confusion.some((row) => row[i] > 0));
  return {
    texts,
    accuracy: confusion.reduce((sum, row, i) => sum + row[i], 0) / texts,
    loss: loss / texts,
    macroF1: counted.reduce((sum, { f1 }) => sum + f1, 0) / counted.length,
    labels: scores,
    confusion,
    calibrationError: calibrationError(probabilities, targets),
  };
}

function labelScores(label: string, index: number, confusion: readonly (readonly number[])[]): LabelScores {
  const hits = confusion[index][index];
  const support = confusion[index].reduce((sum, count) => sum + count, 0);
  const given = confusion.reduce((sum, row) => sum + row[index], 0);
  const precision = given === 0 ? 0 : hits / given;
  const recall = support === 0 ? 0 : hits / support;
  return { label, precision, recall, f1: hits === 0 ? 0 : 2 * precision * recall / (precision + recall), support };
}

/**
 * The expected calibration error: by how much the share of right answers differs from the confidence, on average over texts that are sorted
 * into 15 bins by confidence (Guo et al. 2017, equation 3).
 */
export function calibrationError(probabilities: readonly ArrayLike<number>[], targets: ArrayLike<number>): number {
  const gaps = new Float64Array(BINS);
  probabilities.forEach((p, i) => {
    const best = argmax(p);
    const bin = Math.min(BINS - 1, Math.max(0, Math.ceil(p[best] * BINS) - 1));
    gaps[bin] += p[best] - (best === targets[i] ? 1 : 0);
  });
  return gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / probabilities.length;
}

/** Where the largest number stands, the first of equals. */
export function argmax(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}
