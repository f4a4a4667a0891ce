import { InputRangeError, isInputError } from "../../errors.ts";
import type { Communicator } from "../../src/distributed/mod.ts";
import { definedOnly, type Given, withArticle } from "../../src/schema/mod.ts";
import { planOf, type TrainSettings } from "../../src/train/mod.ts";
import type { AnyProgram, DataSet } from "../../tasks/task_model/mod.ts";
import type { Paths } from "../../tasks/data/find_files.ts";
import { findTask, type TaskEntry } from "../../tasks/registry.ts";
import { merge, type RunFields } from "../../tasks/tuning/mod.ts";
import {
  type Fields,
  fieldsOf,
  type GivenOptions,
  optionsOf,
  type OptionSpecs,
  refuseContradictions,
  refuseIdleFields,
  UsageError,
} from "../arguments/mod.ts";
import { startEngine } from "../engine_options.ts";
import { invocation } from "../invocation.ts";
import { connectRanks, fromRank0, REFUSED, refuseForRanks, runOnRanks, threadsOf, withWholeBatch } from "../ranks.ts";
import { INTERRUPTED } from "../terminal/mod.ts";
import { VERIFY_OPTION, verifying } from "../verify_option.ts";
import {
  type AnyPreset,
  type Asked,
  completeInitial,
  completePlan,
  dataPaths,
  flat,
  freeFields,
  type Order,
  presetOption,
  refuseOtherSource,
  withNewPlace,
  withPreset,
  withSuited,
} from "./asked_fields.ts";
import { showRates } from "./find_rate.ts";
import { expectModel, nounOf, peekTask } from "./model_option.ts";
import { isQuiet } from "./open_model.ts";
import { promptForPaths, withPipedSource } from "./piped_source.ts";
import { whileReading } from "./reading_host.ts";
import { resumeFolds, startFolds, wantsFolds } from "./train_folds.ts";
import { type ReadyRun, type RunValues, trainModel } from "./train_model.ts";
import {
  checkRunOptions,
  dataName,
  expectOutput,
  FreshDirectories,
  readFoldsReport,
  readNotes,
  refuseIdleSamples,
  refuseOtherPlace,
  refuseOtherRun,
  refuseSource,
  RUN_OPTIONS,
  type RunNotes,
  SAMPLE_OPTIONS,
} from "../training/mod.ts";
import { AUTOTUNE_OPTION, refuseTunedResume, tune, type TuneOptions } from "../tuning/mod.ts";

/** The given and chosen fields and the data of a new run. */
interface Origin {
  readonly asked: Asked;
  readonly plan: Given;
  readonly data: DataSet<unknown>;
  /** The options chosen to suit the data, in one line. */
  readonly suited?: string;
}

/** A run that has everything but, without `--out`, a directory. */
type PreparedRun = Omit<ReadyRun, "directory"> & Partial<Pick<ReadyRun, "directory">>;

/** How to search for good options. */
type TuneChoice = Pick<TuneOptions, "start" | "fixed" | "communicator"> & { readonly values: GivenOptions & RunValues };

/** The values of the options of a training command. */
export type TrainValues = GivenOptions & RunValues;

/** Options of a `TrainCommandOf`. */
export interface TrainCommandOptions {
  /** The preset to use if no data are given. */
  readonly demo?: string;
  /** The tasks of the command line. */
  readonly tasks: readonly TaskEntry[];
}

/** Trains models of one task. */
export class TrainCommandOf {
  /** The options of the command. */
  readonly options: OptionSpecs;
  #program: AnyProgram;
  #name: string;
  #demo: string | undefined;
  #tasks: readonly TaskEntry[];
  #fields: Fields;
  #fresh = new FreshDirectories();

  /** `name` is the command's. */
  constructor(program: AnyProgram, name: string, { demo, tasks }: TrainCommandOptions) {
    const { task } = program.model;
    this.#program = program;
    this.#name = name;
    this.#demo = demo;
    this.#tasks = tasks;
    // The plan comes last because it may override a field of the model: `vocabSize` is a limit there.
    this.#fields = { ...task.model, ...task.settings, ...program.plan };
    this.options = {
      ...optionsOf(program.plan),
      ...presetOption(program.presets, demo),
      ...optionsOf(task.model),
      ...optionsOf(task.settings),
      ...(program.tuning && AUTOTUNE_OPTION),
      ...VERIFY_OPTION,
      ...(program.sample && SAMPLE_OPTIONS),
      ...RUN_OPTIONS,
    };
  }

  /** Starts or resumes a run, on all ranks if there are several. Returns the exit code. */
  async run(given: GivenOptions & RunValues): Promise<number> {
    try {
      return await this.#runOnAll(given);
    } finally {
      await this.#fresh.removeUnused();
    }
  }

  async #runOnAll(given: GivenOptions & RunValues): Promise<number> {
    const communicator = connectRanks(given);
    if (communicator === "refused") return REFUSED;
    if (!communicator) return await this.#run(withWholeBatch(given, this.options, 1));
    return await runOnRanks(communicator, given, async (own) => {
      // All ranks refuse the same; the options of this one lack what only rank 0 prints and writes.
      refuseForRanks(given, this.#program.crossValidation !== undefined);
      const values = withWholeBatch(own, this.options, communicator.size);
      return await this.#run({ ...values, threads: await threadsOf(communicator, own.threads) }, communicator);
    });
  }

