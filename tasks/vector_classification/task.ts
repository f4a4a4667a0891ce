import { InputRangeError } from "../../errors.ts";
import type { VectorSequence } from "../data/mod.ts";
import type { Task, TaskTypes } from "../task_model/mod.ts";
import { FrameProcessor } from "./frame_processor.ts";
import {
  MODEL,
  SETTINGS,
  type VectorClassifierConfig,
  type VectorClassifierInitialisation,
  type VectorClassifierSettings,
} from "./hyperparameters.ts";
import type { VectorClassifierEpoch } from "./learning.ts";
import { VectorClassifierNetwork } from "./network.ts";
import type { VectorCorpus } from "./sequences.ts";

/** The types of the task. */
export interface VectorClassifierTypes extends TaskTypes {
  /** The configuration stored in `config.json`. */
  readonly config: VectorClassifierConfig;
  /** Settings for initializing the weights. */
  readonly initial: VectorClassifierInitialisation;
  /** The training settings. */
  readonly settings: VectorClassifierSettings;
  /** Makes the network's inputs of frames. */
  readonly processors: { readonly processor: FrameProcessor };
  /** The network: recurrent layers, pooling and a linear layer. */
  readonly network: VectorClassifierNetwork;
  /** Labeled sequences, or a corpus of training, validation and test sequences. */
  readonly data: VectorCorpus | readonly VectorSequence[];
  /** The event that reports an epoch. */
  readonly event: VectorClassifierEpoch;
}

/**
 * The classification of vector sequences: predicts the label of a sequence of numbers.
 *
 * @example
 * ```ts
 * import { complete, VECTOR_CLASSIFICATION } from "@elman/elman/tasks";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(VECTOR_CLASSIFICATION.noun, "vector classifier");
 * const context = { kind: "skeleton", labels: ["wave", "clap"] };
 * assertEquals(complete(VECTOR_CLASSIFICATION.settings, {}, "fit", context).mirror, true);
 * ```
 */
export const VECTOR_CLASSIFICATION: Task<VectorClassifierTypes> = {
  name: "vector-classification",
  noun: "vector classifier",
  model: MODEL,
  settings: SETTINGS,
  processors: { processor: { file: "preprocessor_config.json", fromJSON: (json) => FrameProcessor.fromJSON(json) } },
  learned: ["temperature"],
  check: (action, { input, picture }, { processor }) => {
    if (picture !== null && input % (picture[0] * picture[1]) !== 0) {
      throw new InputRangeError(`${action}: expected inputs of pictures of ${picture.join(" x ")}, found ${input}`);
    }
    if (processor.width === input) return;
    throw new InputRangeError(
      `${action}: expected a frame processor of ${input} inputs a frame, found ${processor.width}`,
    );
  },
  network: (config, { engine, initial: { seed } }) => new VectorClassifierNetwork(config, { engine, seed }),
  graphOptions: ["logProbabilities"],
  graphs: async ({ config, network }, options) =>
    (await import("./graphs.ts")).vectorClassifierGraphs(network, config, options),
};
