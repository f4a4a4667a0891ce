import { type Pause, pausing } from "../../../src/train/mod.ts";
import { meanLoss } from "../../labels/calibration.ts";
import { exampleWeights } from "../../labels/label_weights.ts";
import { decisionWeights, pairsOf } from "../multi_label/pairs.ts";
import { targetRows, targetsAt } from "../multi_label/targets.ts";
import type { LabelledText } from "../texts.ts";
import { FeatureReader, featuresFor, type LinearFeatures, MAX_BUCKETS, TEXTS } from "./features.ts";
import { logitsInBlocks } from "./in_blocks.ts";
import { trainEachLabel } from "./each_label.ts";
import { type LogisticOptions, trainLogistic } from "./logistic_regression.ts";
import { withinLimit } from "./limit.ts";
import { asBinary, TextCounts, trainNaiveBayes } from "./naive_bayes.ts";
import { countColumns, rowCount, type SparseRows, takeRows } from "./sparse_rows.ts";
import { linearLogits, linearLogitsInTurns, type LinearWeights } from "./weights.ts";

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
  /** Number of successive training texts that belong together: the strands of a sequence. Default: 1. */
  readonly group?: number;
  /** The weights of the labels in the loss. Default: 1 for all. */
  readonly labelWeights?: ArrayLike<number>;
  /** Number of features above which only a part of the texts, evenly spaced, is read. Default: 134,217,728. */
  readonly mostFeatures?: number;
  /** Stops the training. */
  readonly signal?: AbortSignal;
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
  const { labels, multiLabel = false, group = 1, mostFeatures: most, signal } = data;
  const pause = pausing({ signal });
  const widest = featuresFor(data.train.map(({ text }) => text));
  const limited = (texts: readonly LabelledText[]): readonly LabelledText[] =>
    withinLimit(texts, { features: widest, labels: labels.length, group, most });
  const train = limited(data.train);
  let wide: Examples | undefined = await readerOf(widest, { labels, multiLabel, pause })(train);
  const features = { ...widest, buckets: bucketsFor(wide.x, labels.length) };
  const read = readerOf(features, { labels, multiLabel, pause });
  // Forgotten first, so that only one of the two is in memory.
  if (features.buckets !== widest.buckets) wide = undefined;
  // Read again rather than narrowed: features of a kind that share a bucket count once, as they do in all other texts.
  const examples = wide ?? await read(train);
  const judged = data.valid ? [examples, await read(limited(data.valid))] as const : holdOut(examples, group);
  const problem = problemOf(data, features.buckets, pause);
  const found = await select(...judged, problem);
  const weights = judged[0] === examples
    ? found.weights
    : await problem.solve(examples.x, examples.targets, { ...problem.options, penalty: found.penalty });
  return { features, weights };
}

/** Returns a function that reads labeled texts. */
function readerOf(
  features: LinearFeatures,
  { labels, multiLabel = false, pause }: Pick<LinearData, "labels" | "multiLabel"> & { readonly pause: Pause },
): (texts: readonly LabelledText[]) => Promise<Examples> {
  const reader = new FeatureReader(features);
  const places = new Map(labels.map((label, place) => [label, place]));
  return async (texts) => ({
    x: await reader.readInTurns(texts.map(({ text }) => text), pause),
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

/** Separates every tenth text, or group of texts, from the others. */
function holdOut({ x, targets }: Examples, group: number): readonly [Examples, Examples] {
  const isHeld = (row: number): boolean => Math.floor(row / group) % 10 === 9;
  const width = targets.length / rowCount(x);
  const take = (rows: number[]): Examples => ({ x: takeRows(x, rows), targets: targetsAt(targets, rows, width) });
  const rows = Array.from({ length: rowCount(x) }, (_, row) => row);
  return [take(rows.filter((row) => !isHeld(row))), take(rows.filter(isHeld))];
}

/** The options of all trainings of a model, what trains, and the loss. */
interface Problem {
  readonly options: Omit<LogisticOptions, "penalty"> & { readonly pause: Pause };
  readonly solve: typeof trainLogistic;
  /** Computes the mean loss by which penalties are compared. */
  readonly lossOf: (logits: Float32Array[], targets: Int32Array) => number;
}

/** Returns the problem of texts that have one label each, or several. */
function problemOf(
  { labels, multiLabel = false, labelWeights }: LinearData,
  columns: number,
  pause: Pause,
): Problem {
  const options = { columns, labels: labels.length, labelWeights, pause };
  if (multiLabel) {
    const lossOf: Problem["lossOf"] = (logits, targets) =>
      meanLoss(pairsOf(logits), targets, { weights: decisionWeights(targets, labelWeights) });
    return { options, solve: trainEachLabel, lossOf };
  }
  const lossOf: Problem["lossOf"] = (logits, targets) =>
    meanLoss(logits, targets, { weights: exampleWeights(targets, labelWeights) });
  return { options, solve: trainLogistic, lossOf };
}

/** Tries weaker penalties as long as the loss falls; if it does not, stronger ones. */
async function select(own: Examples, judge: Examples, { options, solve, lossOf }: Problem): Promise<Attempt> {
  const attempt = async (penalty: number): Promise<Attempt> => {
    const weights = await solve(own.x, own.targets, { ...options, penalty });
    const logits = await linearLogitsInTurns(judge.x, weights, options.pause);
    return { penalty, weights, loss: lossOf(logits, judge.targets) };
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

/** Trains Naive Bayes on a linear model's features. Returns a function that computes the logits of texts. */
export async function naiveBayesOn(
  { train, labels, signal }: LinearData,
  features: LinearFeatures,
): Promise<(texts: readonly string[]) => Promise<Float32Array[]>> {
  const read = readerOf(features, { labels, pause: pausing({ signal }) });
  const counts = new TextCounts({ columns: features.buckets, labels: labels.length });
  for (let start = 0; start < train.length; start += TEXTS) {
    const { x, targets } = await read(train.slice(start, start + TEXTS));
    counts.add(x, targets);
  }
  const weights = trainNaiveBayes(counts);
  const reader = new FeatureReader(features);
  return (texts) => logitsInBlocks(texts, (own) => linearLogits(asBinary(reader.read(own)), weights));
}
