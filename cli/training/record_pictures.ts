import { isInputError } from "../../errors.ts";
import type { AnyProgram, TaskModel, TaskTypes } from "../../tasks/task_model/mod.ts";
import { writePictures } from "../../tasks/task_model/picture_record.ts";

/** A trained model that is saved. */
interface SavedModel {
  readonly model: TaskModel<TaskTypes>;
  /** The data that it was trained on. */
  readonly corpus: unknown;
  /** Its directory. */
  readonly directory: string;
  /** Number of steps that it was trained. */
  readonly step: number;
}

/**
 * Writes pictures of a model for `report` beside it, if its task has them. Returns warnings instead of failing: the
 * model is trained and saved.
 */
export async function recordPictures(
  { pictures: make }: Pick<AnyProgram, "pictures">,
  { model, corpus, directory, step }: SavedModel,
): Promise<string[]> {
  try {
    const pictures = await make?.(model, corpus) ?? [];
    if (pictures.length > 0) await writePictures(directory, { step, pictures });
    return [];
  } catch (error) {
    if (!isInputError(error)) throw error;
    return [`no pictures for report: ${(error as Error).message}`];
  }
}
