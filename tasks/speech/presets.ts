import type { Preset } from "../task_model/mod.ts";
import type { SpeechPlan } from "./speech_plan.ts";
import type { SpeechTypes } from "./task.ts";

/** `digits` fits the generated digits, on which `train-speech` trains if no data are given. */
export const PRESETS: Readonly<Record<string, Preset<SpeechTypes, SpeechPlan>>> = {
  digits: {
    plan: { testFraction: 0.1 },
    model: { hidden: 128, layers: 2 },
    fit: { epochs: 16, batch: 16, learningRate: 0.003 },
  },
};
