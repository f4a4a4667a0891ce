import { count } from "../../../tasks/task_model/mod.ts";
import { formatSpeed, jsonLine } from "../../terminal/mod.ts";
import type { SentimentEvaluation } from "../../../tasks/classification/metrics.ts";
import { SentimentClassifier } from "../../../tasks/classification/model.ts";
import { type DataPlan, describe, readFile } from "./data.ts";

/** What is measured, and on what. */
export interface EvaluateClassifierValues extends Pick<DataPlan, "format"> {
  /** The model's directory. */
  readonly model: string;
  /** The file of labelled texts. */
  readonly data: string;
  /** Column of the texts. */
  readonly "text-column"?: string;
  /** Column of the labels. */
  readonly "label-column"?: string;
  /** Whether one JSON object is printed. */
  readonly json?: boolean;
}

/** Measures a classifier on a file of labelled texts. Throws a RangeError that names the file where its labels are not the classifier's. */
export async function evaluateClassifier(values: EvaluateClassifierValues): Promise<number> {
  const { model: directory, data, format, json } = values;
  const model = await SentimentClassifier.load(directory);
  const file = await readFile(data, {
    format,
    textColumn: values["text-column"],
    labelColumn: values["label-column"],
  });
  const foreign = file.texts.findIndex(({ label }) => !model.config.labels.includes(label));
  if (foreign >= 0) {
    throw new RangeError(
      `read ${data}: expected the model's labels (${model.config.labels.join(", ")}), found ${
        JSON.stringify(file.texts[foreign].label)
      } in text ${foreign + 1}`,
    );
  }
  const start = performance.now();
  const evaluation = await model.evaluate(file.texts);
  const perSecond = file.texts.length / (performance.now() - start) * 1e3;
  if (file.empty > 0) console.error(`warning: ${data}: ${count(file.empty, "text")} without words left out`);
  if (json) report(evaluation, perSecond);
  else {
    console.log(describe(file));
    console.log(formatEvaluation(evaluation, perSecond));
  }
  return 0;
}

function report(evaluation: SentimentEvaluation, perSecond: number): void {
  const { texts, accuracy, macroF1, loss, calibrationError, labels, confusion, truncated, paddedShare } = evaluation;
  jsonLine({
    event: "done",
    texts,
    accuracy,
    macro_f1: macroF1,
    loss,
    calibration_error: calibrationError,
    labels,
    confusion,
    truncated,
    padded_share: paddedShare,
    texts_per_second: perSecond,
  });
}

/** An evaluation in words and two tables. */
export function formatEvaluation(evaluation: SentimentEvaluation, perSecond: number): string {
  const { texts, accuracy, macroF1, loss, calibrationError, labels, confusion, truncated, paddedShare } = evaluation;
  const names = labels.map(({ label }) => label);
  const scores = [
    ["label", "precision", "recall", "F1", "texts"],
    ...labels.map(({ label, precision, recall, f1, support }) => [
      label,
      precision.toFixed(4),
      recall.toFixed(4),
      f1.toFixed(4),
      String(support),
    ]),
  ];
  const counts = [["is \\ given", ...names], ...confusion.map((row, i) => [names[i], ...row.map(String)])];
  return [
    `accuracy ${(100 * accuracy).toFixed(2)} %, macro F1 ${macroF1.toFixed(4)}, loss ${loss.toFixed(4)}, expected ` +
    `calibration error ${calibrationError.toFixed(4)}`,
    "",
    table(scores),
    "",
    table(counts),
    "",
    `${count(texts, "text")}, ${formatSpeed(perSecond)} a second, ${(100 * paddedShare).toFixed(2)} % padding` +
    (truncated === 0 ? "" : `; of ${count(truncated, "text")} only the beginning was read`),
  ].join("\n");
}

/** Rows with columns as wide as they need, the first at the left. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const pad = (cell: string, i: number): string => i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]);
  return rows.map((row) => row.map(pad).join("  ").trimEnd()).join("\n");
}
