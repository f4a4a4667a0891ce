import type { Communicator } from "../../src/distributed/mod.ts";
import { Engine } from "../../src/nn/mod.ts";
import { count, type Given } from "../../src/schema/mod.ts";
import { type Checkpoint, REMEDY, type RunOptions, type StepEvent, type TrainSettings } from "../../src/train/mod.ts";
import type { AnyProgram, Conclusion, DataSet, EpochEvent } from "../../tasks/task_model/mod.ts";
import { type Fields, fieldsOf, type GivenOptions, type Values } from "../arguments/mod.ts";
import { describeEngine } from "../engine_options.ts";
import { invocation, quoted } from "../invocation.ts";
import type { Watch } from "../live/mod.ts";
import { INTERRUPTED, jsonLine, writeErrorLine, writeLine } from "../terminal/mod.ts";
import {
  cardNotes,
  recordPictures,
  type RUN_OPTIONS,
  type RunNotes,
  type SAMPLE_OPTIONS,
  Samples,
  speedField,
  TrainingRun,
} from "../training/mod.ts";
import type { AUTOTUNE_OPTION, Tuned } from "../tuning/mod.ts";
import type { VERIFY_OPTION } from "../verify_option.ts";
import { brief, limitKept, nothingLeft, otherPrecision, otherRanks, planChanged } from "./training_messages.ts";
import { announce, openWatch } from "./watched_run.ts";

/** A model and everything its training needs. */
export interface ReadyRun {
  // deno-lint-ignore no-explicit-any
  readonly model: any;
  readonly data: DataSet<unknown>;
  readonly corpus: unknown;
  readonly plan: Given;
  readonly directory: string;
  /** The settings, with their defaults. */
  readonly settings: TrainSettings;
  /** The given settings, and further options of `fit`. */
  readonly fit: Given;
  /** The checkpoint to resume from. Default: a new run. */
  readonly checkpoint?: Checkpoint;
  /** The options chosen to suit the data, in one line. */
  readonly suited?: string;
  /** The search that chose the options, if there was one. */
  readonly tuned?: Tuned;
}

/** The values of the options that all training commands have. */
export type RunValues = Values<
  typeof RUN_OPTIONS & typeof SAMPLE_OPTIONS & typeof VERIFY_OPTION & typeof AUTOTUNE_OPTION
>;

/** A training command. */
interface TrainingCommand {
  /** The program of the task. */
  readonly program: AnyProgram;
  /** The command's name. */
  readonly command: string;
  /** The declarations of all fields. */
  readonly fields: Fields;
  /** The values of the options. */
  readonly values: GivenOptions & RunValues;
  /** Connects the ranks that train together. Default: there is one. */
  readonly communicator?: Communicator;
}

/** The last epoch of a session, and the one whose parameters are kept. */
interface Epochs {
  last?: EpochEvent;
  kept?: EpochEvent;
}

/** Trains a model and reports. Returns the exit code. */
export async function trainModel(ready: ReadyRun, training: TrainingCommand): Promise<number> {
  const { directory, settings, checkpoint, tuned } = ready;
  const { program, command, values, communicator } = training;
  const steps = checkpoint?.snapshot.progress.step;
  const place = { directory, steps, followsSearch: tuned !== undefined };
  const run = new TrainingRun({ ...place, command, unit: program.unit, settings, values, communicator });
  const text = introduce(ready, training, run);
  const introduction = `${text}; ${describeEngine(Engine.default())}${describeRanks(communicator)}.`;
  const watch = await openWatch({ ...ready, ...training, run, introduction });
  try {
    return await trainAndReport(ready, training, { run, text, introduction, watch });
  } finally {
    await watch?.close();
  }
}

/** A run that can begin. */
interface Beginning {
  readonly run: TrainingRun;
  /** The model and the data. */
  readonly text: string;
  /** The same with the engine. */
  readonly introduction: string;
  /** The live page, if one is asked for. */
  readonly watch: Watch | undefined;
}

