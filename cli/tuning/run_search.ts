import type { Communicator } from "../../src/distributed/mod.ts";
import { Engine } from "../../src/nn/mod.ts";
import { count } from "../../src/schema/mod.ts";
import {
  type Dimension,
  type Found,
  merge,
  planRungs,
  type Rung,
  sampleCandidates,
  Search,
  type Trial,
  type TuningRecord,
} from "../../tasks/tuning/mod.ts";
import { singleThreaded } from "../engine_options.ts";
import { Interrupt, writeErrorLine } from "../terminal/mod.ts";
import { verifying } from "../verify_option.ts";
import type { TrialJob } from "./trial.ts";
import { openRankPool, serveRank0 } from "./rank_pool.ts";
import { averaging } from "./averaging.ts";
import { firstEnd, laterEnd, MOST_NETWORKS } from "./search_time.ts";
import { openPool, type PoolOptions, type TrialPool } from "./trial_pool.ts";
import type { TuneOptions } from "./tune_options.ts";
import type { TuningReport } from "./tuning_report.ts";
import type { TuningState } from "./tuning_state.ts";

/** The parts of a running search. */
export interface SearchParts {
  readonly options: TuneOptions;
  readonly state: TuningState;
  readonly report: TuningReport;
  readonly space: readonly Dimension[];
  readonly fingerprint: number;
  readonly examples: number;
}

/** Searches until the time is over, and records the choice. Returns false if it was interrupted. */
export async function runSearch(parts: SearchParts): Promise<boolean> {
  const { options, state, report } = parts;
  const interrupt = new Interrupt("Ending the search; press Ctrl-C again to quit at once.");
  const interrupted = interrupt.signal;
  const seconds = options.values.autotune! * 60;
  const end = firstEnd(seconds);
  const pool = await openAll(options, interrupt);
  try {
    if (!state.record) await begin(parts, { pool, signal: stopAt(end, state, interrupted), end, interrupted });
    if (interrupted.aborted) return await stopped(state);
    report.begin(state.record!, pool.size);
    let found = await searchUntil(end, parts, { pool, interrupted });
    const choice = { ...found, epochs: options.settings.epochs, threads: Engine.default().threads };
    const later = laterEnd(
      seconds,
      state.record!.trials,
      choice,
      averaging(options, MOST_NETWORKS) ? MOST_NETWORKS : 1,
    );
    if (later > end && !interrupted.aborted) found = await searchUntil(later, parts, { pool, interrupted });
    if (interrupted.aborted) return await stopped(state);
    const { candidate, figures } = found;
    await state.change({ ...state.record!, chosen: candidate, figures: figures ?? null });
    return true;
  } finally {
    interrupt[Symbol.dispose]();
    await pool[Symbol.asyncDispose]();
  }
}

/** Returns a signal that aborts at the end of a search, in seconds, or if it is interrupted. */
function stopAt(end: number, state: TuningState, interrupted: AbortSignal): AbortSignal {
  return AbortSignal.any([interrupted, AbortSignal.timeout(Math.max(0, end - state.seconds) * 1e3)]);
}

/** The workers of a search, and what interrupts it. */
interface SearchRun {
  readonly pool: TrialPool;
  readonly interrupted: AbortSignal;
}

/** Goes on with a search until a time in seconds. */
async function searchUntil(end: number, parts: SearchParts, { pool, interrupted }: SearchRun): Promise<Found> {
  const { options, state, report } = parts;
  const signal = stopAt(end, state, interrupted);
  const { candidates, rungs, secondsPerEpoch, trials } = state.record!;
  const search = new Search({
    candidates: candidates.length,
    rungs,
    workers: pool.size,
    secondsPerEpoch,
    now: () => state.seconds,
    end,
    known: trials,
    train: (candidate, rung) =>
      attempt(signal, () => pool.train(jobOf(options, state.record!, candidate, rung), signal)),
    errorOf: options.program.tuning!.figure(options.given.fit, options.data.data).errorOf,
    drawMore: async () => {
      await state.change({ ...state.record!, candidates: drawMore(parts, state.record!) });
      return state.record!.candidates.length;
    },
    onRung: (rung, candidates) => report.rung(rung, candidates),
    onTrial: async (trial: Trial) => {
      report.trial(trial, state.record!.candidates[trial.candidate]);
      await state.change({ ...state.record!, trials: search.trials });
    },
  });
  return await search.run();
}

