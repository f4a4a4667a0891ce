import { describeAccuracy, describeMacroF1, describeRanking } from "./figures.ts";
import type { LabelEvaluation, LabelScores } from "./metrics.ts";

/** Formats an evaluation as a summary, a table of scores by label and a confusion matrix. `noun` names the examples. */
export function formatLabels(evaluation: LabelEvaluation, noun: string): string[] {
  const { loss, calibrationError, labels, confusion } = evaluation;
  return [
    `${describeAccuracy(evaluation)}, ${describeMacroF1(evaluation)}, loss ${loss.toFixed(4)}, expected ` +
    `calibration error ${calibrationError.toFixed(4)}`,
    describeRanking(evaluation),
    "",
    formatScores(labels, noun),
    ...confusion.length === 0 ? [] : ["", formatConfusion(labels.map(({ label }) => label), confusion)],
  ];
}

/** Formats the scores of labels as a table. */
export function formatScores(labels: readonly LabelScores[], noun: string): string {
  return table([
    ["label", "precision", "recall", "F1", noun],
    ...labels.map(({ label, precision, recall, f1, support }) => [
      label,
      ...[precision, recall, f1].map((figure) => figure.toFixed(4)),
      String(support),
    ]),
  ]);
}

/** Formats a confusion matrix as a table: true labels in rows, predicted ones in columns. */
export function formatConfusion(labels: readonly string[], confusion: LabelEvaluation["confusion"]): string {
  return table([["true \\ predicted", ...labels], ...confusion.map((row, i) => [labels[i], ...row.map(String)])]);
}

/** Formats rows as aligned columns; the first column is left-aligned, the others right-aligned. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const pad = (cell: string, i: number): string => i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]);
  return rows.map((row) => row.map(pad).join("  ").trimEnd()).join("\n");
}
