import { type Tokenizer, tokenizerFromJSON } from "../../tokenizers/mod.ts";
import type { Task, TaskTypes } from "../task_model/mod.ts";
import {
  checkSizes,
  MODEL,
  SETTINGS,
  type TranslatorConfig,
  type TranslatorInitialisation,
  type TranslatorSettings,
} from "./hyperparameters.ts";
import type { TranslatorEpoch } from "./learning.ts";
import { TranslatorNetwork } from "./network.ts";
import type { ParallelCorpus, SentencePair } from "./pairs.ts";

/** The types of translation. */
export interface TranslatorTypes extends TaskTypes {
  /** What `config.json` keeps. */
  readonly config: TranslatorConfig;
  /** How the first weights are drawn. */
  readonly initial: TranslatorInitialisation;
  /** How it is trained. */
  readonly settings: TranslatorSettings;
  /** Source text to ids, and ids to target text; one tokenizer where it is joint. */
  readonly processors: { readonly tokenizer: Tokenizer; readonly targetTokenizer: Tokenizer | undefined };
  /** Encoder and decoder with attention. */
  readonly network: TranslatorNetwork;
  /** Sentence pairs, or those to train and to measure on. */
  readonly data: ParallelCorpus | readonly SentencePair[];
  /** What an epoch reports. */
  readonly event: TranslatorEpoch;
}

/** The task: to write one sequence for another. */
export const TRANSLATION: Task<TranslatorTypes> = {
  name: "translation",
  noun: "translator",
  model: MODEL,
  settings: SETTINGS,
  processors: {
    tokenizer: { file: "tokenizer.json", fromJSON: tokenizerFromJSON },
    targetTokenizer: { file: "target_tokenizer.json", fromJSON: tokenizerFromJSON, isOptional: true },
  },
  learned: ["alphabet"],
  check(action, config, { tokenizer, targetTokenizer }) {
    checkSizes(action, config);
    const target = config.joint ? tokenizer : targetTokenizer;
    const sizes = [config.sourceVocabSize - 1, config.targetVocabSize - 1];
    if (tokenizer.size === sizes[0] && target?.size === sizes[1]) return;
    const found = `${tokenizer.size} and ${target?.size ?? "no tokenizer"}`;
    throw new RangeError(`${action}: expected tokenizers of ${sizes.join(" and ")} symbols, found ${found}`);
  },
  network: (config, { engine, initial: { seed } }) => new TranslatorNetwork(config, { engine, seed }),
};
