import type { Preset } from "../task_model/mod.ts";
import type { LabelledPlan } from "./labelled_plan.ts";
import type { ClassifierTypes } from "./task.ts";

/** Options of the demonstration. */
export type ClassifierPreset = Preset<ClassifierTypes, LabelledPlan>;

/** `reviews` suits the generated reviews, which `train-sentiment` learns where no data are named: half a minute on an ordinary computer. */
export const PRESETS: Readonly<Record<string, ClassifierPreset>> = {
  reviews: {
    model: { embed: 64, hidden: 64, embedDropout: 0, wordDropout: 0 },
    fit: { epochs: 10, learningRate: 0.003, batch: 50, adversarial: 0, averaging: 0.99, labelSmoothing: 0 },
  },
};
