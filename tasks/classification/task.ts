import { type Tokenizer, tokenizerFromJSON } from "../../tokenizers/mod.ts";
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
import type { LabelledCorpus, LabelledText } from "./texts.ts";

/** The types of classification. */
export interface ClassifierTypes extends TaskTypes {
  /** What `config.json` keeps. */
  readonly config: ClassifierConfig;
  /** How the first weights are drawn. */
  readonly initial: ClassifierInitialisation;
  /** How it is trained. */
  readonly settings: ClassifierSettings;
  /** Text to ids. */
  readonly processors: { readonly tokenizer: Tokenizer };
  /** Embedding, recurrent layers, pooling and a linear layer. */
  readonly network: ClassifierNetwork;
  /** Labelled texts, or those to train and to measure on. */
  readonly data: LabelledCorpus | readonly LabelledText[];
  /** What an epoch reports. */
  readonly event: ClassifierEpoch;
}

/** The task: to tell the label of a text. */
export const CLASSIFICATION: Task<ClassifierTypes> = {
  name: "classification",
  formerNames: ["sentiment"],
  noun: "classifier",
  model: MODEL,
  settings: SETTINGS,
  processors: { tokenizer: { file: "tokenizer.json", fromJSON: tokenizerFromJSON } },
  learned: ["temperature"],
  check: (action, { vocabSize }, { tokenizer }) => refuseOtherVocabulary(action, tokenizer, vocabSize),
  network: (config, { engine, processors: { tokenizer }, initial: { seed } }) =>
    new ClassifierNetwork(config, { engine, seed, unknownId: tokenizer.unknownId }),
};
