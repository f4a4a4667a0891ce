import { abbreviate, count } from "../../src/schema/mod.ts";
import type { ChartPicture, MatrixPicture, Picture, TablePicture } from "../task_model/picture.ts";
import { CALIBRATION_BINS, calibrationError } from "./metrics.ts";

/** A validation example, and how a classifier labels it. */
export interface JudgedExample {
  /** The text that shows the example, or the place that it comes from. */
  readonly text: string;
  /** Its labels. */
  readonly labels: readonly string[];
  /** The labels that it was given. */
  readonly given: readonly string[];
  /** The probability of each label. */
  readonly probabilities: Readonly<Record<string, number>>;
}

/** The examples that `labelPictures` shows. */
export interface JudgedExamples {
  /** The labels of the classifier. */
  readonly labels: readonly string[];
  /** The examples, at least one. */
  readonly examples: readonly JudgedExample[];
  /** Whether an example may have several labels. */
  readonly multiLabel: boolean;
  /** Describes the examples, such as "300 validation texts". */
  readonly source: string;
  /** The noun for an example, such as "text". */
  readonly noun: string;
}

/** Maximum number of examples that are judged; of more, some are picked. */
export const MOST_JUDGED = 2000;

/** Maximum number of labels in the matrix and in the table, and of errors. */
const [MOST_IN_MATRIX, MOST_LABELS, MOST_ERRORS] = [24, 60, 20];

/** Maximum number of characters of an example and of a label. */
const [TEXT_LENGTH, LABEL_LENGTH] = [240, 40];

/** Shows where a classifier errs, how far its probabilities can be relied on, and its worst errors. */
export function labelPictures(judged: JudgedExamples): Picture[] {
  return [
    ...judged.multiLabel ? [] : [confusionPicture(judged)],
    reliabilityPicture(judged),
    scoresPicture(judged),
    errorsPicture(judged),
  ];
}

/** Counts the examples by true and given label; of many labels, those without most examples are taken together. */
function confusionPicture({ labels, examples, source }: JudgedExamples): MatrixPicture {
  const support = supportOf(examples);
  const frequent = labels.toSorted((a, b) => (support.get(b) ?? 0) - (support.get(a) ?? 0)).slice(0, MOST_IN_MATRIX);
  const shown = labels.filter((label) => frequent.includes(label));
  const others = labels.length - shown.length;
  const names = [...shown.map((label) => abbreviate(label, LABEL_LENGTH)), ...others > 0 ? ["others"] : []];
  const places = new Map(shown.map((label, i) => [label, i]));
  const placeOf = (label: string): number => places.get(label) ?? shown.length;
  const counts = names.map(() => names.map(() => 0));
  for (const example of examples) counts[placeOf(example.labels[0])][placeOf(example.given[0])]++;
  const rest = others > 0 ? ` The ${count(others, "label")} with the fewest examples stand together as "others".` : "";
  return {
    kind: "matrix",
    title: "Confusion matrix",
    note: `How often each label was predicted for each true label, on ${source}; shaded by share of the row.${rest}`,
    axes: ["true label", "predicted label"],
    rows: names,
    columns: names,
    shades: counts.map((row) => {
      const all = row.reduce((sum, n) => sum + n, 0);
      return row.map((n) => all === 0 ? 0 : n / all);
    }),
    texts: counts.map((row) => row.map((n) => n === 0 ? "" : String(n))),
    hasErrors: true,
  };
}

function supportOf(examples: readonly JudgedExample[]): Map<string, number> {
  const support = new Map<string, number>();
  for (const label of examples.flatMap(({ labels }) => labels)) support.set(label, (support.get(label) ?? 0) + 1);
  return support;
}

/** Draws how often a decision is right by its confidence (Guo et al. 2017). */
function reliabilityPicture({ labels, examples, multiLabel, source }: JudgedExamples): ChartPicture {
  const decisions = examples.flatMap(({ probabilities, labels: own }) =>
    multiLabel
      ? labels.map((label) => ({
        row: [1 - probabilities[label], probabilities[label]],
        target: own.includes(label) ? 1 : 0,
      }))
      : [{ row: labels.map((label) => probabilities[label]), target: labels.indexOf(own[0]) }]
  );
  const error = calibrationError(decisions.map(({ row }) => row), decisions.map(({ target }) => target));
  const bins = reliabilityBins(decisions.map(({ row, target }) => {
    const confidence = Math.max(...row);
    return { confidence, isRight: row.indexOf(confidence) === target };
  }));
  return {
    kind: "chart",
    title: "Reliability",
    note: `How often the ${multiLabel ? "decision on a label" : "most probable label"} is right, by its probability, ` +
      `on ${source}; larger dots stand for more of them. Below the diagonal the model is too sure. Expected calibration error ${
        error.toFixed(4)
      }.`,
    axes: ["probability", "share that is right"],
    layers: reliabilityLayers(bins),
  };
}

