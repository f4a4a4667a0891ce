import type { Preset } from "../task_model/mod.ts";
import type { SeriesPlan } from "./series_plan.ts";
import type { ForecasterTypes } from "./task.ts";

/** A named set of options. */
export type ForecasterPreset = Preset<ForecasterTypes, SeriesPlan>;

/**
 * `weather` and `stocks` forecast two and four weeks of the samples; `small` trains a little network in seconds, to try
 * data out; `ensemble` takes five times as long as the default.
 */
export const PRESETS: Readonly<Record<string, ForecasterPreset>> = {
  weather: { plan: { sample: "weather", horizon: 14, holdout: 10 }, model: {}, fit: {} },
  stocks: { plan: { sample: "stocks", horizon: 20, holdout: 24 }, model: {}, fit: {} },
  small: { model: { hidden: 32 }, fit: { epochs: 5 } },
  ensemble: { model: { members: 5 }, fit: {} },
};
