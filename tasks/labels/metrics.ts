import { argmax } from "../data/argmax.ts";
import { type Interval, wilsonInterval } from "./intervals.ts";
import { matthewsCorrelation, type Ranking, rankingOf } from "./ranking.ts";

/** Precision, recall and F1 of one label. */
export interface LabelScores {
  /** The label. */
  readonly label: string;
  /** Precision: the share of examples predicted as this label that have it; 0 if there is no such prediction. */
  readonly precision: number;
  /** Recall: the share of examples with this label that are predicted as it; 0 if no example has it. */
  readonly recall: number;
  /** F1: the harmonic mean of precision and recall. */
  readonly f1: number;
  /** Number of examples with this label. */
  readonly support: number;
}

/** The evaluation of predicted labels. */
export interface LabelEvaluation {
  /**
   * Share of the examples whose label was predicted correctly; of a multi-label classifier, whose labels all were,
   * without any other (subset accuracy).
   */
  readonly accuracy: number;
  /** The 95 % confidence interval of the accuracy (Wilson 1927). */
  readonly accuracyInterval: Interval;
  /** Mean cross-entropy in nats per example; of a multi-label classifier, its sum over the labels. */
  readonly loss: number;
  /** For multi-label classifiers: F1 of all decisions, on all labels of all texts, together. */
  readonly microF1?: number;
  /** The 95 % confidence interval of `microF1` by the percentile bootstrap over the texts (Efron 1979). */
  readonly microF1Interval?: Interval;
  /** Macro-averaged F1 over the labels that occur or were predicted. */
  readonly macroF1: number;
  /** For multi-label classifiers: the 95 % confidence interval of `macroF1`, likewise. */
  readonly macroF1Interval?: Interval;
  /**
   * Matthews correlation of true and predicted labels, from -1 to 1; 0 if either are all the same. Of a multi-label
   * classifier, over all decisions.
   */
  readonly mcc: number;
  /**
   * How the probabilities of one of two labels rank the examples; null for more labels, if not both occur, and for
   * multi-label classifiers.
   */
  readonly ranking: Ranking | null;
  /** The scores of each label. */
  readonly labels: readonly LabelScores[];
  /**
   * Confusion matrix: counts of examples by true label (rows) and predicted label (columns); empty for multi-label
   * classifiers.
   */
  readonly confusion: readonly (readonly number[])[];
  /** Expected calibration error with 15 bins (Guo et al. 2017), of a multi-label classifier over all decisions. */
  readonly calibrationError: number;
}

/** Number of confidence bins. */
export const CALIBRATION_BINS = 15;

/** Evaluates predicted probabilities against the targets. */
export function evaluateProbabilities(
  probabilities: readonly ArrayLike<number>[],
  targets: ArrayLike<number>,
  labels: readonly string[],
): LabelEvaluation {
  const confusion = labels.map(() => labels.map(() => 0));
  let loss = 0;
  probabilities.forEach((p, i) => {
    confusion[targets[i]][argmax(p)]++;
    loss -= Math.log(Math.max(p[targets[i]], Number.MIN_VALUE));
  });
  const examples = probabilities.length;
  const scores = scoresOf(labels, confusion);
  const hits = confusion.reduce((sum, row, i) => sum + row[i], 0);
  const counted = scores.filter(({ support }, i) => support > 0 || confusion.some((row) => row[i] > 0));
  return {
    accuracy: hits / examples,
    accuracyInterval: wilsonInterval(hits, examples),
    loss: loss / examples,
    macroF1: counted.reduce((sum, { f1 }) => sum + f1, 0) / counted.length,
    mcc: matthewsCorrelation(confusion),
    ranking: rankingOf(probabilities, targets, labels),
    labels: scores,
    confusion,
    calibrationError: calibrationError(probabilities, targets),
  };
}

/** Computes the scores of each label from a confusion matrix. */
export function scoresOf(
  labels: readonly string[],
  confusion: LabelEvaluation["confusion"],
): LabelScores[] {
  return labels.map((label, i) => labelScores(label, i, confusion));
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
 * Computes the expected calibration error (Guo et al. 2017, equation 3): the gap between accuracy and mean confidence
 * in each of 15 confidence bins, averaged with the number of examples in each bin as weights.
 */
export function calibrationError(probabilities: readonly ArrayLike<number>[], targets: ArrayLike<number>): number {
  const gaps = new Float64Array(CALIBRATION_BINS);
  probabilities.forEach((p, i) => {
    const best = argmax(p);
    const bin = Math.min(CALIBRATION_BINS - 1, Math.max(0, Math.ceil(p[best] * CALIBRATION_BINS) - 1));
    gaps[bin] += p[best] - (best === targets[i] ? 1 : 0);
  });
  return gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / probabilities.length;
}