/** A decision's probability, and whether it was right. */
export interface Decision {
  /** Its probability. */
  readonly confidence: number;
  /** Whether it was right. */
  readonly isRight: boolean;
}

/** Decisions of similar probability. */
export interface ReliabilityBin {
  /** Their mean probability. */
  readonly confidence: number;
  /** The share of them that was right. */
  readonly share: number;
  /** Their number. */
  readonly count: number;
}

/** Divides decisions into bins of equal width, without those that are empty. */
export function reliabilityBins(decisions: readonly Decision[]): ReliabilityBin[] {
  const binOf = ({ confidence }: Decision): number =>
    Math.min(CALIBRATION_BINS - 1, Math.max(0, Math.ceil(confidence * CALIBRATION_BINS) - 1));
  const bins = [...Map.groupBy(decisions, binOf)].sort(([a], [b]) => a - b);
  return bins.map(([, own]) => ({
    confidence: own.reduce((sum, { confidence }) => sum + confidence, 0) / own.length,
    share: own.filter(({ isRight }) => isRight).length / own.length,
    count: own.length,
  }));
}

/** The layers of a reliability diagram: the diagonal, and the bins, with larger dots for more decisions. */
export function reliabilityLayers(bins: readonly ReliabilityBin[]): ChartPicture["layers"] {
  const most = Math.max(...bins.map(({ count }) => count));
  return [
    { kind: "guide", color: 0, name: "calibrated", points: [[0, 0], [1, 1]] },
    {
      kind: "dotted line",
      color: 0,
      name: "model",
      points: bins.map(({ confidence, share }) => [confidence, share]),
      sizes: bins.map(({ count }) => count / most),
    },
  ];
}

/** Lists precision, recall and F1 by label, the labels with most examples first. */
function scoresPicture({ labels, examples, source }: JudgedExamples): TablePicture {
  const support = supportOf(examples);
  const given = supportOf(examples.map((example) => ({ ...example, labels: example.given })));
  const hits = supportOf(
    examples.map((example) => ({
      ...example,
      labels: example.labels.filter((label) => example.given.includes(label)),
    })),
  );
  const rows = labels.map((label) => {
    const [has, is, right] = [support, given, hits].map((counts) => counts.get(label) ?? 0);
    const f1 = has + is === 0 ? null : 2 * right / (has + is);
    return [abbreviate(label, LABEL_LENGTH), is === 0 ? null : right / is, has === 0 ? null : right / has, f1, has];
  });
  const shown = rows.map((row, i) => ({ row, has: support.get(labels[i]) ?? 0 })).sort((a, b) => b.has - a.has);
  return {
    kind: "table",
    title: "Precision and recall",
    note: `By label, on ${source}.${
      rows.length > MOST_LABELS ? ` The ${MOST_LABELS} of ${rows.length} labels with most examples.` : ""
    }`,
    heads: ["label", "precision", "recall", "F1", "examples"],
    rows: shown.slice(0, MOST_LABELS).map(({ row }) => row),
  };
}

/** Lists the wrong decisions whose truth had the lowest probability. */
function errorsPicture({ labels, examples, multiLabel, source, noun }: JudgedExamples): TablePicture {
  const lossOf = ({ probabilities, labels: own }: JudgedExample): number =>
    (multiLabel ? labels : own).reduce((sum, label) => {
      const p = own.includes(label) ? probabilities[label] : 1 - probabilities[label];
      return sum - Math.log(Math.max(p, Number.MIN_VALUE));
    }, 0);
  const isWrong = ({ labels: own, given }: JudgedExample): boolean =>
    own.length !== given.length || own.some((label) => !given.includes(label));
  const wrong = examples.filter(isWrong).map((example) => ({ example, loss: lossOf(example) }));
  const worst = wrong.sort((a, b) => b.loss - a.loss).slice(0, MOST_ERRORS);
  const join = (names: readonly string[]): string => names.length === 0 ? "none" : abbreviate(names.join(", "), 120);
  return {
    kind: "table",
    title: "Worst errors",
    note: `${count(wrong.length, "error")} on ${source}${
      worst.length < wrong.length ? `; the ${worst.length} with the largest loss` : ""
    }.`,
    heads: [
      noun,
      "true",
      "predicted",
      ...multiLabel ? [] : ["its probability", "probability of the true label"],
      "loss",
    ],
    rows: worst.map(({ example: { text, labels: own, given, probabilities }, loss }) => [
      abbreviate(text.trim().replaceAll(/\s+/g, " "), TEXT_LENGTH),
      join(own),
      join(given),
      ...multiLabel ? [] : [probabilities[given[0]], probabilities[own[0]]],
      loss,
    ]),
  };
}
