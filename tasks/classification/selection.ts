import { choice, type Field } from "../../src/schema/mod.ts";
import type { Direction } from "../../src/train/mod.ts";

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
export const CLASSIFIER_SELECTIONS = ["accuracy", "macro-f1", "loss"] as const;

/**
 * The validation figure by which the best epoch is selected: the share of correct labels, the mean of the labels' F1,
 * in which rare labels count as much as frequent ones, or the loss.
 */
export type ClassifierSelection = typeof CLASSIFIER_SELECTIONS[number];

/** The declaration of the setting. */
export const SELECT_BY: Field<ClassifierSelection> = choice(CLASSIFIER_SELECTIONS, {
  group: "training",
  default: "accuracy",
  help: "Validation figure that selects the best epoch and decides when to stop.",
});

/** The figures among which the setting chooses. */
interface Figures {
  readonly accuracy: number;
  readonly macroF1: number;
  readonly loss: number;
}

/** Returns the figure by which epochs are compared. */
export function objectiveOf(selectBy: ClassifierSelection, { accuracy, macroF1, loss }: Figures): number {
  return { accuracy, "macro-f1": macroF1, loss }[selectBy];
}

/** Returns whether a higher or a lower figure is better. */
export function directionOf(selectBy: ClassifierSelection): Direction {
  return selectBy === "loss" ? "minimize" : "maximize";
}
