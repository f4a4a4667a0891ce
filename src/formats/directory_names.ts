// The names in a model directory that the library itself uses.

/** The directory with the files of a committed write that have not been moved into their places. */
export const COMMITTED = "elman.commit";

/** The file that names the process that writes the directory. */
export const LOCK = "elman.lock";

/** The file of the others' checksums. */
export const CHECKSUMS = "SHA256SUMS";

/** The page about a model. People may edit it, so it has no checksum among the others'. */
export const CARD = "README.md";

/** The file of a run's steps and epochs, which is appended to. */
export const HISTORY = "history.jsonl";

/** The file of the pictures that a training run makes of its model for the report. */
export const PICTURES = "pictures.json";

/** The picture of the final test that some tasks draw. */
export const TEST_PICTURE = "test.svg";

/** The piece that a model of music composes after training, in several forms. */
export const EXAMPLE_TUNE = ["tune.mid", "tune.wav", "tune.svg"];

/** Matches the names of a model's files, of whatever task. */
export const MODEL_FILES =
  /^(?:config|(?:\w+_)?tokenizer|preprocessor_config|training_state)\.json$|^(?:model|training_state)\.safetensors$/;

/** Matches the names of staging directories and temporary files. */
export const STAGING = /^elman\.[0-9a-f]{8}\.tmp$/;

/** Returns a new name that matches `STAGING`. */
export function stagingName(): string {
  return `elman.${crypto.randomUUID().slice(0, 8)}.tmp`;
}

/** Whether a file that is saved may have a name. */
export function isFileName(name: string): boolean {
  return /^\w[\w.-]*$/.test(name) && ![COMMITTED, LOCK, CHECKSUMS].includes(name) && !STAGING.test(name);
}
