import type { Preset } from "../task_model/mod.ts";
import type { TranslatorTypes } from "./task.ts";
import type { ParallelPlan } from "./parallel_plan.ts";

/** A named set of options for the demonstration. */
export type TranslatorPreset = Preset<TranslatorTypes, ParallelPlan>;

/**
 * `phrases` fits the generated phrases that `train-translation` uses if no data is given; it trains in a minute on a
 * laptop.
 */
export const PRESETS: Readonly<Record<string, TranslatorPreset>> = {
  phrases: {
    plan: { from: "en", to: "fr", joint: true, vocabSize: 3000 },
    model: { embed: 128, hidden: 192, dropout: 0.1, inputDropout: 0, attention: "dot" },
    fit: {
      epochs: 10,
      batchTokens: 500,
      warmup: 100,
      averaging: 0.99,
      labelSmoothing: 0,
      schedule: "cosine",
      selectBy: "loss",
    },
  },
};
