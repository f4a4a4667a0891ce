import { InputRangeError } from "../../errors.ts";
import type { DirectoryLock } from "../../src/formats/directory_lock.ts";
import { Engine } from "../../src/nn/mod.ts";
import { count, type Given } from "../../src/schema/mod.ts";
import { freeDimensions, merge, type RunFields } from "../../tasks/tuning/mod.ts";
import { expectSameRun, fromRank0 } from "../ranks.ts";
import { exists } from "../terminal/mod.ts";
import { holdDirectory, keepOldModel } from "../training/mod.ts";
import { averaging } from "./averaging.ts";
import { runSearch, serveSearch } from "./run_search.ts";
import { countNetworks } from "./search_time.ts";
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

/** The choice of rank 0, as the others are told. */
interface Choice extends Pick<Tuned, "directory" | "change" | "hasBegun"> {
  /** Milliseconds that are left for the training. */
  readonly left: number;
}

/**
 * Searches for good options, or goes on with an interrupted search; several ranks share the trainings. Returns
 * undefined, with a message on standard error, if it was interrupted.
 */
export async function tune(options: TuneOptions): Promise<Tuned | undefined> {
  const { program: { tuning }, data: { data }, given, communicator } = options;
  const inEffect = { plan: options.plan, model: { ...options.model.config }, fit: { ...options.settings } };
  const space = freeDimensions(tuning!.space(given, data), { given: options.fixed, inEffect });
  if (space.length === 0) {
    throw new InputRangeError("autotune: expected an option of the search that is not given, found all given");
  }
  const fingerprint = tuning!.fingerprint(data);
  if (communicator) await expectSameRun(communicator, "autotune", given, fingerprint);
  const isOther = (communicator?.rank ?? 0) > 0;
  let own: OwnSearch | undefined;
  try {
    const isChosen = await fromRank0(communicator, async () => {
      own = await beginSearch(options, fingerprint);
      return own.isChosen;
    });
    if (isOther && !isChosen) await serveSearch(communicator!, options);
    const choice = await fromRank0(communicator, async () => {
      const parts = { ...own!, options, space, fingerprint, examples: tuning!.examples(options.corpus) };
      return isChosen || await runSearch(parts) ? choiceOf(own!, options) : null;
    });
    if (choice === null) return undefined;
    const { left, ...rest } = choice;
    const end = async (isFinished: boolean): Promise<void> => {
      if (own) await own.state.change({ ...own.state.record!, isFinished });
    };
    return { ...rest, lastEpoch: AbortSignal.timeout(left), end };
  } finally {
    await own?.lock.release();
  }
}

/** A search on the rank that has its record. */
interface OwnSearch {
  readonly directory: string;
  readonly state: TuningState;
  readonly report: TuningReport;
  readonly lock: DirectoryLock;
  /** Whether an earlier session has chosen. */
  readonly isChosen: boolean;
}

/** Finds the directory of a search and locks it. */
async function beginSearch(options: TuneOptions, fingerprint: number): Promise<OwnSearch> {
  const minutes = options.values.autotune!;
  const search = { ...options, fingerprint };
  const isOwn = (directory: string): Promise<boolean> =>
    readOwn(directory, search).then((found) => found !== undefined, () => false);
  const directory = await options.directoryFor(isOwn);
  const found = await readOwn(directory, search);
  const report = new TuningReport(options);
  const state = new TuningState(directory, options.start - (found?.seconds ?? 0) * 1e3);
  report.introduce(options.data, options.suited);
  if (!found) report.say(await keepOldModel(directory));
  const { lock, message } = await holdDirectory(directory);
  report.say(message);
  try {
    if (found) {
      await state.change({ ...found, minutes });
      report.say(`Going on with the search in ${directory} after ${count(found.trials.length, "training")}.`);
    }
  } catch (error) {
    await lock.release();
    throw error;
  }
  return { directory, state, report, lock, isChosen: typeof found?.chosen === "number" };
}

async function choiceOf(own: OwnSearch, options: TuneOptions): Promise<Choice> {
  const { directory, state, isChosen } = own;
  const change = state.record!.last ?? await planLast(own, options);
  return {
    directory,
    change,
    hasBegun: isChosen && await exists(`${directory}/training_state.json`),
    left: 1e3 * secondsLeft(state, options),
  };
}

/** Plans the last training, and records the plan. */
async function planLast({ state, report }: OwnSearch, options: TuneOptions): Promise<RunFields> {
  const last = await lastTraining(state, options);
  await state.change({ ...state.record!, last });
  report.end(state.record!, last);
  return last;
}

/** Returns the training with the choice, of as many networks as there is time and memory for. */
async function lastTraining(state: TuningState, options: TuneOptions): Promise<RunFields> {
  const { candidates, trials, chosen } = state.record!;
  const alone = merge(candidates[chosen!], { fit: longer(options) });
  const choice = { candidate: chosen!, epochs: options.settings.epochs, threads: Engine.default().threads };
  for (let networks = countNetworks(secondsLeft(state, options), trials, choice); networks > 1; networks--) {
    const several = averaging(options, networks);
    if (several === undefined) break;
    const last = merge(alone, several);
    if (await options.fits(last)) return last;
  }
  return alone;
}

function secondsLeft(state: TuningState, { values: { autotune: minutes } }: TuneOptions): number {
  return Math.max(0, minutes! * 60 - state.seconds);
}

/** The factor by which the training after the search may last longer, as long as it improves. */
const LONGER = 3;

/** Lets early stopping rather than the number of epochs end the training, if the user leaves both open. */
function longer({ fixed, settings: { epochs, patience, schedule } }: TuneOptions): Given {
  const isOpen = !fixed.includes("epochs") && patience !== null && schedule === "constant";
  return isOpen ? { epochs: LONGER * epochs } : {};
}
