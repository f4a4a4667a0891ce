import { InputRangeError } from "../../errors.ts";
import type { SeriesSet } from "../data/series/mod.ts";
import type { Task, TaskTypes } from "../task_model/mod.ts";
import type { SeriesCorpus } from "./corpus.ts";
import {
  type ForecasterConfig,
  type ForecasterInitialisation,
  type ForecasterSettings,
  MODEL,
  SETTINGS,
} from "./hyperparameters.ts";
import type { ForecasterEpoch } from "./learning.ts";
import { ForecastNetwork } from "./network.ts";
import { SeriesProcessor } from "./series_processor.ts";

/** The types of the forecasting task. */
export interface ForecasterTypes extends TaskTypes {
  /** The configuration stored in `config.json`. */
  readonly config: ForecasterConfig;
  /** Settings for initializing the weights. */
  readonly initial: ForecasterInitialisation;
  /** The training settings. */
  readonly settings: ForecasterSettings;
  /** The processor, which turns series into inputs. */
  readonly processors: { readonly processor: SeriesProcessor };
  /** The network: recurrent layers over steps of several values, and a linear map of the window. */
  readonly network: ForecastNetwork;
  /** Series, with or without the number of values for validation. */
  readonly data: SeriesCorpus | SeriesSet;
  /** The event that reports an epoch. */
  readonly event: ForecasterEpoch;
}

/**
 * The forecasting task: predicts the next values of a series, with quantiles.
 *
 * @example
 * ```ts
 * import { complete, FORECASTING } from "@elman/elman/tasks";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(FORECASTING.noun, "forecaster");
 * assertEquals(complete(FORECASTING.settings, { epochs: 3 }, "fit").loss, "mae");
 * ```
 */
export const FORECASTING: Task<ForecasterTypes> = {
  name: "forecasting",
  noun: "forecaster",
  model: MODEL,
  settings: SETTINGS,
  processors: { processor: { file: "preprocessor_config.json", fromJSON: SeriesProcessor.fromJSON } },
  learned: ["calibration", "correction"],
  check(action, { distribution, scaling, levels, calibration, step, window, season }) {
    if (distribution === "negative-binomial" && scaling !== "mean" && scaling !== "none") {
      throw new InputRangeError(
        `${action}: expected scaling mean or none with the negative binomial distribution, found ${scaling}`,
      );
    }
    if (calibration !== null && calibration.length !== levels.length) {
      throw new InputRangeError(
        `${action}: expected a calibration of ${levels.length} levels, found one of ${calibration.length}`,
      );
    }
    if (season > step * window) {
      throw new InputRangeError(
        `${action}: expected a season of at most the ${step * window} values of a window, found ${season}`,
      );
    }
  },
  network: (config, { engine, processors: { processor }, initial: { seed } }) =>
    new ForecastNetwork(config, { engine, processor, seed }),
  graphs: async ({ config, network, processors }) =>
    (await import("./graphs.ts")).forecasterGraphs(network, config, processors.processor),
};