/** Starts the workers of this process and, on rank 0 of several, takes in those of the others. */
async function openAll({ communicator, ...options }: TuneOptions, interrupt: Interrupt): Promise<TrialPool> {
  const own = await openPool(poolOptions(options));
  return communicator ? await openRankPool(own, communicator, () => interrupt.stop()) : own;
}

/** Trains what the search of rank 0 asks for, on another rank. */
export async function serveSearch(communicator: Communicator, options: TuneOptions): Promise<void> {
  await serveRank0(await openPool(poolOptions(options)), communicator);
}

function poolOptions({ program, command, tasks, data, values }: TuneOptions): PoolOptions {
  return {
    program,
    task: tasks.find(({ commands }) => commands.some(({ name }) => name === command))!.name,
    data: data.data,
    reading: verifying(values),
    size: Engine.default().threads,
    engine: singleThreaded(values),
  };
}

/** Options of `begin`. */
interface Beginning {
  readonly pool: TrialPool;
  /** Stops the measurement. */
  readonly signal: AbortSignal;
  /** The time at which the search ends. */
  readonly end: number;
  /** Aborted if the user stops the search. */
  readonly interrupted: AbortSignal;
}

/** Plans a new search: measures the time of an epoch, and draws the candidates. */
async function begin(
  { options, state, space, fingerprint, examples }: SearchParts,
  { pool, signal, end, interrupted }: Beginning,
): Promise<void> {
  const { command, given, settings: { epochs }, values: { autotune: minutes = 0 } } = options;
  const probe = { fields: given, epochs: 1, share: 1, seed: 0 };
  // Without a result in time, an epoch takes longer than all the time there is.
  const secondsPerEpoch = await attempt(signal, () => pool.time(probe, signal)) ?? 60 * minutes;
  if (interrupted.aborted) return;
  const seconds = Math.max(0, end - state.seconds) * pool.size;
  const { rungs, candidates } = planRungs({ epochs, secondsPerEpoch, seconds, examples });
  await state.change({
    command,
    minutes,
    given,
    fingerprint,
    seconds: 0,
    secondsPerEpoch,
    rungs,
    candidates: sampleCandidates(space, candidates, seedOf(options)),
    trials: [],
    chosen: null,
    figures: null,
    isFinished: false,
  });
}

/** Draws twice as many candidates: those that there are, and others. */
function drawMore({ options, space }: SearchParts, { candidates }: TuningRecord): TuningRecord["candidates"] {
  return sampleCandidates(space, 2 * candidates.length, seedOf(options));
}

/** The seed of the run, from which the candidates are drawn. */
function seedOf({ given }: TuneOptions): number {
  return (given.fit.seed ?? 1) as number;
}

function jobOf({ given }: TuneOptions, { candidates }: TuningRecord, candidate: number, rung: Rung): TrialJob {
  return { ...rung, fields: merge(given, candidates[candidate]) };
}

/** Returns undefined if `signal` aborts the work. */
async function attempt<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return signal.aborted ? undefined : await work();
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

/** Records the time of a search that was interrupted, and says how to go on with it. */
async function stopped(state: TuningState): Promise<false> {
  const { record } = state;
  if (record) await state.change(record);
  const trials = count(record?.trials.length ?? 0, "training");
  writeErrorLine(`Stopped the search after ${trials}. To go on: the same command again.`);
  return false;
}
