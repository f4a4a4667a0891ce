import { join } from "node:path";
import { type Communicator, SingleProcess } from "../../src/distributed/mod.ts";
import { Engine } from "../../src/nn/mod.ts";
import { count, type Given } from "../../src/schema/mod.ts";
import { expectSameRun } from "../ranks.ts";
import type { DirectoryLock } from "../../src/formats/directory_lock.ts";
import { replaceFile } from "../../src/formats/write_file.ts";
import type { RunOptions, StepEvent } from "../../src/train/mod.ts";
import { deviationOf, meanOf } from "../../tasks/task_model/cross_validation.ts";
import type { AnyProgram, DataSet, EpochEvent, FoldOutcome } from "../../tasks/task_model/mod.ts";
import { UsageError } from "../arguments/mod.ts";
import { describeEngine } from "../engine_options.ts";
import { INTERRUPTED, jsonLine, writeErrorLine, writeLine } from "../terminal/mod.ts";
import { eventLogOfFold } from "./event_log.ts";
import { expectFreshFolder, FOLDS_FILE, type FoldsReport, writeFoldsReport } from "./folds_report.ts";
import { holdDirectory } from "./output_directory.ts";
import { TrainingRun, type TrainingRunOptions } from "./training_run.ts";

/** The file of the picture of a cross-validation's report. */
const PICTURE_FILE = "confusion.svg";

/** A cross-validation on the command line. */
export interface FoldsRun {
  /** The program of the task. */
  readonly program: AnyProgram;
  /** The command's name. */
  readonly command: string;
  /** The directory of the report. */
  readonly directory: string;
  /** The given fields. */
  readonly given: FoldsReport["given"];
  /** The given fields, and those that suit the data. */
  readonly chosen: FoldsReport["given"];
  /** The options chosen to suit the data, in one line. */
  readonly suited?: string;
  /** The fields of the data, with their defaults. */
  readonly plan: Given;
  /** The data. */
  readonly data: DataSet<unknown>;
  /** Options of `load`, if models start from another one. */
  readonly reading: Given;
  /** The report of the resumed run. Default: a new run. */
  readonly report?: FoldsReport;
  /** The values of the command's options. */
  readonly values: TrainingRunOptions["values"];
  /** Connects the ranks, each of which trains some of the folds by itself. Default: there is one. */
  readonly communicator?: Communicator;
}

/**
 * Trains and measures one model for each fold, and reports the figures. Several ranks train as many folds at a time;
 * rank 0 reports and writes. Returns the exit code. Throws `RangeError` if another run trains into the directory.
 */
export async function runFolds(run: FoldsRun): Promise<number> {
  const { program, directory, chosen, plan, data, report: earlier } = run;
  const { communicator: ranks = new SingleProcess() } = run;
  const { folds, fingerprint } = program.crossValidation!.divide(plan, data.data);
  await expectSameRun(ranks, "cross-validate", chosen, fingerprint);
  if (earlier && (earlier.fingerprint !== fingerprint || earlier.count !== folds.length)) {
    throw new UsageError(`--resume ${directory}: expected the data of the run that is resumed, found other data`);
  }
  const lock = await introduce(run, folds, partOf(run));
  try {
    // Another run may have ended in the directory since it was found empty.
    if (lock && !earlier) await expectFreshFolder(directory);
    return await trainFolds(run, folds, fingerprint);
  } finally {
    await lock?.release();
  }
}

/** Makes the run of a part of a cross-validation, or of the whole. */
function partOf(
  { program: { unit }, command, directory, values, communicator }: FoldsRun,
  place?: string,
): TrainingRun {
  return new TrainingRun({ command, directory, unit, values, place, communicator });
}

async function trainFolds(run: FoldsRun, folds: readonly unknown[], fingerprint: number): Promise<number> {
  const { program, command, directory, given, chosen, values, report: earlier } = run;
  const { communicator: ranks = new SingleProcess() } = run;
  const reports = ranks.rank === 0;
  const { task: { name: task } } = program.model;
  const begun = earlier ?? { command, task, given, fingerprint, count: folds.length, folds: [], notes: [] };
  let report: FoldsReport = { ...begun, chosen, suited: run.suited };
  if (reports) await writeFoldsReport(directory, report);
  const fit = shareOf(chosen.fit, Math.ceil(folds.length / ranks.size));
  for (let first = report.folds.length; first < folds.length; first += ranks.size) {
    const index = first + ranks.rank;
    const logged = { ...values, ...eventLogOfFold(values, index + 1) };
    const training = partOf({ ...run, values: logged }, placeOf(index, folds));
    const own = index < folds.length ? await trainFold(run, { fold: folds[index], fit }, training) : undefined;
    const all = await ranks.gather(own ?? null);
    for (const [i, outcome] of all.slice(0, folds.length - first).entries()) {
      if (outcome === null) return stopped(training, reports && own !== undefined);
      const { figures, notes = {} } = outcome;
      report = { ...report, folds: [...report.folds, figures], notes: [...report.notes ?? [], notes] };
      if (!reports) continue;
      await writeFoldsReport(directory, report);
      training.say(`${placeOf(first + i, folds)}: ${program.crossValidation!.describe(figures)}`);
      if (values.json) jsonLine({ event: "fold", fold: first + i + 1, folds: folds.length, ...figures });
    }
  }
  if (reports) await conclude(run, report, partOf(run));
  return 0;
}