  async #run(values: GivenOptions & RunValues, communicator?: Communicator): Promise<number> {
    await checkRunOptions(values);
    const readers = ["resume", "init-from"].filter((name) => name in this.options);
    if (values["no-verify"] && readers.every((name) => (values as GivenOptions)[name] === undefined)) {
      throw new UsageError(`--no-verify: expected --${readers.join(" or --")} with it, found none`);
    }
    refuseIdleSamples(values);
    refuseTunedResume(values);
    if (values.autotune !== undefined && (values as GivenOptions).minutes !== undefined) {
      throw new UsageError(
        "--minutes: expected this option or --autotune, whose time includes the training, found both",
      );
    }
    startEngine(values);
    const order = values.resume === undefined ? await this.#order(values) : undefined;
    const training = { program: this.#program, command: this.#name, fields: this.#fields, values, communicator };
    const ofFolds = { ...training, fresh: this.#fresh };
    if (order && wantsFolds(this.#program, order.plan)) return await startFolds(ofFolds, order);
    const report = order ? undefined : await fromRank0(communicator, () => readFoldsReport(values.resume!));
    if (report) return await resumeFolds(ofFolds, report, this.#ask(values));
    const started = order ? await this.#start(order, values, communicator) : await this.#resume(values);
    if (started === undefined) return INTERRUPTED;
    if ((values as GivenOptions)["find-lr"]) return await showRates(started, values);
    const name = (): string => this.#nameOf(started.plan, started.model.config);
    const directory = started.directory ?? await fromRank0(communicator, () => this.#fresh.claim(name()));
    const code = await trainModel({ ...started, directory }, training);
    await started.tuned?.end(code === 0);
    return code;
  }

  #ask(values: GivenOptions): Asked {
    const { plan, model: { task } } = this.#program;
    return {
      plan: fieldsOf(plan, values),
      model: fieldsOf(task.model, values),
      fit: fieldsOf(task.settings, values),
    };
  }

  /** Completes what is asked of a new run with the preset and defaults. */
  async #order(values: GivenOptions & RunValues): Promise<Order> {
    const program = this.#program;
    const named = this.#ask(values);
    const own = { given: named.plan, isQuiet: isQuiet(values) };
    const given = { ...named, plan: await withPipedSource(program.plan, program.sources, own) };
    const preset = this.#preset(values, given.plan);
    const inherited = await program.inherit?.(given, verifying(values)) ?? given;
    const suitable = Object.fromEntries((program.suitable ?? []).map((name) => [name, true]));
    refuseContradictions(this.#fields, flat(given), { ...suitable, ...flat(preset), ...flat(inherited) });
    const asked = withPreset(this.#fields, inherited, preset);
    return { asked, plan: completePlan(program, asked.plan) };
  }

  /** Prepares a new run: data, model and output directory. */
  async #start(
    { asked, plan }: Order,
    values: GivenOptions & RunValues,
    communicator?: Communicator,
  ): Promise<PreparedRun | undefined> {
    const start = performance.now();
    const program = this.#program;
    if (values.out !== undefined) await expectOutput(values.out, dataPaths(program.plan, plan));
    await refuseSource(values.out, plan.initFrom);
    promptForPaths(program.plan, plan, values.quiet);
    const data = await whileReading(isQuiet(values), (host) => program.read(plan, host));
    const named = flat(this.#ask(values));
    refuseIdleFields(this.#fields, named, data.idle);
    const fixed = Object.keys(named);
    const found = await program.suit?.(plan, data.data, asked, verifying(values));
    const { chosen, suited } = withSuited(this.#fields, asked, found);
    // Only now it is known whether what they go with was chosen.
    refuseContradictions(this.#fields, named, flat(chosen));
    const origin = { asked: chosen, plan: completePlan(program, chosen.plan), data, suited };
    const run = await this.#prepare(origin, values);
    if (values.autotune === undefined) return run;
    return await this.#tune(run, origin, { values, start, fixed, communicator });
  }

  /** Makes the model of a new run, and checks everything before training. */
  async #prepare({ asked, plan, data, suited }: Origin, values: GivenOptions & RunValues): Promise<PreparedRun> {
    const program = this.#program;
    const model = await program.create(plan, asked.model, data.data, verifying(values));
    const corpus = await program.corpus(model, data.data);
    const settings = await model.checkFit(corpus, asked.fit);
    const notes: { plan: RunNotes } = { plan: { data: asked.plan, model: asked.model } };
    return { model, data, corpus, plan, directory: values.out, settings, fit: { ...asked.fit, notes }, suited };
  }

  /** Searches for good options, then prepares the run with them, or resumes it if it has begun. */
  async #tune(
    untuned: PreparedRun,
    { asked, data }: Origin,
    { values, ...options }: TuneChoice,
  ): Promise<PreparedRun | undefined> {
    const program = this.#program;
    const name = this.#nameOf(untuned.plan, untuned.model.config);
    const prepare = (change: RunFields, out?: string): Promise<PreparedRun> => {
      const next = merge(asked, change);
      // What suits the data is no longer what is chosen.
      return this.#prepare({ asked: next, plan: completePlan(program, next.plan), data }, { ...values, out });
    };
    const tuned = await tune({
      ...options,
      ...untuned,
      program,
      command: this.#name,
      tasks: this.#tasks,
      given: asked,
      values,
      fits: (change) => canPrepare(() => prepare(change)),
      directoryFor: async (isOwn) => values.out ?? await this.#fresh.claim(name, isOwn),
    });
    untuned.model[Symbol.dispose]();
    if (tuned === undefined) return undefined;
    const { directory: out, change, lastEpoch } = tuned;
    const run = tuned.hasBegun
      ? await this.#resume({ resume: out, "no-verify": values["no-verify"], json: values.json, quiet: values.quiet })
      : await prepare(change, out);
    return { ...run, fit: { ...run.fit, lastEpoch }, tuned };
  }

  /** Names a model after its data and configuration. */
  #nameOf(plan: Given, config: object): string {
    const { sources, nameOf } = this.#program;
    const files = sources.map((name) => plan[name]).find((path) => path !== null) as Paths | undefined;
    return nameOf(plan, config, files === undefined ? undefined : dataName([files].flat()[0]));
  }

  /**
   * Returns the requested preset, or the demonstration's if no data are given. Throws `UsageError` if there is neither
   * data nor a demonstration.
   */
  #preset(values: GivenOptions, plan: Given): AnyPreset | undefined {
    const { presets, sources } = this.#program;
    const demo = this.#demo;
    const hasData = sources.some((name) => plan[name] !== undefined);
    if (!hasData && demo === undefined && values.preset === undefined) {
      throw new UsageError(`--${sources.join(" or --")}: expected a file to train on, found none`);
    }
    const name = values.preset ?? (hasData ? undefined : demo);
    return name === undefined ? undefined : presets[name as string];
  }

  /** Prepares to resume the run in a directory. Throws `UsageError` if an option differs from the run's. */
  async #resume(values: GivenOptions & RunValues): Promise<ReadyRun> {
    const directory = values.resume!;
    refuseOtherPlace(directory, values);
    const program = this.#program;
    const tasks = this.#tasks.filter(({ commands }) => commands.some(({ name }) => name === this.#name));
    await expectModel("resume", directory, tasks);
    await refuseOtherCommand(directory, this.#name, this.#tasks);
    const checkpoint = await program.model.loadCheckpoint(directory, verifying(values));
    const notes = readNotes(checkpoint.notes.plan, this.#fields);
    if (!notes) {
      throw new InputRangeError(`resume ${directory}: expected a run of ${this.#name}, found one of another program`);
    }
    const asked = this.#ask(values);
    const given = { ...asked.fit, ...asked.model, ...asked.plan };
    refuseContradictions(program.plan, asked.plan, notes.data);
    const model = await program.model.load(directory, verifying(values));
    const kept = completePlan(program, notes.data);
    const all = { ...kept, ...completeInitial(program, notes.model), ...model.config, ...checkpoint.settings };
    // Compare with the requested limit of the vocabulary, not with the model's actual size.
    refuseOtherRun(this.#fields, given, { ...all, ...definedOnly(kept) });
    const changed = planOf(asked.fit as Partial<TrainSettings>);
    refuseContradictions(program.model.task.settings, definedOnly(changed), checkpoint.settings as unknown as Given);
    refuseOtherSource(program, asked.plan, kept);
    const plan = { ...kept, ...freeFields(program.plan, asked.plan) };
    promptForPaths(program.plan, plan, values.quiet);
    const data = await whileReading(isQuiet(values), (host) => program.read(plan, host)).catch((error) => {
      throw withNewPlace(program.plan, plan, error);
    });
    const corpus = await program.corpus(model, data.data);
    const fit = { ...changed, ...verifying(values), checkpoint };
    const settings = { ...checkpoint.settings, ...changed } as TrainSettings;
    return { model, data, corpus, plan, directory, settings, fit, checkpoint };
  }
}

/** Whether a run can be prepared: for example, whether its training fits into memory. */
async function canPrepare(prepare: () => Promise<PreparedRun>): Promise<boolean> {
  try {
    const { model } = await prepare();
    model[Symbol.dispose]();
    return true;
  } catch (error) {
    if (isInputError(error)) return false;
    throw error;
  }
}

/** Throws `UsageError`, naming the right command, if a directory holds a model of another task. */
async function refuseOtherCommand(directory: string, name: string, tasks: readonly TaskEntry[]): Promise<void> {
  const task = await peekTask(directory);
  const found = task === undefined ? undefined : findTask(task, tasks);
  if (found === undefined || found.commands.some((command) => command.name === name)) return;
  const fitting = invocation(found.commands[0].name);
  throw new UsageError(
    `--resume ${directory}: expected a run of ${name}, found ${
      withArticle(await nounOf(found))
    }; use ${fitting} to resume it`,
  );
}
