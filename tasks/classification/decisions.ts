import type { Calibration, Classification } from "./answers.ts";
import { fitTemperature, probabilitiesOf } from "../labels/calibration.ts";
import type { ClassifierConfig } from "./hyperparameters.ts";
import { argmax } from "../data/argmax.ts";
import { calibrationError } from "../labels/metrics.ts";
import { labelsReached, pairsOf, rescaleThresholds, sigmoids } from "./multi_label/mod.ts";

/** The labels of a classifier, and how it decides on them. */
type Decisions = Pick<ClassifierConfig, "labels" | "temperature" | "multiLabel" | "thresholds">;

/** Returns the prediction for a text from its logits. */
export function classificationOf(
  logits: Float32Array,
  isTruncated: boolean,
  { labels, temperature, multiLabel, thresholds }: Decisions,
): Classification {
  const p = (multiLabel ? sigmoids : probabilitiesOf)(logits, temperature);
  const best = argmax(p);
  return {
    label: labels[best],
    ...multiLabel && { labels: labelsReached(p, labels, thresholds) },
    confidence: p[best],
    probabilities: Object.fromEntries(labels.map((label, i) => [label, p[i]])),
    isTruncated,
  };
}

/** Fits the temperature to the targets of texts, and adapts the thresholds so that no decision changes. */
export function calibrateDecisions(
  read: readonly Float32Array[],
  targets: Int32Array,
  { temperature: from, multiLabel, thresholds }: Decisions,
): Calibration & Pick<Decisions, "thresholds"> {
  const logits = multiLabel ? pairsOf(read) : read;
  const error = (t: number): number => calibrationError(logits.map((row) => probabilitiesOf(row, t)), targets);
  const to = fitTemperature(logits, targets);
  return {
    temperature: to,
    before: error(from),
    after: error(to),
    thresholds: rescaleThresholds(thresholds, { from, to }),
  };
}
