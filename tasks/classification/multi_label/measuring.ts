import { bootstrapIntervals, type Interval, wilsonInterval } from "../../labels/intervals.ts";
import {
  calibrationError,
  type LabelEvaluation,
  type LabelScores,
  matthewsCorrelation,
  meanLoss,
  probabilitiesOf,
} from "../../labels/mod.ts";
import { type Blend, blendLogits, fitBlend } from "../linear/mod.ts";
import { decisionWeights, pairsOf, sigmoids } from "./pairs.ts";
import { fitThresholds, reached } from "./thresholds.ts";

/** Validation texts to measure a model on. */
export interface MeasuredTexts {
  /** The network's logits of the texts. */
  readonly logits: readonly Float32Array[];
  /** The linear model's logits, if there is one. */
  readonly linear: readonly Float32Array[] | undefined;
  /** The targets, as in `EncodedTexts`. */
  readonly targets: Int32Array;
  /** The labels. */
  readonly labels: readonly string[];
  /** The weights of the labels in the loss. Default: 1 for all. */
  readonly labelWeights?: ArrayLike<number>;
}

/** The measures of validation texts. */
interface DecisionMeasurement {
  readonly loss: number;
  readonly validLoss: number;
  readonly accuracy: number;
  readonly microF1: number;
  readonly macroF1: number;
  readonly blend: Blend | undefined;
  readonly thresholds: readonly number[];
}

/** Fits the blend and the thresholds to validation texts, and measures the decisions. */
export function measureDecisions(
  { logits, linear, targets, labels, labelWeights }: MeasuredTexts,
): DecisionMeasurement {
  const weights = decisionWeights(targets, labelWeights);
  const blend = linear && fitBlend(pairsOf(logits), pairsOf(linear), targets, { decisions: labels.length, weights });
  const rows = linear && blend ? blendLogits(logits, linear, blend) : logits;
  const thresholds = fitThresholds(rows.map((row) => sigmoids(row)), targets);
  const { accuracy, microF1, macroF1 } = scoreDecisions({ logits: rows, targets, labels, thresholds });
  // The weights of a text's decisions add up to the number of labels, or to more or less, as in training.
  const perText = weights ? weights.reduce((a, b) => a + b, 0) / logits.length : labels.length;
  const lossOf = (logits: readonly Float32Array[]): number => perText * meanLoss(pairsOf(logits), targets, { weights });
  const validLoss = lossOf(rows);
  const loss = linear ? lossOf(logits) : validLoss;
  return { loss, validLoss, accuracy, microF1, macroF1, blend, thresholds };
}

/** The logits of texts, and what decides and judges them. */
interface Decided {
  readonly logits: readonly ArrayLike<number>[];
  /** Divides the logits. Default: 1. */
  readonly temperature?: number;
  /** 1 for each label of a text and 0 for the others, `[texts, labels]`. */
  readonly targets: Int32Array;
  readonly labels: readonly string[];
  /** The probability from which a text has each label; null for 0.5. */
  readonly thresholds: readonly number[] | null;
}

/** Evaluates decisions on the labels of texts, with confidence intervals of micro and macro F1. */
export async function evaluateDecisions(
  decided: Decided,
  options: { readonly signal?: AbortSignal } = {},
): Promise<MultiLabelEvaluation> {
  const [microF1Interval, macroF1Interval] = await intervalsOf(decided, options);
  return { ...scoreDecisions(decided), microF1Interval, macroF1Interval };
}

/** The evaluation of decisions on the labels of texts. */
type MultiLabelEvaluation = LabelEvaluation & { readonly microF1: number };

/** Computes the intervals of micro and macro F1. */
function intervalsOf(
  { logits, temperature, targets, labels, thresholds }: Decided,
  options: { readonly signal?: AbortSignal },
): Promise<Interval[]> {
  // Most texts have few labels, so that only those that are given or true are kept.
  const decisions = logits.map((row, i) => {
    const given = reached(sigmoids(row, temperature), thresholds);
    return labels.flatMap((_, label) => {
      const target = targets[i * labels.length + label];
      return given[label] || target === 1 ? [{ label, target, isGiven: given[label] }] : [];
    });
  });
  const counts = emptyCounts(labels);
  const figuresOf = (sample: Int32Array): number[] => {
    for (const count of counts) Object.assign(count, NONE);
    for (const text of sample) {
      for (const { label, target, isGiven } of decisions[text]) countDecision(counts[label], target, isGiven);
    }
    return [f1Of(sumOf(counts)), meanF1(counts)];
  };
  return bootstrapIntervals(logits.length, figuresOf, options);
}

/** Evaluates decisions on the labels of texts, without confidence intervals of micro and macro F1. */
export function scoreDecisions(
  { logits, temperature, targets, labels, thresholds }: Decided,
): MultiLabelEvaluation {
  const counts = emptyCounts(labels);
  const pairs = pairsOf(logits);
  let exact = 0;
  logits.forEach((row, i) => {
    const given = reached(sigmoids(row, temperature), thresholds);
    counts.forEach((count, label) => countDecision(count, targets[i * labels.length + label], given[label]));
    if (given.every((isGiven, label) => isGiven === (targets[i * labels.length + label] === 1))) exact++;
  });
  const all = sumOf(counts);
  return {
    accuracy: exact / logits.length,
    accuracyInterval: wilsonInterval(exact, logits.length),
    loss: labels.length * meanLoss(pairs, targets, { temperature }),
    microF1: f1Of(all),
    macroF1: meanF1(counts),
    mcc: matthewsCorrelation(confusionOf(all, targets.length)),
    ranking: null,
    labels: labels.map((label, i) => scoresOf(label, counts[i])),
    confusion: [],
    calibrationError: calibrationError(pairs.map((pair) => probabilitiesOf(pair, temperature)), targets),
  };
}

/** Numbers of texts that were given a label and have it, that were given it, and that have it. */
interface Counts {
  hits: number;
  given: number;
  support: number;
}

const NONE: Readonly<Counts> = { hits: 0, given: 0, support: 0 };

function emptyCounts(labels: readonly string[]): Counts[] {
  return labels.map(() => ({ ...NONE }));
}

/** Counts the decision on a label that a text has, if the target is 1, and is given or not. */
function countDecision(count: Counts, target: number, isGiven: boolean): void {
  count.support += target;
  if (!isGiven) return;
  count.given++;
  count.hits += target;
}

function sumOf(counts: readonly Counts[]): Counts {
  const all = { ...NONE };
  for (const { hits, given, support } of counts) {
    all.hits += hits;
    all.given += given;
    all.support += support;
  }
  return all;
}

/** Returns the mean F1 of the labels that occur or were given. */
function meanF1(counts: readonly Counts[]): number {
  let [sum, counted] = [0, 0];
  for (const count of counts) {
    sum += f1Of(count);
    if (count.given + count.support > 0) counted++;
  }
  return sum / Math.max(1, counted);
}

/** Returns the confusion matrix of decisions, without and with a label. */
function confusionOf({ hits, given, support }: Counts, decisions: number): number[][] {
  return [[decisions - given - support + hits, given - hits], [support - hits, hits]];
}

function f1Of({ hits, given, support }: Counts): number {
  return given + support === 0 ? 0 : 2 * hits / (given + support);
}

function scoresOf(label: string, counts: Counts): LabelScores {
  const { hits, given, support } = counts;
  return {
    label,
    precision: given === 0 ? 0 : hits / given,
    recall: support === 0 ? 0 : hits / support,
    f1: f1Of(counts),
    support,
  };
}
