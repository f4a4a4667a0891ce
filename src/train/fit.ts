import { InputRangeError, InputTypeError } from "../../errors.ts";
import { custom, type Field, integer, path } from "../schema/mod.ts";
import { lockForTraining } from "../formats/directory_lock.ts";
import type { Communicator } from "../distributed/mod.ts";
import { type FileContent, writeDirectory } from "../formats/mod.ts";
import { type Checkpoint, checkpointFiles, refuseIfContinued, sourceIn } from "./checkpoint.ts";
import type { TrainSettings } from "./settings.ts";
import type { Measurement } from "./best.ts";
import { changesOf } from "./continued.ts";
import type { MeasuredEvent, StepEvent } from "./events.ts";
import { History } from "./history.ts";
import { makeSchedule } from "./rate.ts";
import type { Trainer } from "./trainer.ts";

/** Options for saving and stopping a run. */
export interface RunOptions {
  /** Directory for the model, the checkpoint and the history. Default: nothing is saved. */
  readonly directory?: string;
  /**
   * Steps between checkpoints. Default: 200. A checkpoint is also saved after every epoch and when the run is stopped.
   */
  readonly saveEvery?: number;
  /**
   * Called after every step, with `syncEvery` after those at which the ranks average their weights; if it returns true,
   * a checkpoint is saved then, too. Default: never.
   */
  readonly saveWhen?: () => boolean;
  /**
   * Additional data for the checkpoint, as JSON. The model's card shows the texts `name`, `license`, `language`,
   * `data` and `command` of its `card`.
   */
  readonly notes?: Record<string, unknown>;
  /** Stops the run after the current step: saves a checkpoint and throws the signal's reason. */
  readonly signal?: AbortSignal;
  /** Ends the run after the current epoch, as if it were the last: the best parameters are put in place and saved. */
  readonly lastEpoch?: AbortSignal;
  /**
   * Connects this process with others that train the model together, each on its part of every batch. Rank 0 saves.
   * Default: this process alone trains.
   */
  readonly communicator?: Communicator;
}

/** Default number of steps between checkpoints. */
export const SAVE_EVERY = 200;

/** The declarations of `RunOptions`. */
export const RUN_OPTIONS: Readonly<Record<keyof RunOptions, Field>> = {
  directory: path({ help: "Directory for the model and the checkpoint." }),
  saveEvery: integer({ min: 1, default: SAVE_EVERY, help: "Steps between checkpoints." }),
  saveWhen: custom({
    help: "Whether to save a checkpoint after the step that has ended.",
    check: (value) => typeof value === "function" ? undefined : "a function",
  }),
  notes: custom({
    help: "Additional data for the checkpoint.",
    check: checkNotes,
  }),
  signal: custom({ help: "Stops the run.", check: checkSignal }),
  lastEpoch: custom({ help: "Ends the run after the current epoch.", check: checkSignal }),
  communicator: custom({
    help: "Connects the processes that train together.",
    check: (value) => typeof (value as Communicator | null)?.allReduce === "function" ? undefined : "a communicator",
  }),
};

function checkSignal(value: unknown): string | undefined {
  return value instanceof AbortSignal ? undefined : "an AbortSignal";
}

/** Checks the notes up front; otherwise the first checkpoint would fail, with the JavaScript engine's own message. */
function checkNotes(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return "an object";
  try {
    JSON.stringify(value);
  } catch (error) {
    const [why] = (error as Error).message.split("\n");
    throw new InputTypeError(`fit: expected notes that can be written as JSON, found some that cannot: ${why}`);
  }
}

/** The parts of a training run. */
export interface Run<S extends TrainSettings, M extends Measurement> {
  /** The trainer. */
  readonly trainer: Trainer<M>;
  /** Settings, saved in checkpoints. */
  readonly settings: S;
  /** Hash of the training data, saved in checkpoints. */
  readonly fingerprint: number;
  /** The checkpoint to resume from. Default: a new run. */
  readonly checkpoint?: Checkpoint<S>;
  /** Called when the best measurement of the checkpoint is restored; may refuse it by throwing. */
  readonly restored: () => void;
  /** Encodes the model with its current parameters as files. */
  readonly files: () => Record<string, FileContent>;
}

