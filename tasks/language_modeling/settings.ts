import { completeTrainSettings, expectWhole, type TrainSettings } from "../../src/train/mod.ts";

/** How a language model is trained. */
export interface FitSettings extends TrainSettings {
  /** Steps of truncated back-propagation through time; 64 where absent. */
  readonly bptt: number;
}

/** The settings with what is absent filled in. Throws a RangeError for an impossible value. */
export function completeSettings(given: Partial<FitSettings>): FitSettings {
  const { bptt = 64 } = given;
  expectWhole("bptt", bptt, 1);
  return { ...completeTrainSettings(given), bptt };
}
