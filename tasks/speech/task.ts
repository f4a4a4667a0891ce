import { InputRangeError } from "../../errors.ts";
import { type Tokenizer, tokenizerFromJSON } from "../../tokenizers/mod.ts";
import { refuseOtherVocabulary, type Task, type TaskTypes } from "../task_model/mod.ts";
import type { SpeechCorpus, Utterance } from "./corpus.ts";
import {
  MODEL,
  SETTINGS,
  type SpeechConfig,
  type SpeechInitialisation,
  type SpeechSettings,
} from "./hyperparameters.ts";
import type { SpeechEpoch } from "./learning.ts";
import { SpeechNetwork } from "./network.ts";
import { SoundProcessor } from "./sound_processor.ts";
import { withoutMerging } from "./without_merging.ts";

/** The types of the task. */
export interface SpeechTypes extends TaskTypes {
  /** The configuration stored in `config.json`. */
  readonly config: SpeechConfig;
  /** Settings for initializing the weights. */
  readonly initial: SpeechInitialisation;
  /** The training settings. */
  readonly settings: SpeechSettings;
  /** Makes the network's inputs of sounds, and its classes of texts. */
  readonly processors: { readonly processor: SoundProcessor; readonly tokenizer: Tokenizer };
  /** The network: recurrent layers and a linear layer. */
  readonly network: SpeechNetwork;
  /** Utterances, or a corpus of training, validation and test utterances. */
  readonly data: SpeechCorpus | readonly Utterance[];
  /** The event that reports an epoch. */
  readonly event: SpeechEpoch;
}

/**
 * Speech recognition: transcribes what is said in a sound.
 *
 * @example
 * ```ts
 * import { complete, SPEECH_RECOGNITION } from "@elman/elman/tasks";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(SPEECH_RECOGNITION.noun, "speech recognizer");
 * assertEquals(complete(SPEECH_RECOGNITION.settings, {}, "fit").schedule, "cosine");
 * ```
 */
export const SPEECH_RECOGNITION: Task<SpeechTypes> = {
  name: "speech-recognition",
  noun: "speech recognizer",
  model: MODEL,
  settings: SETTINGS,
  processors: {
    processor: { file: "preprocessor_config.json", fromJSON: (json) => SoundProcessor.fromJSON(json) },
    tokenizer: { file: "tokenizer.json", fromJSON: (json) => withoutMerging(tokenizerFromJSON(json)) },
  },
  check: (action, { input, vocabSize }, { processor, tokenizer }) => {
    if (processor.width !== input) {
      throw new InputRangeError(
        `${action}: expected a sound processor of ${input} inputs a frame, found ${processor.width}`,
      );
    }
    refuseOtherVocabulary(action, tokenizer, vocabSize);
  },
  network: (config, { engine, initial: { seed } }) => new SpeechNetwork(config, { engine, seed }),
  // Its scores are always logarithms.
  graphOptions: ["logProbabilities"],
  graphs: async ({ config, network, processors }) =>
    (await import("./graphs.ts")).speechGraphs(network, config, processors.processor),
};
