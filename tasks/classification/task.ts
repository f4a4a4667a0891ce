import { type Tokenizer, tokenizerFromJSON } from "../../tokenizers/mod.ts";
import { checkHiddenSizes } from "../task_model/hidden_sizes.ts";
import { refuseOtherVocabulary, type Task, type TaskTypes } from "../task_model/mod.ts";
import {
  type ClassifierConfig,
  type ClassifierInitialisation,
  type ClassifierSettings,
  MODEL,
  SETTINGS,
} from "./hyperparameters.ts";
import type { ClassifierEpoch } from "./learning.ts";
import { ClassifierNetwork } from "./network.ts";
import { refuseSingleStrands } from "./strands.ts";
import type { LabelledCorpus, LabelledText, MultiLabelText } from "./texts.ts";
import { refuseOtherThresholds } from "./multi_label/mod.ts";

/** The types of the classification task. */
export interface ClassifierTypes extends TaskTypes {
  /** The configuration stored in `config.json`. */
  readonly config: ClassifierConfig;
  /** Settings for initializing the weights. */
  readonly initial: ClassifierInitialisation;
  /** The training settings. */
  readonly settings: ClassifierSettings;
  /** The tokenizer. */
  readonly processors: { readonly tokenizer: Tokenizer };
  /** The network: embedding, recurrent layers, pooling and a linear layer. */
  readonly network: ClassifierNetwork;
  /** Labeled texts, or a corpus of training, validation and test texts. */
  readonly data: LabelledCorpus<LabelledText | MultiLabelText> | readonly (LabelledText | MultiLabelText)[];
  /** The event that reports an epoch. */
  readonly event: ClassifierEpoch;
}

/**
 * The classification task: predicts the label of a text.
 *
 * @example
 * ```ts
 * import { CLASSIFICATION, complete } from "@elman/elman/tasks";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(CLASSIFICATION.noun, "classifier");
 * assertEquals(complete(CLASSIFICATION.settings, { epochs: 3 }, "fit", { beginning: "scratch" }).epochs, 3);
 * ```
 */
export const CLASSIFICATION: Task<ClassifierTypes> = {
  name: "classification",
  formerNames: ["sentiment"],
  noun: "classifier",
  model: MODEL,
  settings: SETTINGS,
  processors: { tokenizer: { file: "tokenizer.json", fromJSON: tokenizerFromJSON } },
  learned: ["temperature", "thresholds", "linear"],
  check: (action, config, { tokenizer }) => {
    refuseOtherVocabulary(action, tokenizer, config.vocabSize);
    checkHiddenSizes(action, config);
    refuseSingleStrands(action, config);
    refuseOtherThresholds(action, config);
  },
  network: (config, { engine, processors: { tokenizer }, initial: { seed } }) =>
    new ClassifierNetwork(config, { engine, seed, unknownId: tokenizer.unknownId }),
  graphOptions: ["logProbabilities", "networkAlone"],
  graphs: async ({ config, network }, options) =>
    (await import("./graphs.ts")).classifierGraphs(network, config, options),
};
