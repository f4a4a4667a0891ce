import type { Preset } from "../task_model/mod.ts";
import type { VectorPlan } from "./plan.ts";
import type { VectorClassifierTypes } from "./task.ts";

/**
 * `motions` fits the generated pictures of moving shapes, on which `train-classifier --preset motions` trains if no
 * data are given. It reads forward only, so that `watch` can use the model.
 */
export const PRESETS: Readonly<Record<string, Preset<VectorClassifierTypes, VectorPlan>>> = {
  motions: {
    // The shapes go round at the edges, where a shape in two halves has no middle.
    plan: { testFraction: 0.1, center: false },
    model: { hidden: 64, bidirectional: false, dropout: 0.1 },
    fit: { epochs: 6, batch: 32, learningRate: 0.004, labelSmoothing: 0, jitter: 0.05, stretch: 0 },
  },
};
