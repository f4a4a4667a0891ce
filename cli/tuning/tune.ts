import { InputRangeError } from "../../errors.ts";
import { lockForTraining } from "../../src/formats/directory_lock.ts";
import { count, type Given } from "../../src/schema/mod.ts";
import { freeDimensions, merge, type RunFields } from "../../tasks/tuning/mod.ts";
import { exists } from "../terminal/mod.ts";
import { keepOldModel, takeOver } from "../training/mod.ts";
import { runSearch } from "./run_search.ts";
import type { TuneOptions } from "./tune_options.ts";
import { TuningReport } from "./tuning_report.ts";
import { readOwn, TuningState } from "./tuning_state.ts";

/** The result of a search, and the time for the training that follows. */
export interface Tuned {
  /** The model's directory. */
  readonly directory: string;
  /** The changes to the given fields. */
  readonly change: RunFields;
  /** Whether an earlier session has begun to train with them. */
  readonly hasBegun: boolean;
  /** Aborts when the time is over. */
  readonly lastEpoch: AbortSignal;
  /** Records the end of the training session, and whether training has ended. */
  end(isFinished: boolean): Promise<void>;
}

/**
 * Searches for good options, or goes on with an interrupted search. Returns undefined, with a message on standard
 * error, if it was interrupted.
 */
export async function tune(options: TuneOptions): Promise<Tuned | undefined> {
  const { program: { tuning }, data: { data }, given, corpus, start } = options;
  const minutes = options.values.autotune!;
  const space = freeDimensions(tuning!.space(given, data), options.fixed);
  if (space.length === 0) {
    throw new InputRangeError("autotune: expected an option of the search that is not given, found all given");
  }
  const fingerprint = tuning!.fingerprint(data);
  const search = { ...options, fingerprint };
  const isOwn = (directory: string): Promise<boolean> =>
    readOwn(directory, search).then((found) => found !== undefined, () => false);
  const directory = await options.directoryFor(isOwn);
  const found = await readOwn(directory, search);
  const isChosen = typeof found?.chosen === "number";
  const report = new TuningReport(options);
  const state = new TuningState(directory, start - (found?.seconds ?? 0) * 1e3);
  if (!found) report.say(await keepOldModel(directory));
  report.say(await takeOver(directory));
  const lock = await lockForTraining(directory);
  try {
    if (found) {
      await state.change({ ...found, minutes });
      report.say(`Going on with the search in ${directory} after ${count(found.trials.length, "training")}.`);
    }
    const examples = tuning!.examples(corpus);
    const hasEnded = isChosen ||
      await runSearch({ options, state, report, space, fingerprint, examples });
    if (!hasEnded) return undefined;
  } finally {
    await lock.release();
  }
  const { candidates, chosen } = state.record!;
  const left = Math.max(0, minutes * 60 - state.seconds);
  return {
    directory,
    change: merge(candidates[chosen!], { fit: longer(options) }),
    hasBegun: isChosen && await exists(`${directory}/training_state.json`),
    lastEpoch: AbortSignal.timeout(left * 1e3),
    end: (isFinished) => state.change({ ...state.record!, isFinished }),
  };
}

/** The factor by which the training after the search may last longer, as long as it improves. */
const LONGER = 3;

/** Lets early stopping rather than the number of epochs end the training, if the user leaves both open. */
function longer({ fixed, settings: { epochs, patience, schedule } }: TuneOptions): Given {
  const isOpen = !fixed.includes("epochs") && patience !== null && schedule === "constant";
  return isOpen ? { epochs: LONGER * epochs } : {};
}
