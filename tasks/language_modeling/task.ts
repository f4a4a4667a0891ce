import { type Tokenizer, tokenizerFromJSON } from "../../tokenizers/mod.ts";
import { refuseOtherVocabulary, type Task, type TaskTypes } from "../task_model/mod.ts";
import type { TextCorpus } from "./corpus.ts";
import { endOfTextId } from "./end_of_text.ts";
import {
  checkConfig,
  type LanguageModelConfig,
  type LanguageModelInitialisation,
  type LanguageModelSettings,
  MODEL,
  SETTINGS,
} from "./hyperparameters.ts";
import type { LanguageModelEpoch } from "./learning.ts";
import { LanguageNetwork } from "./network.ts";

/** The types of the language modeling task. */
export interface LanguageModelTypes extends TaskTypes {
  /** The fields saved in `config.json`. */
  readonly config: LanguageModelConfig;
  /** Settings for initializing the weights. */
  readonly initial: LanguageModelInitialisation;
  /** The training settings. */
  readonly settings: LanguageModelSettings;
  /** The tokenizer, which converts text to ids and back. */
  readonly processors: { readonly tokenizer: Tokenizer };
  /** Embedding, recurrent layers and decoder. */
  readonly network: LanguageNetwork;
  /** A training text or documents, or training, validation and test texts. */
  readonly data: string | readonly string[] | TextCorpus;
  /** The event that reports an epoch. */
  readonly event: LanguageModelEpoch;
}

/**
 * The language modeling task: predict the next token of a text.
 *
 * @example
 * ```ts
 * import { complete, LANGUAGE_MODELING } from "@elman/elman/tasks";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(LANGUAGE_MODELING.name, "language-modeling");
 * assertEquals(complete(LANGUAGE_MODELING.settings, { epochs: 3 }, "fit").epochs, 3);
 * ```
 */
export const LANGUAGE_MODELING: Task<LanguageModelTypes> = {
  name: "language-modeling",
  noun: "language model",
  model: MODEL,
  settings: SETTINGS,
  processors: { tokenizer: { file: "tokenizer.json", fromJSON: tokenizerFromJSON } },
  check(action, config, { tokenizer }) {
    checkConfig(action, config);
    refuseOtherVocabulary(action, tokenizer, config.vocabSize);
    if (config.endOfText !== null) endOfTextId(action, tokenizer, config.endOfText);
  },
  network: (config, { engine, initial }) => new LanguageNetwork(config, { engine, ...initial }),
  graphOptions: ["logProbabilities"],
  graphs: async ({ network }, options) => (await import("./graphs.ts")).languageModelGraphs(network, options),
};
