import { Engine } from "../../../src/nn/mod.ts";
import { count } from "../../../tasks/task_model/mod.ts";
import { describeEngine } from "../../engine_options.ts";
import { jsonLine } from "../../terminal/mod.ts";
import type { TrainingRun } from "../../training/mod.ts";
import type { SentimentEpochEvent } from "../../../tasks/classification/learning.ts";
import type { SentimentEvaluation } from "../../../tasks/classification/metrics.ts";
import type { SentimentClassifier } from "../../../tasks/classification/model.ts";
import type { Calibration } from "../../../tasks/classification/options.ts";
import type { LabelledCorpus } from "../../../tasks/classification/texts.ts";
import type { ReadData } from "./data.ts";

/** What is told of a run before it begins. */
export interface Introduced {
  /** What is trained. */
  readonly model: SentimentClassifier;
  /** What it learns from. */
  readonly data: ReadData;
  /** The share of the training texts' words that have a vector, where there are vectors. */
  readonly covered?: number;
}

/** How an epoch is told of. */
export const EPOCH_REPORT = {
  line: ({ validLoss, validAccuracy }: SentimentEpochEvent): string =>
    validAccuracy === null || validLoss === null
      ? ""
      : `, validation accuracy ${percent(validAccuracy)} (loss ${validLoss.toFixed(4)})`,
  fields: ({ validLoss, validAccuracy }: SentimentEpochEvent) => ({
    valid_loss: validLoss,
    valid_accuracy: validAccuracy,
  }),
};

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

/** Says what was read, and what is trained. */
export async function introduce(run: TrainingRun, { model, data, covered }: Introduced, json = false): Promise<void> {
  const { corpus, notes, warnings } = data;
  if (json) {
    jsonLine({
      event: "data",
      files: data.files,
      train: corpus.train.length,
      valid: corpus.valid?.length ?? 0,
      test: corpus.test?.length ?? 0,
      labels: model.config.labels,
      vocabulary: model.config.vocabulary,
      ...(model.coverage && { vectors: { ...model.coverage, share_of_text: covered } }),
      warnings,
    });
  }
  for (const note of notes) run.say(note);
  await run.begin(describeModel(model, corpus, covered));
}

function describeModel(
  { config, network, coverage }: SentimentClassifier,
  corpus: LabelledCorpus,
  covered = 0,
): string {
  const number = (n: number): string => n.toLocaleString("en");
  const parameters = network.parameters().reduce((sum, { size }) => sum + size, 0);
  const { cell, embed, hidden, layers, members, vocabulary, bidirectional, pooling, labels } = config;
  const vectors = coverage
    ? `, of which ${number(coverage.found)} begin with a vector of the file (${percent(covered)} of the text)`
    : "";
  return [
    `${members > 1 ? `${members} members, each ` : ""}${cell} ${layers} x ${hidden}${
      bidirectional ? " both ways" : ""
    }`,
    `pooling ${pooling}`,
    `embedding ${embed}`,
    `${number(vocabulary)} symbols${vectors}`,
    `${number(parameters)} parameters`,
    `to tell ${labels.length} labels`,
    `on ${count(corpus.train.length, "text")} (${describeEngine(Engine.default())}).`,
  ].join(", ");
}

/** What a run came to. */
export interface Result {
  /** Figures on the validation texts. */
  readonly valid: SentimentEvaluation | undefined;
  /** Figures on the test texts. */
  readonly test: SentimentEvaluation | undefined;
  /** What calibrating found, where it was asked for. */
  readonly calibration: Calibration | undefined;
  /** Share of padding in training. */
  readonly padding: number;
  /** Texts of which only the beginning was read. */
  readonly truncated: number;
  /** Where the model is kept. */
  readonly directory: string;
}

/** Prints the run's last JSON line. */
export function reportDone(run: TrainingRun, result: Result): void {
  const { valid, test, calibration, padding, truncated, directory } = result;
  const { step, seconds, tokensPerSecond, peak } = run.figures();
  jsonLine({
    event: "done",
    steps: step,
    valid_accuracy: valid?.accuracy ?? null,
    valid_loss: valid?.loss ?? null,
    valid_macro_f1: valid?.macroF1 ?? null,
    test_accuracy: test?.accuracy ?? null,
    test_loss: test?.loss ?? null,
    test_macro_f1: test?.macroF1 ?? null,
    test_calibration_error: test?.calibrationError ?? null,
    ...(calibration && { temperature: calibration.temperature }),
    truncated,
    padded_share: padding,
    seconds,
    tokens_per_second: tokensPerSecond,
    peak_rss_mib: peak,
    model: directory,
  });
}

/** Says what the run came to. */
export function conclude(run: TrainingRun, { valid, test, calibration, padding, directory }: Result): void {
  run.conclude();
  run.say(`Padding was ${percent(padding)} of what was read.`);
  if (valid) run.say(describeEvaluation("Validation", valid));
  if (test) run.say(describeEvaluation("Test", test));
  if (calibration) run.say(describeCalibration(calibration));
  run.say(`To try it: deno task classify --model ${directory} "A text of your own."`);
}

function describeEvaluation(part: string, { accuracy, macroF1, loss }: SentimentEvaluation): string {
  return `${part} accuracy ${percent(accuracy)}, macro F1 ${macroF1.toFixed(4)}, loss ${loss.toFixed(4)}.`;
}

function describeCalibration({ temperature, before, after }: Calibration): string {
  return `Calibrated with temperature ${temperature.toFixed(3)}: expected calibration error on the validation texts ` +
    `${before.toFixed(4)} before, ${after.toFixed(4)} after.`;
}