async function trainAndReport(
  ready: ReadyRun,
  training: TrainingCommand,
  { run, text, introduction, watch }: Beginning,
): Promise<number> {
  const { model, corpus, plan, directory, fit, checkpoint } = ready;
  const { program, values, communicator } = training;
  const isSilent = communicator !== undefined && communicator.rank > 0;
  const samples = program.sample && !isSilent && new Samples(values, (options) => program.sample!(model, options));
  if (samples) await samples.check();
  await run.begin(introduction);
  if (watch) announce(watch, run, values);
  const epochs: Epochs = {};
  const events = async function* (options: RunOptions): AsyncGenerator<StepEvent | EpochEvent> {
    const notes = checkpoint ? undefined : notesOf(ready, training, text);
    const fitted = model.fit(corpus, { ...fit, notes, ...options, communicator });
    const all = run.record<EpochEvent>(fitted, { model, describe: program.epoch });
    for await (const event of samples ? samples.among(all, run) : all) {
      if (event.event === "epoch") epochs.last = event;
      if (event.event === "epoch" && event.isBest) epochs.kept = event;
      yield event;
    }
  };
  if (!await run.train(watch?.over(events, run) ?? events, program.epoch)) return INTERRUPTED;
  if (isSilent) return 0;
  const { last, kept } = epochs;
  const { "sample-prompt": prompt } = values;
  const conclusion = await program.conclude(model, corpus, { plan, directory, last, kept, prompt });
  const missing = await recordPictures(program, { model, corpus, directory, step: run.figures().step });
  for (const warning of [...conclusion.warnings ?? [], ...missing]) writeErrorLine(`warning: ${warning}`);
  const isDiverged = last?.isDiverged ?? false;
  if (isDiverged) writeErrorLine(`warning: training has diverged, its loss ended at ${brief(last!.loss)}; ${REMEDY}`);
  reportEnd(run, conclusion, { ...training, ...ready, isDiverged });
  return 0;
}

/** Returns the notes of a new run's checkpoints. */
function notesOf(
  { fit: { notes, ...fit }, suited }: ReadyRun,
  { command, fields, values: { precision = "float32" } }: TrainingCommand,
  introduction: string,
): Given {
  const { plan } = notes as { readonly plan: RunNotes };
  const given = { ...plan.data, ...plan.model, ...fit };
  return {
    plan,
    introduction,
    ...suited !== undefined && { suited },
    precision,
    card: cardNotes({ command, fields, given, precision, introduction }),
  };
}

/** Describes the ranks for the start-up line. */
function describeRanks(communicator: Communicator | undefined): string {
  return communicator ? `, on each of ${count(communicator.size, "rank")} over ${communicator.name}` : "";
}

/** Prints what is known about the data and the run, and returns the description of the model and its data. */
function introduce(
  ready: ReadyRun,
  { program, fields: all, values, communicator: ranks }: TrainingCommand,
  run: TrainingRun,
): string {
  const { model, data: { warnings, notes, data }, corpus, settings, tuned, suited } = ready;
  // A search has said before what is known about the data.
  const found = tuned ? [] : [...notes, suited];
  if (!values.quiet && !tuned) { for (const warning of warnings) writeErrorLine(`warning: ${warning}`); }
  const { text, lines = [], fields } = program.introduce(model, corpus, data, { warnings, settings });
  if (values.json && fields) jsonLine({ event: "data", ...fields, suited });
  for (
    const line of [
      ...found,
      ...lines,
      planChanged(all, ready),
      limitKept(ready),
      otherRanks(ready, ranks),
      otherPrecision(ready, values.precision),
    ]
  ) {
    run.say(line);
  }
  return text;
}

/** Where a run has saved its model, and whether it has diverged. */
interface RunEnd extends Pick<ReadyRun, "directory"> {
  readonly isDiverged: boolean;
}

/** Prints the end of a run: with `--quiet`, only what concerns test data. */
function reportEnd(run: TrainingRun, conclusion: Conclusion, end: RunEnd & TrainingCommand & ReadyRun): void {
  const { program, values, settings, checkpoint } = end;
  const { lines, results = [] } = conclusion;
  if (values.json) return reportFigures(run, conclusion, end);
  if (values.quiet) { for (const line of results) writeLine(line); }
  else if (run.figures().step !== checkpoint?.snapshot.progress.step) report(run, conclusion, end);
  else {
    run.say(nothingLeft(settings, checkpoint!));
    // The options given now may concern the conclusion, for example a test file.
    const isAskedAgain = Object.keys(fieldsOf(program.plan, values)).length > 0;
    for (const line of isAskedAgain ? [...lines, ...results] : []) run.say(line);
  }
}

function reportFigures(run: TrainingRun, { fields }: Conclusion, { directory, isDiverged }: RunEnd): void {
  const { step, seconds, speed, peak } = run.figures();
  jsonLine({
    event: "done",
    steps: step,
    ...fields,
    ...(isDiverged && { diverged: true }),
    seconds,
    ...speedField(speed),
    peak_rss_mib: peak,
    model: directory,
  });
}

function report(
  run: TrainingRun,
  { lines, results = [], tryWith }: Conclusion,
  { directory, isDiverged }: RunEnd,
): void {
  run.conclude();
  if (!isDiverged) {
    const [verb, ...operands] = tryWith;
    run.suggest("To try it", invocation(verb, ...["--model", directory, ...operands].map(quoted)));
  }
  // The last line may say that a simpler method does as well.
  for (const line of [...lines, ...results]) run.say(line);
}
