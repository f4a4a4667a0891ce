import { type Tokenizer, tokenizerFromJSON } from "../../tokenizers/mod.ts";
import { refuseOtherVocabulary, type Task, type TaskTypes } from "../task_model/mod.ts";
import type { MusicCorpus } from "./corpus.ts";
import { MODEL, type MusicConfig, type MusicInitialisation, type MusicSettings, SETTINGS } from "./hyperparameters.ts";
import type { MusicEpoch } from "./learning.ts";
import { MusicNetwork } from "./network.ts";
import { notationOf } from "./notations/mod.ts";

/** The types of the task. */
export interface MusicTypes extends TaskTypes {
  /** The configuration stored in `config.json`. */
  readonly config: MusicConfig;
  /** Settings for initializing the weights. */
  readonly initial: MusicInitialisation;
  /** The training settings. */
  readonly settings: MusicSettings;
  /** Divides the texts of pieces into tokens. */
  readonly processors: { readonly tokenizer: Tokenizer };
  /** The network: a language network that reads the places of tokens too. */
  readonly network: MusicNetwork;
  /** Pieces, or training, validation and test pieces. */
  readonly data: MusicCorpus | readonly string[];
  /** The event that reports an epoch. */
  readonly event: MusicEpoch;
}

/**
 * Music: predict the next token of a piece, to measure how likely it is, to compose and to harmonize.
 *
 * @example
 * ```ts
 * import { complete, MUSIC } from "@elman/elman/tasks";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(MUSIC.noun, "music model");
 * assertEquals(complete(MUSIC.settings, {}, "fit").transpose, 5);
 * ```
 */
export const MUSIC: Task<MusicTypes> = {
  name: "music",
  noun: "music model",
  model: MODEL,
  settings: SETTINGS,
  processors: { tokenizer: { file: "tokenizer.json", fromJSON: tokenizerFromJSON } },
  check(action, { vocabSize }, { tokenizer }) {
    refuseOtherVocabulary(action, tokenizer, vocabSize);
    notationOf(action, tokenizer);
  },
  network: (config, { engine, processors: { tokenizer }, initial: { seed } }) => {
    const { rules: { vocabSize, features, insideFeatures } } = notationOf("make a music model", tokenizer);
    return new MusicNetwork(config, { engine, vocabSize, features, insideFeatures, seed });
  },
  graphOptions: ["logProbabilities"],
  graphs: async ({ network, processors: { tokenizer } }, options) =>
    (await import("./graphs.ts")).musicGraphs(network, notationOf("export a music model", tokenizer), options),
};