/** Restores a checkpoint, but not the state of a schedule that the run has left. Errors name the checkpoint's files. */
function restore<M extends Measurement>(
  trainer: Trainer<M>,
  { snapshot, directory, settings: saved }: Checkpoint,
  settings: TrainSettings,
  restored: () => void,
): void {
  const isSame = saved.schedule === settings.schedule;
  const schedule = isSame ? snapshot.schedule : makeSchedule(settings, 1).state?.() ?? {};
  try {
    trainer.restore({ ...snapshot, schedule }, restored);
  } catch (error) {
    if (!(error instanceof InputRangeError) || directory === undefined) throw error;
    throw new InputRangeError(`read ${sourceIn(directory)}: ${error.message}`);
  }
}

/**
 * Trains to the end and yields an event for every step and epoch. Saves the model and a checkpoint on the way; at the
 * end the best parameters are in place and saved. Throws `RangeError` if another run trains into the directory, or has
 * done so since the checkpoint was read.
 */
export async function* runTraining<S extends TrainSettings, M extends Measurement>(
  run: Run<S, M>,
  options: RunOptions,
): AsyncGenerator<StepEvent | MeasuredEvent<M>, void, void> {
  const { directory } = options;
  const lock = directory === undefined ? undefined : await lockForTraining(directory);
  try {
    if (directory !== undefined && run.checkpoint) await refuseIfContinued(directory, run.checkpoint);
    yield* trainAndSave(run, options);
  } finally {
    await lock?.release();
  }
}

async function* trainAndSave<S extends TrainSettings, M extends Measurement>(
  { trainer, settings, fingerprint, checkpoint, restored, files }: Run<S, M>,
  options: RunOptions,
): AsyncGenerator<StepEvent | MeasuredEvent<M>, void, void> {
  const { directory, saveEvery = SAVE_EVERY, saveWhen, notes = checkpoint?.notes ?? {}, signal, lastEpoch } = options;
  const { ranks } = trainer;
  if (checkpoint) restore(trainer, checkpoint, settings, restored);
  const changes = checkpoint && changesOf(checkpoint, settings);
  const reached = checkpoint?.snapshot.progress;
  const history = directory === undefined ? undefined : await History.open(directory, { reached });
  // A resumed run may continue in a directory that lacks the model.
  let hasModel = false;
  const save = async (contents: Record<string, FileContent>): Promise<void> => {
    await history?.flush();
    if (directory !== undefined) await writeDirectory(directory, contents);
    hasModel = true;
  };
  const size = ranks.isAlone ? undefined : ranks.communicator.size;
  const state = async (): Promise<Record<string, FileContent>> => {
    await trainer.collect();
    if (ranks.communicator.rank > 0) return {};
    return {
      ...(hasModel && trainer.hasBest ? {} : trainer.withKept(files)),
      ...checkpointFiles({ settings, fingerprint, snapshot: trainer.snapshot(), notes, changes, ranks: size }),
    };
  };
  const asksToSave = await ranks.any(saveWhen !== undefined);
  if (!checkpoint) await save(await state());
  let isDue = false;
  try {
    for await (const event of trainer.run(signal)) {
      await history?.add(event, trainer);
      yield event;
      isDue ||= event.event === "epoch" || trainer.step % saveEvery === 0;
      if (trainer.isSynchronized) {
        const isAsked = asksToSave && await ranks.any(saveWhen?.() ?? false);
        if (isDue || isAsked) await save(await state());
        isDue = false;
      }
      if (event.event === "epoch" && await ranks.any(lastEpoch?.aborted ?? false)) break;
    }
  } catch (error) {
    if (signal?.aborted && ranks.isAlone || ranks.isStopping) await save(await state());
    throw error;
  } finally {
    await history?.flush();
  }
  const last = await state();
  const event = await trainer.finish();
  if (event) {
    await history?.add(event, trainer);
    yield event;
  }
  if (ranks.communicator.rank === 0) await save({ ...last, ...files() });
}
