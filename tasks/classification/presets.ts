import type { Preset } from "../task_model/mod.ts";
import type { LabelledPlan } from "./labelled_plan.ts";
import type { ClassifierTypes } from "./task.ts";

/** A named set of options for the demonstration. */
export type ClassifierPreset = Preset<ClassifierTypes, LabelledPlan>;

/**
 * `reviews` fits the generated reviews that `train-sentiment` uses if no data is given; it trains in half a minute on a
 * laptop. It leaves out the linear model, since the reviews are made so that counting words is not enough.
 */
export const PRESETS: Readonly<Record<string, ClassifierPreset>> = {
  reviews: {
    model: { embed: 64, hidden: 64, embedDropout: 0, wordDropout: 0, wide: false },
    fit: { epochs: 10, learningRate: 0.003, batch: 50, adversarial: 0, averaging: 0.99, labelSmoothing: 0 },
  },
};
