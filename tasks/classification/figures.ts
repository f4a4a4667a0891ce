import { percent } from "../task_model/mod.ts";
import type { ClassifierEvaluation } from "./metrics.ts";

/** Formats the accuracy with its confidence interval: "accuracy 91.20 % (95 % interval 88.40 to 93.40 %)". */
export function describeAccuracy({ accuracy, accuracyInterval: [low, high] }: ClassifierEvaluation): string {
  return `accuracy ${percent(accuracy)} (95 % interval ${(100 * low).toFixed(2)} to ${percent(high)})`;
}

/** Formats the figures in which rare labels count: "MCC 0.8104; ROC AUC 0.9512, average precision 0.9401 (of good)". */
export function describeRanking({ mcc, ranking }: ClassifierEvaluation): string {
  const correlation = `MCC ${mcc.toFixed(4)}`;
  if (ranking === null) return correlation;
  const { label, rocAuc, averagePrecision } = ranking;
  return `${correlation}; ROC AUC ${rocAuc.toFixed(4)}, average precision ${averagePrecision.toFixed(4)} (of ${label})`;
}

/** Returns the figures of an evaluation as fields of a JSON object, whose names begin with `prefix`. */
export function figureFields(evaluation: ClassifierEvaluation | undefined, prefix = ""): Record<string, unknown> {
  const { accuracy, accuracyInterval, macroF1, mcc, ranking, loss, calibrationError } = evaluation ?? {};
  const fields = {
    accuracy,
    accuracy_interval: accuracyInterval,
    macro_f1: macroF1,
    mcc,
    roc_auc: ranking?.rocAuc,
    average_precision: ranking?.averagePrecision,
    ranked_label: ranking?.label,
    loss,
    calibration_error: calibrationError,
  };
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [prefix + name, value ?? null]));
}
