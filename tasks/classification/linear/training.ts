import { Breather } from "../../../src/train/mod.ts";
import { meanLoss } from "../../labels/calibration.ts";
import { pairsOf } from "../multi_label/pairs.ts";
import { targetRows, targetsAt } from "../multi_label/targets.ts";
import type { LabelledText } from "../texts.ts";
import { FeatureReader, featuresFor, type LinearFeatures, MAX_BUCKETS } from "./features.ts";
import { trainEachLabel } from "./each_label.ts";
import { type LogisticOptions, trainLogistic } from "./logistic_regression.ts";
import { asBinary, trainNaiveBayes } from "./naive_bayes.ts";
import { countColumns, rowCount, shiftColumns, type SparseRows, takeRows } from "./sparse_rows.ts";
import { linearLogits, type LinearWeights } from "./weights.ts";

/** A linear model: its features and their weights. */
export interface LinearModel {
  /** The features. */
  readonly features: LinearFeatures;
  /** The weights. */
  readonly weights: LinearWeights;
}

/** Texts that a linear model learns from. */
export interface LinearData {
  /** The training texts. */
  readonly train: readonly LabelledText[];
  /** The validation texts, which select the penalty. Default: a tenth of the training texts. */
  readonly valid?: readonly LabelledText[];
  /** The labels, in the order of the outputs. */
  readonly labels: readonly string[];
  /** Whether a text may have several labels. Default: false. */
  readonly multiLabel?: boolean;
  /** The weights of the labels in the loss. Default: 1 for all. */
  readonly labelWeights?: ArrayLike<number>;
}

/** The penalty to try first, and those to try after it. */
const FIRST = 0.1;
const WEAKER = [0.03, 0.01];
const STRONGER = [0.3, 1];

/** The weights for a penalty, and their loss on the validation texts. */
interface Attempt {
  readonly penalty: number;
  readonly weights: LinearWeights;
  readonly loss: number;
}

/** Features and the indices of their labels; or, if there may be several, 1 for each label and 0 for the others. */
interface Examples {
  readonly x: SparseRows;
  readonly targets: Int32Array;
}

/**
 * Trains the linear model, with the penalty that has the lowest loss on the validation texts. If a text may have
 * several labels, each is a problem of two labels of its own.
 */
export async function trainLinear(data: LinearData): Promise<LinearModel> {
  const { train, valid, labels, multiLabel = false } = data;
  const widest = featuresFor(train.map(({ text }) => text));
  const read = readerOf(widest, labels, multiLabel);
  const all = read(train);
  const buckets = bucketsFor(all.x, labels.length);
  const shift = Math.log2(widest.buckets / buckets);
  const narrow = ({ x, targets }: Examples): Examples => ({ x: shift === 0 ? x : shiftColumns(x, shift), targets });
  const examples = narrow(all);
  const judged = valid ? [examples, narrow(read(valid))] as const : holdOut(examples);
  const problem = problemOf(data, buckets);
  const found = await select(...judged, problem);
  const weights = judged[0] === examples
    ? found.weights
    : problem.solve(examples.x, examples.targets, { ...problem.options, penalty: found.penalty });
  return { features: { ...widest, buckets }, weights };
}

/** Returns a function that reads labeled texts. */
function readerOf(
  features: LinearFeatures,
  labels: readonly string[],
  multiLabel = false,
): (texts: readonly LabelledText[]) => Examples {
  const reader = new FeatureReader(features);
  const places = new Map(labels.map((label, place) => [label, place]));
  return (texts) => ({
    x: reader.read(texts.map(({ text }) => text)),
    targets: multiLabel
      ? targetRows(texts, labels, "given")
      : Int32Array.from(texts, ({ label }) => places.get(label)!),
  });
}

/** The smallest number of buckets, and the largest number of weights. */
const [MIN_BUCKETS, MAX_WEIGHTS] = [2 ** 10, 2 ** 24];

/** Returns a number of buckets of which the features of the training texts fill less than half. */
function bucketsFor(x: SparseRows, labels: number): number {
  const most = Math.min(MAX_BUCKETS, 2 ** Math.floor(Math.log2(MAX_WEIGHTS / labels)));
  const used = countColumns(x, MAX_BUCKETS);
  return Math.min(most, Math.max(MIN_BUCKETS, 2 ** Math.ceil(Math.log2(2 * used + 1))));
}

/** Separates every tenth text from the others. */
function holdOut({ x, targets }: Examples): readonly [Examples, Examples] {
  const isHeld = (row: number): boolean => row % 10 === 9;
  const width = targets.length / rowCount(x);
  const take = (rows: number[]): Examples => ({ x: takeRows(x, rows), targets: targetsAt(targets, rows, width) });
  const rows = Array.from({ length: rowCount(x) }, (_, row) => row);
  return [take(rows.filter((row) => !isHeld(row))), take(rows.filter(isHeld))];
}

/** The options of all trainings of a model, what trains, and the loss. */
interface Problem {
  readonly options: Omit<LogisticOptions, "penalty">;
  readonly solve: typeof trainLogistic;
  /** Computes the mean loss by which penalties are compared. */
  readonly lossOf: (logits: Float32Array[], targets: Int32Array) => number;
}

/** Returns the problem of texts that have one label each, or several. */
function problemOf({ labels, multiLabel = false, labelWeights }: LinearData, columns: number): Problem {
  const options = { columns, labels: labels.length, labelWeights };
  if (multiLabel) {
    return { options, solve: trainEachLabel, lossOf: (logits, targets) => meanLoss(pairsOf(logits), targets) };
  }
  return { options, solve: trainLogistic, lossOf: (logits, targets) => meanLoss(logits, targets, options) };
}

/** Tries weaker penalties as long as the loss falls; if it does not, stronger ones. */
async function select(own: Examples, judge: Examples, { options, solve, lossOf }: Problem): Promise<Attempt> {
  const breather = new Breather();
  const attempt = async (penalty: number): Promise<Attempt> => {
    await breather.breathe();
    const weights = solve(own.x, own.targets, { ...options, penalty });
    return { penalty, weights, loss: lossOf(linearLogits(judge.x, weights), judge.targets) };
  };
  const first = await attempt(FIRST);
  const search = async (penalties: readonly number[]): Promise<Attempt> => {
    let best = first;
    for (const penalty of penalties) {
      const next = await attempt(penalty);
      if (!(next.loss < best.loss)) break;
      best = next;
    }
    return best;
  };
  const weaker = await search(WEAKER);
  return weaker === first ? await search(STRONGER) : weaker;
}

/** Computes the logits that Naive Bayes, trained on a linear model's features, gives to texts. */
export function naiveBayesLogits(
  { train, labels }: LinearData,
  features: LinearFeatures,
  texts: readonly string[],
): Float32Array[] {
  const { x, targets } = readerOf(features, labels)(train);
  const weights = trainNaiveBayes(x, targets, { columns: features.buckets, labels: labels.length });
  return linearLogits(asBinary(new FeatureReader(features).read(texts)), weights);
}
