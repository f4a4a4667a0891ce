import { choice, type Field } from "../../src/schema/mod.ts";
import type { Direction } from "../../src/train/mod.ts";
import { percent } from "../task_model/mod.ts";

/**
 * The validation figures by which the best epoch can be selected.
 *
 * @example
 * ```ts
 * import { Classifier, treebankTokenizer } from "@elman/elman";
 * import { CLASSIFIER_SELECTIONS } from "@elman/elman/tasks";
 * import { assert } from "@std/assert";
 *
 * const train = [{ text: "a fine film", label: "good" }, { text: "a dull film", label: "bad" }];
 * const tokenizer = treebankTokenizer(train.map(({ text }) => text));
 * for (const selectBy of CLASSIFIER_SELECTIONS) {
 *   const model = Classifier.create({ tokenizer, labels: ["bad", "good"], hidden: 4 });
 *   const { best } = await model.fit({ train, valid: train }, { epochs: 2, selectBy });
 *   assert(best !== undefined);
 * }
 * ```
 */
export const CLASSIFIER_SELECTIONS = ["accuracy", "micro-f1", "macro-f1", "loss"] as const;

/**
 * The validation figure by which the best epoch is selected: the share of texts whose labels are all right, F1 of all
 * decisions together, the mean of the labels' F1, in which rare labels count as much as frequent ones, or the loss. If
 * each text has one label, micro F1 is the accuracy.
 */
export type ClassifierSelection = typeof CLASSIFIER_SELECTIONS[number];

/** Returns the figure by which classifiers are compared unless another one is asked for. */
export function usualSelection(multiLabel: boolean): ClassifierSelection {
  return multiLabel ? "micro-f1" : "accuracy";
}

/** The declaration of the setting. */
export const SELECT_BY: Field<ClassifierSelection> = choice(CLASSIFIER_SELECTIONS, {
  group: "training",
  default: ({ multiLabel }) => usualSelection(multiLabel === true),
  defaultText: "accuracy; micro-f1 if a text may have several labels",
  help: "Validation figure that selects the best epoch and decides when to stop.",
});

/** The figures among which the setting chooses. */
interface Figures {
  readonly accuracy: number;
  /** Absent if each text has one label. */
  readonly microF1?: number;
  readonly macroF1: number;
  readonly loss: number;
}

/** A figure by which classifiers are compared. */
export interface Judge {
  /** Its name in a sentence. */
  readonly name: string;
  /** Whether a higher or a lower figure is better. */
  readonly direction: Direction;
  /** Formats it. */
  readonly show: (figure: number) => string;
  /** Takes it from the figures of a classifier. */
  readonly of: (figures: Figures) => number;
  /** Estimates its standard error from its value on a number of texts. */
  readonly errorOf: (figure: number, texts: number) => number;
}

const decimals = (figure: number): string => figure.toFixed(4);

/** The standard error of a share of texts; F1 has about the same. */
const shareError: Judge["errorOf"] = (share, texts) => Math.sqrt(share * (1 - share) / texts);

const JUDGES: Readonly<Record<ClassifierSelection, Judge>> = {
  accuracy: {
    name: "accuracy",
    direction: "maximize",
    show: percent,
    of: ({ accuracy }) => accuracy,
    errorOf: shareError,
  },
  "micro-f1": {
    name: "micro F1",
    direction: "maximize",
    show: decimals,
    of: ({ microF1, accuracy }) => microF1 ?? accuracy,
    errorOf: shareError,
  },
  "macro-f1": {
    name: "macro F1",
    direction: "maximize",
    show: decimals,
    of: ({ macroF1 }) => macroF1,
    errorOf: shareError,
  },
  loss: {
    name: "loss",
    direction: "minimize",
    show: decimals,
    of: ({ loss }) => loss,
    // The losses of texts deviate about as much as their mean is large, as in an exponential distribution.
    errorOf: (loss, texts) => loss / Math.sqrt(texts),
  },
};

/** Returns the figure by which classifiers are compared. */
export function judgeOf(selectBy: ClassifierSelection): Judge {
  return JUDGES[selectBy];
}
