import type { Preset } from "../task_model/mod.ts";
import type { ForecasterTypes } from "./task.ts";

/** A named set of options. */
export type ForecasterPreset = Preset<ForecasterTypes>;

/** `small` trains a little network in seconds, to try data out; `ensemble` takes five times as long as the default. */
export const PRESETS: Readonly<Record<string, ForecasterPreset>> = {
  small: { model: { hidden: 32 }, fit: { epochs: 5 } },
  ensemble: { model: { members: 5 }, fit: {} },
};
