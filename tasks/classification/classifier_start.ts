import { definedOnly, type Given } from "../../src/schema/mod.ts";
import type { EngineChoice } from "../task_model/mod.ts";
import type { ClassifierConfig, ClassifierInitialisation } from "./hyperparameters.ts";
import type { ClassifierNetwork } from "./network.ts";

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
      | "wide"
    >
  >,
  Partial<ClassifierInitialisation>,
  EngineChoice {}

/**
 * The fields, besides the labels, in which a classifier may differ from the one that it starts from; the weights depend
 * on all others.
 */
const OPEN = [
  "multiLabel",
  "maxTokens",
  "dropout",
  "inputDropout",
  "embedDropout",
  "wordDropout",
  "window",
  "reverseComplement",
  "wide",
] as const satisfies readonly (keyof ClassifierContinuationOptions)[];

/** The fields that training changes, with the values of a new classifier. */
const UNTRAINED = { temperature: 1, thresholds: null, linear: null } as const;

/** The configuration of a classifier that starts from another one. */
interface Inheritance {
  /** Fields that cannot be given as options. */
  readonly fixed: Given;
  /** The other fields, with the values of the source unless they are given. */
  readonly options: Given;
  /** Whether the labels are those of the source, one or several of a text, so that its output layer can be kept. */
  readonly hasSameLabels: boolean;
}

/** Returns the configuration of a classifier that starts from one with the configuration `source`. */
export function inherit(source: ClassifierConfig, given: ClassifierContinuationOptions): Inheritance {
  const { labels = source.labels, ...options } = definedOnly(given);
  const open = Object.fromEntries(OPEN.map((name) => [name, source[name]]));
  const fixed = Object.fromEntries(
    Object.entries({ ...source, ...UNTRAINED }).filter(([name]) => name !== "labels" && !Object.hasOwn(open, name)),
  );
  const { multiLabel = source.multiLabel } = options;
  const hasSameLabels = Array.isArray(labels) && labels.length === source.labels.length &&
    source.labels.every((label) => labels.includes(label)) && multiLabel === source.multiLabel;
  return {
    fixed,
    // The output layer keeps its order.
    options: { ...open, ...options, labels: hasSameLabels ? source.labels : labels },
    hasSameLabels,
  };
}

/** Returns the first of the given fields that the classifier that another one starts from decides, if there is one. */
export function fixedField(source: ClassifierConfig, given: Given): string | undefined {
  const { fixed } = inherit(source, {});
  return Object.keys(definedOnly(given)).find((name) => Object.hasOwn(fixed, name));
}

/** The output layer's name in a member. */
const OUTPUT = "classifier.";

/** Copies the weights of a classifier into one of the same configuration, without the output layer if labels differ. */
export function copyWeights(to: ClassifierNetwork, from: ClassifierNetwork, hasSameLabels: boolean): void {
  to.members.forEach((member, i) => {
    const own = member.namedParameters();
    for (const [name, parameter] of from.members[i].namedParameters()) {
      if (hasSameLabels || !name.startsWith(OUTPUT)) own.get(name)!.assign(parameter.toArray());
    }
  });
}
