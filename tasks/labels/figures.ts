import { percent } from "../task_model/mod.ts";
import type { Interval } from "./intervals.ts";
import type { LabelEvaluation } from "./metrics.ts";

/**
 * Formats the share of examples with the right label, "accuracy 91.20 %", or if an example may have several, "micro F1
 * 0.9314, subset accuracy 88.10 %".
 */
export function describeHits({ accuracy, microF1 }: Pick<LabelEvaluation, "accuracy" | "microF1">): string {
  if (microF1 === undefined) return `accuracy ${percent(accuracy)}`;
  return `micro F1 ${microF1.toFixed(4)}, subset accuracy ${percent(accuracy)}`;
}

/** Formats the same with confidence intervals: "accuracy 91.20 % (95 % interval 88.40 to 93.40 %)". */
export function describeAccuracy({ accuracy, accuracyInterval, microF1, microF1Interval }: LabelEvaluation): string {
  const [low, high] = accuracyInterval;
  const interval = ` (95 % interval ${(100 * low).toFixed(2)} to ${percent(high)})`;
  if (microF1 === undefined) return describeHits({ accuracy }) + interval;
  return `micro F1 ${microF1.toFixed(4)}${describeInterval(microF1Interval)}, ` +
    `subset accuracy ${percent(accuracy)}${interval}`;
}

/** Formats the macro F1, with its confidence interval if there is one. */
export function describeMacroF1(
  { macroF1, macroF1Interval }: Pick<LabelEvaluation, "macroF1" | "macroF1Interval">,
): string {
  return `macro F1 ${macroF1.toFixed(4)}${describeInterval(macroF1Interval)}`;
}

function describeInterval(interval: Interval | undefined): string {
  return interval ? ` (95 % interval ${interval.map((end) => end.toFixed(4)).join(" to ")})` : "";
}

/** Formats the figures in which rare labels count: "MCC 0.8104; ROC AUC 0.9512, average precision 0.9401 (of good)". */
export function describeRanking({ mcc, ranking }: LabelEvaluation): string {
  const correlation = `MCC ${mcc.toFixed(4)}`;
  if (ranking === null) return correlation;
  const { label, rocAuc, averagePrecision } = ranking;
  return `${correlation}; ROC AUC ${rocAuc.toFixed(4)}, average precision ${averagePrecision.toFixed(4)} (of ${label})`;
}

/** Formats the figures of test examples as a line. */
export function describeTest(test: LabelEvaluation): string {
  const figures = [
    describeAccuracy(test),
    describeMacroF1(test),
    `loss ${test.loss.toFixed(4)}`,
    describeRanking(test),
  ];
  return `Test ${figures.join(", ")}.`;
}

/** Returns the figures of an evaluation as fields of a JSON object, whose names begin with `prefix`. */
export function figureFields(evaluation: LabelEvaluation | undefined, prefix = ""): Record<string, unknown> {
  const { accuracy, accuracyInterval, microF1, microF1Interval, macroF1, macroF1Interval } = evaluation ?? {};
  const { mcc, ranking, loss, calibrationError } = evaluation ?? {};
  const fields = {
    accuracy,
    accuracy_interval: accuracyInterval,
    ...(microF1 !== undefined && { micro_f1: microF1, micro_f1_interval: microF1Interval }),
    macro_f1: macroF1,
    ...(macroF1Interval && { macro_f1_interval: macroF1Interval }),
    mcc,
    roc_auc: ranking?.rocAuc,
    average_precision: ranking?.averagePrecision,
    ranked_label: ranking?.label,
    loss,
    calibration_error: calibrationError,
  };
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [prefix + name, value ?? null]));
}
