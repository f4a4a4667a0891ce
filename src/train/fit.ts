import { custom, type Field, integer, path } from "../schema/mod.ts";
import { type FileContent, writeDirectory } from "../formats/mod.ts";
import { type Checkpoint, checkpointFiles } from "./checkpoint.ts";
import type { TrainSettings } from "./settings.ts";
import type { Measurement } from "./best.ts";
import type { MeasuredEvent, StepEvent, Trainer } from "./trainer.ts";

/** What of a run is kept, and where. */
export interface RunOptions {
  /** A directory in which the model and a checkpoint of the run are kept. */
  readonly directory?: string;
  /** Steps between checkpoints. Default: 200. One is also kept at every epoch's end and when the run is stopped. */
  readonly saveEvery?: number;
  /** Whatever the checkpoint shall hold besides, as JSON. */
  readonly notes?: Record<string, unknown>;
  /** Stops after the step that runs, when the checkpoint is written; its reason is thrown. */
  readonly signal?: AbortSignal;
}

/** Steps between checkpoints where no other number is asked for. */
export const SAVE_EVERY = 200;

/** The declarations of `RunOptions`. */
export const RUN_OPTIONS: Readonly<Record<keyof RunOptions, Field>> = {
  directory: path({ help: "Where the model and a checkpoint are kept." }),
  saveEvery: integer({ min: 1, default: SAVE_EVERY, help: "Steps between checkpoints." }),
  notes: custom({
    help: "What the checkpoint holds besides.",
    check: checkNotes,
  }),
  signal: custom({
    help: "Stops the run.",
    check: (value) => value instanceof AbortSignal ? undefined : "an AbortSignal",
  }),
};

/** Notes that JSON cannot hold would be refused only where the first checkpoint is written, in an engine's own words. */
function checkNotes(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return "an object";
  try {
    JSON.stringify(value);
  } catch (error) {
    const [why] = (error as Error).message.split("\n");
    throw new TypeError(`fit: expected notes that can be written as JSON, found some that cannot: ${why}`);
  }
}

/** What a run is made of. */
export interface Run<S extends TrainSettings, M extends Measurement> {
  /** What trains. */
  readonly trainer: Trainer<M>;
  /** How it was set up, for its checkpoints. */
  readonly settings: S;
  /** Number of the data, for its checkpoints. */
  readonly fingerprint: number;
  /** The run that is continued. */
  readonly checkpoint?: Checkpoint<S>;
  /** The model's own files, with the parameters as they are. */
  readonly files: () => Record<string, FileContent>;
}

/** Goes back to a checkpoint; an error names the files that it was read from. */
function restore<M extends Measurement>(trainer: Trainer<M>, { snapshot, source }: Checkpoint): void {
  try {
    trainer.restore(snapshot);
  } catch (error) {
    if (!(error instanceof RangeError) || source === undefined) throw error;
    throw new RangeError(`read ${source}: ${error.message}`);
  }
}

/**
 * Trains to the end, reporting every step and every epoch, and keeps the model and a checkpoint as it goes; at last the best parameters
 * are in place and kept.
 */
export async function* runTraining<S extends TrainSettings, M extends Measurement>(
  { trainer, settings, fingerprint, checkpoint, files }: Run<S, M>,
  { directory, saveEvery = SAVE_EVERY, notes = checkpoint?.notes ?? {}, signal }: RunOptions,
): AsyncGenerator<StepEvent | MeasuredEvent<M>, void, void> {
  if (checkpoint) restore(trainer, checkpoint);
  const save = async (contents: Record<string, FileContent>): Promise<void> => {
    if (directory !== undefined) await writeDirectory(directory, contents);
  };
  const state = (): Record<string, FileContent> => ({
    ...(trainer.hasBest ? {} : trainer.withKept(files)),
    ...checkpointFiles({ settings, fingerprint, snapshot: trainer.snapshot(), notes }),
  });
  if (!checkpoint) await save(state());
  try {
    for await (const event of trainer.run(signal)) {
      yield event;
      if (event.event === "epoch" || trainer.step % saveEvery === 0) await save(state());
    }
  } catch (error) {
    if (signal?.aborted) await save(state());
    throw error;
  }
  const last = state();
  const event = await trainer.finish();
  if (event) yield event;
  await save({ ...last, ...files() });
}
