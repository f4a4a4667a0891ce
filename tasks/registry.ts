import type { AnyProgram, TrainCommand } from "./task_model/mod.ts";

/** A task as the command line lists it. Its program is loaded on demand. */
export interface TaskEntry {
  /** The task's name in `config.json`. */
  readonly name: string;
  /** Earlier names, which are still read. */
  readonly formerNames?: readonly string[];
  /** The command that uses a trained model, such as `generate`. */
  readonly verb: string;
  /** The commands that train models of the task. */
  readonly commands: readonly TrainCommand[];
  /** The noun for its data, such as "texts", if other tasks have the same training command. */
  readonly data?: string;
  /**
   * Whether a file holds data of the task. Of several tasks with one training command, the command trains a model of
   * the one that reads the file, or of the first.
   */
  readonly reads?: (path: string) => Promise<boolean>;
  /** Loads the task's program. */
  readonly load: () => Promise<AnyProgram>;
}

/**
 * Every task.
 *
 * @example
 * ```ts
 * import { findTask, TASKS } from "@elman/elman/tasks";
 * import { assertEquals } from "@std/assert";
 *
 * const names = ["language-modeling", "classification", "vector-classification", "translation", "forecasting"];
 * assertEquals(TASKS.map(({ name }) => name), [...names, "speech-recognition", "music"]);
 * assertEquals(findTask("sentiment")?.name, "classification"); // An earlier name.
 * assertEquals(findTask("translation")?.verb, "translate");
 * ```
 */
export const TASKS: readonly TaskEntry[] = [
  {
    name: "language-modeling",
    verb: "generate",
    commands: [{
      name: "train-lm",
      summary: "Train a language model on a text, to generate more like it.",
      demo: "demo",
      examples: [
        "train-lm",
        "train-lm --data my.txt --cell gru --hidden 512 --layers 2 --dropout 0.3",
        "train-lm --data new.txt --init-from models/my-gru --lr 0.0005",
      ],
    }],
    load: async () => (await import("./language_modeling/program.ts")).LANGUAGE_MODEL_PROGRAM,
  },
  {
    name: "classification",
    formerNames: ["sentiment"],
    verb: "classify",
    data: "texts",
    commands: [{
      name: "train-classifier",
      summary: "Train a classifier on labeled texts or sequences of numbers.",
      examples: [
        "train-classifier --data questions.tsv",
        "train-classifier --data my.csv --autotune 10",
      ],
    }, {
      name: "train-sentiment",
      summary: "Train a text classifier on labeled texts or, by default, on generated reviews.",
      demo: "reviews",
      examples: [
        "train-sentiment",
        "train-sentiment --data my.csv --vectors glove.6B.100d.txt --calibrate",
        "train-sentiment --data my.csv --init-from models/my-lstm",
      ],
    }],
    load: async () => (await import("./classification/program.ts")).CLASSIFIER_PROGRAM,
  },
  {
    name: "vector-classification",
    verb: "classify",
    data: "sequences of numbers",
    commands: [{
      name: "train-classifier",
      summary: "Train a classifier on labeled sequences of numbers.",
      examples: [
        "train-classifier --data gestures.jsonl --group subject --folds 10",
      ],
    }],
    reads: async (path) => (await import("./data/vector_sequences/mod.ts")).holdsVectors(path),
    load: async () => (await import("./vector_classification/program.ts")).VECTOR_PROGRAM,
  },
  {
    name: "translation",
    verb: "translate",
    commands: [{
      name: "train-translation",
      summary: "Train a translator on sentence pairs or, by default, on generated phrases.",
      demo: "phrases",
      examples: [
        "train-translation --from en --to ja",
        "train-translation --src train.en --tgt train.de --out models/en-de",
        "train-translation --data spelling_and_sound.tsv --tokenizer char",
      ],
    }],
    load: async () => (await import("./translation/program.ts")).TRANSLATOR_PROGRAM,
  },
  {
    name: "forecasting",
    verb: "forecast",
    commands: [{
      name: "train-forecast",
      summary: "Train a forecaster on time series or, by default, on the weather of Seattle.",
      demo: "weather",
      examples: [
        "train-forecast",
        "train-forecast --data sales.csv --time date --target y --series shop --horizon 28 --known promo,holiday",
        "train-forecast --data hourly.csv --frequency hour --horizon 48 --members 3",
      ],
    }],
    load: async () => (await import("./forecasting/program.ts")).FORECASTER_PROGRAM,
  },
  {
    name: "speech-recognition",
    verb: "transcribe",
    commands: [{
      name: "train-speech",
      summary: "Train a speech recognizer on sounds with texts or, by default, digits.",
      demo: "digits",
      examples: [
        "train-speech",
        "train-speech --data train.tsv --group 2 --test test.tsv --out models/commands",
        "train-speech --data recordings/ --unidirectional --hidden 320",
      ],
    }],
    load: async () => (await import("./speech/program.ts")).SPEECH_PROGRAM,
  },
  {
    name: "music",
    verb: "compose",
    commands: [{
      name: "train-music",
      summary: "Train a model of music on tunes, MIDI files or piano rolls.",
      demo: "tunes",
      examples: [
        "train-music",
        "train-music --data tunes.abc --transpose 5 --out models/folk",
        "train-music --data chorales.json --preset chorales --out models/chorales",
      ],
    }],
    load: async () => (await import("./music/program.ts")).MUSIC_PROGRAM,
  },
];

/** Finds a task by its name or an earlier name; returns undefined if there is none. */
export function findTask(name: string, tasks: readonly TaskEntry[] = TASKS): TaskEntry | undefined {
  return tasks.find((task) => task.name === name || task.formerNames?.includes(name));
}