function placeOf(index: number, { length }: readonly unknown[]): string {
  return `fold ${index + 1} of ${length}`;
}

/** Ends a run that a rank has been asked to stop; says so if the training itself has not. */
function stopped(training: TrainingRun, isUnsaid: boolean): number {
  if (isUnsaid) writeErrorLine(training.stopMessage());
  return INTERRUPTED;
}

/**
 * Says what is trained on what, checks the settings with the data of the first fold, and locks the directory on rank 0.
 */
async function introduce(
  { program, chosen, suited, plan, data, reading, directory, report, values, communicator }: FoldsRun,
  folds: readonly unknown[],
  run: TrainingRun,
): Promise<DirectoryLock | undefined> {
  const [fold] = folds;
  const { warnings, notes } = data;
  const model = await program.create(plan, chosen.model, fold, reading);
  const corpus = await program.corpus(model, fold);
  const settings = await model.checkFit(corpus, chosen.fit);
  if (!values.quiet) { for (const warning of warnings) writeErrorLine(`warning: ${warning}`); }
  const { text, lines = [], fields } = program.introduce(model, corpus, fold, { warnings, settings });
  model[Symbol.dispose]();
  if (values.json && fields) jsonLine({ event: "data", ...fields, suited });
  for (const line of [...notes, ...lines, suited]) run.say(line);
  if ((communicator?.rank ?? 0) > 0) return undefined;
  const { lock, message } = await holdDirectory(directory);
  run.say(message);
  const beginning = report?.folds.length ? `Resuming after fold ${report.folds.length} of` : "Cross-validation with";
  const engine = describeEngine(Engine.default());
  const ranks = communicator ? `, ${communicator.size} at a time on ${count(communicator.size, "rank")}` : "";
  run.say(
    `${beginning} ${folds.length} folds${ranks}: ${text}; ${engine}. Saving the figures to ${
      join(directory, FOLDS_FILE)
    }.`,
  );
  return lock;
}

/** Returns the settings of a fold: each of so many after another gets the same share of a budget of time. */
export function shareOf(fit: Given, folds: number): Given {
  return typeof fit.minutes === "number" ? { ...fit, minutes: fit.minutes / folds } : fit;
}

/** Trains the model of a fold and measures it. Returns undefined, with a message, if the run was interrupted. */
async function trainFold(
  { program, chosen, plan, reading }: FoldsRun,
  { fold, fit }: { readonly fold: unknown; readonly fit: Given },
  run: TrainingRun,
): Promise<FoldOutcome | undefined> {
  let outcome: FoldOutcome | undefined;
  const steps = async function* ({ signal }: RunOptions): AsyncGenerator<StepEvent | EpochEvent> {
    const model = await program.create(plan, chosen.model, fold, reading);
    try {
      const corpus = await program.corpus(model, fold);
      // The figures of the epochs would drown those of the folds.
      const events = run.record<EpochEvent>(model.fit(corpus, { ...fit, signal }), { model, describe: program.epoch });
      for await (const event of events) if (event.event === "step") yield event;
      outcome = await program.crossValidation!.measure(model, corpus, signal);
    } finally {
      model[Symbol.dispose]();
    }
  };
  const isComplete = await run.train(steps, program.epoch);
  return isComplete ? outcome : undefined;
}

/** Reports the means over all folds. */
async function conclude(
  { program, directory, values }: FoldsRun,
  { folds, notes = [] }: FoldsReport,
  run: TrainingRun,
): Promise<void> {
  const [mean, deviation] = [meanOf(folds), deviationOf(folds)];
  const path = join(directory, FOLDS_FILE);
  const { lines, fields, picture } = program.crossValidation!.conclude(mean, deviation, notes);
  if (picture !== undefined) await replaceFile(join(directory, PICTURE_FILE), picture);
  if (values.json) {
    const all = { folds: folds.length, mean, standard_deviation: deviation, ...fields, report: path };
    return jsonLine({ event: "done", ...all });
  }
  if (picture !== undefined) run.say(`The confusion matrix is drawn in ${join(directory, PICTURE_FILE)}.`);
  run.say(`The figures are in ${path}; no model was saved. To train one on all data, leave out --folds.`);
  // The last line may say that a simpler method does as well.
  const write = values.quiet ? writeLine : run.say.bind(run);
  for (const line of lines) write(line);
}
