import { writeDirectory } from "../../src/formats/mod.ts";
import type { Given } from "../../src/schema/mod.ts";
import { recordStepless } from "../../src/train/mod.ts";
import { modelFiles } from "./model_files.ts";
import type { ModelParts, Prepared, TaskTypes } from "./task.ts";

/** A training that had no steps. */
interface SteplessTraining<T extends TaskTypes> {
  readonly prepared: Prepared<T>;
  /** The notes of the run. */
  readonly noted: Given;
  /** The time at which it began, by `performance.now()`. */
  readonly start: number;
}

/**
 * Saves a model that was not trained in steps, and the history of its training. There is no training state, so the
 * history has the notes that describe the run.
 */
export async function saveStepless<T extends TaskTypes>(
  directory: string,
  parts: ModelParts<T>,
  { prepared, noted: { introduction, plan }, start }: SteplessTraining<T>,
): Promise<void> {
  const measured = await prepared.measure?.() ?? null;
  await writeDirectory(directory, modelFiles(parts));
  const { keptBytes: memoryBytes } = parts.network.parameters()[0].engine;
  await recordStepless(directory, { notes: { introduction, plan }, start, measured, memoryBytes });
}
