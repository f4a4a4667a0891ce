import { InputRangeError } from "../../errors.ts";
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

/** The types of the translation task. */
export interface TranslatorTypes extends TaskTypes {
  /** The configuration stored in `config.json`. */
  readonly config: TranslatorConfig;
  /** Settings for initializing the weights. */
  readonly initial: TranslatorInitialisation;
  /** The training settings. */
  readonly settings: TranslatorSettings;
  /** The source and the target tokenizer; the target tokenizer is `undefined` if the vocabulary is joint. */
  readonly processors: { readonly tokenizer: Tokenizer; readonly targetTokenizer: Tokenizer | undefined };
  /** The network: an encoder-decoder with attention. */
  readonly network: TranslatorNetwork;
  /** Sentence pairs, or a corpus of training, validation and test pairs. */
  readonly data: ParallelCorpus | readonly SentencePair[];
  /** The event that reports an epoch. */
  readonly event: TranslatorEpoch;
}

/**
 * The translation task: maps one sequence to another.
 *
 * @example
 * ```ts
 * import { complete, TRANSLATION } from "@elman/elman/tasks";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(TRANSLATION.noun, "translator");
 * assertEquals(complete(TRANSLATION.settings, { epochs: 3 }, "fit").epochs, 3);
 * ```
 */
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
    throw new InputRangeError(`${action}: expected tokenizers of ${sizes.join(" and ")} symbols, found ${found}`);
  },
  network: (config, { engine, initial: { seed } }) => new TranslatorNetwork(config, { engine, seed }),
  graphOptions: ["logProbabilities"],
  graphs: async ({ config, network }, options) =>
    (await import("./graphs.ts")).translatorGraphs(network, config, options),
};
