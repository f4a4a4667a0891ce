import { type Tokenizer, tokenizerFromJSON } from "../../tokenizers/mod.ts";
import { refuseOtherVocabulary, type Task, type TaskTypes } from "../task_model/mod.ts";
import type { TextCorpus } from "./corpus.ts";
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

/** The types of language modelling. */
export interface LanguageModelTypes extends TaskTypes {
  /** What `config.json` keeps. */
  readonly config: LanguageModelConfig;
  /** How the first weights are drawn. */
  readonly initial: LanguageModelInitialisation;
  /** How it is trained. */
  readonly settings: LanguageModelSettings;
  /** Text to ids and back. */
  readonly processors: { readonly tokenizer: Tokenizer };
  /** Embedding, recurrent layers and decoder. */
  readonly network: LanguageNetwork;
  /** A text, or texts to train and to measure on. */
  readonly data: string | TextCorpus;
  /** What an epoch reports. */
  readonly event: LanguageModelEpoch;
}

/** The task: to predict the next token of a text. */
export const LANGUAGE_MODELING: Task<LanguageModelTypes> = {
  name: "language-modeling",
  noun: "language model",
  model: MODEL,
  settings: SETTINGS,
  processors: { tokenizer: { file: "tokenizer.json", fromJSON: tokenizerFromJSON } },
  check(action, config, { tokenizer }) {
    checkConfig(action, config);
    refuseOtherVocabulary(action, tokenizer, config.vocabSize);
  },
  network: (config, { engine, initial }) => new LanguageNetwork(config, { engine, ...initial }),
};
