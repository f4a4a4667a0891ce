import { definedOnly, type Given } from "../../src/schema/mod.ts";
import { copyParameters, inherit, type Inheritance, withoutFixed } from "../task_model/inherit.ts";
import type { EngineChoice } from "../task_model/mod.ts";
import type { ClassifierConfig, ClassifierInitialisation } from "./hyperparameters.ts";
import type { ClassifierNetwork } from "./network.ts";
import { CLASSIFICATION } from "./task.ts";

/**
 * Options of `Classifier.fromClassifier`. Tokenizer, sizes and all else on which the weights depend come from the
 * classifier that it starts from, and so do the defaults of these options.
 */
export interface ClassifierContinuationOptions extends
  Partial<
    Pick<
      ClassifierConfig,
      | "labels"
      | "multiLabel"
      | "maxTokens"
      | "dropout"
      | "inputDropout"
      | "embedDropout"
      | "wordDropout"
      | "window"
      | "reverseComplement"
      | "dataFormat"
      | "wide"
    >
  >,
  Partial<ClassifierInitialisation>,
  EngineChoice {}

/** The fields that training changes, with the values of a new classifier. */
const UNTRAINED = { temperature: 1, thresholds: null, linear: null } as const;

/** The configuration of a classifier that starts from another one. */
interface Start extends Inheritance {
  /** Whether the labels are those of the source, one or several of a text, so that its output layer can be kept. */
  readonly hasSameLabels: boolean;
}

/** Returns the configuration of a classifier that starts from one with the configuration `source`. */
export function startFrom(source: ClassifierConfig, given: ClassifierContinuationOptions): Start {
  const { labels = source.labels, ...options } = definedOnly(given);
  const { fixed, open } = fieldsOf(source);
  const { multiLabel = source.multiLabel } = options;
  const hasSameLabels = Array.isArray(labels) && labels.length === source.labels.length &&
    source.labels.every((label) => labels.includes(label)) && multiLabel === source.multiLabel;
  // The output layer keeps its order.
  return { fixed, open: { ...open, ...options, labels: hasSameLabels ? source.labels : labels }, hasSameLabels };
}

/** Returns the given fields without those that the classifier decides. Throws `RangeError` if one contradicts it. */
export function refuseFixed(action: string, source: ClassifierConfig, given: Given): Given {
  return withoutFixed(action, CLASSIFICATION.noun, fieldsOf(source).fixed, given);
}

function fieldsOf(source: ClassifierConfig): Inheritance {
  const { labels: _labels, ...others } = source;
  return inherit(CLASSIFICATION.model, { ...others, ...UNTRAINED });
}

/** The output layer's name in a member. */
const OUTPUT = "classifier.";

/** Copies the weights of a classifier into one of the same configuration, without the output layer if labels differ. */
export function copyWeights(to: ClassifierNetwork, from: ClassifierNetwork, hasSameLabels: boolean): void {
  to.members.forEach((member, i) => {
    copyParameters(member, from.members[i], (source, own, name) => {
      if (hasSameLabels || !name.startsWith(OUTPUT)) own.assign(source.toArray());
    });
  });
}
