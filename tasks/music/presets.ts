import type { Preset } from "../task_model/mod.ts";
import type { MusicPlan } from "./music_plan.ts";
import type { MusicTypes } from "./task.ts";

/**
 * `tunes` fits the generated tunes, on which `train-music` trains if no data are given; `chorales` and `folk` fit small
 * and large collections of piano rolls.
 */
export const PRESETS: Readonly<Record<string, Preset<MusicTypes, MusicPlan>>> = {
  tunes: {
    plan: { tunes: 1000 },
    model: { hidden: 128, embed: 64, dropout: 0.1 },
    fit: { epochs: 6, batch: 8, bptt: 128, learningRate: 0.004, transpose: 0 },
  },
  chorales: {
    model: { hidden: 256, dropout: 0.4 },
    fit: { batch: 8, bptt: 64, transpose: 6, averaging: 0.99 },
  },
  folk: {
    model: { hidden: 256, dropout: 0.2 },
    fit: { batch: 16, bptt: 64, transpose: 5, averaging: 0.99, learningRate: 0.004 },
  },
};
