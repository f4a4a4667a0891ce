import { Engine } from "../../src/nn/mod.ts";
import { writeDirectory } from "../../src/formats/mod.ts";
import {
  checkValue,
  complete,
  custom,
  describeValue,
  expectOptions,
  type Field,
  type Given,
  path,
  readNames,
} from "../../src/schema/mod.ts";
import {
  type Checkpoint,
  completeSettings,
  continuedSettings,
  loadParameters,
  OtherRunError,
  readCheckpoint,
  refuseIfTooLarge,
  RUN_OPTIONS,
  type RunOptions,
  runTraining,
  type StepEvent,
  Trainer,
  type TrainSettings,
} from "../../src/train/mod.ts";
import { expectPath } from "./expect.ts";
import { Fit } from "./fit.ts";
import { refuseLargeTraining } from "./memory_need.ts";
import {
  modelBytes,
  type ModelContents,
  modelFiles,
  readModelBytes,
  readModelDirectory,
  refuseOtherModel,
  refuseOtherTask,
} from "./model_files.ts";
import type { ModelParts, Prepared, Task, TaskTypes } from "./task.ts";

/** A class of models. */
export interface ModelClass<T extends TaskTypes, M extends TaskModel<T>> {
  /** Their task. */
  readonly task: Task<T>;
  /** Makes a model of its parts. */
  new (parts: ModelParts<T>): M;
}

/** Where a model lives. */
export interface EngineChoice {
  /** The engine in whose memory the model lives. Default: `Engine.default()`. */
  readonly engine?: Engine;
}

const ENGINE_CHOICE = ["engine"] as const;

/** Options of `fit`: how to train, and what to keep. */
export type FitOptions<S> = Partial<S> & RunOptions & ResumeOptions<S>;

/** The run that a `fit` continues; other settings than its own are refused, except more epochs or steps. */
export interface ResumeOptions<S> {
  /** The directory that keeps the run; it is also where it goes on. */
  readonly resume?: string;
  /** What the directory keeps, where it has been read already. */
  readonly checkpoint?: Checkpoint<S & TrainSettings>;
}

/** The options of `fit` beside the settings of the training. */
const FIT_OPTIONS: Readonly<Record<keyof RunOptions | keyof ResumeOptions<unknown>, Field>> = {
  ...RUN_OPTIONS,
  resume: path({ help: "The run that is continued." }),
  checkpoint: custom({ help: "What its directory keeps.", check: expectCheckpoint }),
};

/**
 * The model of any task: made, trained, measured, kept and read in the same way whatever it learns. A task's own class adds what its models
 * do: generate, classify, translate.
 */
export abstract class TaskModel<T extends TaskTypes> {
  /** The layers and their parameters. */
  readonly network: T["network"];
  /** What turns data into what the network reads, by name. */
  readonly processors: T["processors"];
  #task: Task<T>;
  #config: T["config"];
  #isTraining = false;

  /** Models are made by `create`, `load` and `fromBytes`. */
  constructor({ task, config, processors, network }: ModelParts<T>) {
    this.#task = task;
    this.#config = config;
    this.processors = processors;
    this.network = network;
  }

  /**
   * Makes an untrained model of a task's processors, of the options, and of the fields that follow from them or from the data, which are no
   * options.
   */
  protected static make<T extends TaskTypes, M extends TaskModel<T>>(
    model: ModelClass<T, M>,
    processors: T["processors"],
    { engine = Engine.default(), ...options }: Given & EngineChoice,
    derived: Given = {},
    context?: Given,
  ): M {
    const { task } = model;
    const action = `create a ${task.noun}`;
    expectOptions(action, options, Object.keys(task.model).filter((name) => !Object.hasOwn(derived, name)));
    const given = { ...options, ...derived } as Partial<T["config"] & T["initial"]>;
    const values = complete(task.model, given, action, context);
    const { config, initial } = divide(task, values);
    task.check?.(action, config, processors);
    const network = (engine: Engine): T["network"] => task.network(config, { engine, processors, initial });
    refuseIfTooLarge(action, network);
    return new model({ task, config, processors, network: network(engine) });
  }

  /** Reads a model directory. Throws an error that names the file if one is missing, damaged or of a newer version. */
  static async load<T extends TaskTypes, M extends TaskModel<T>>(
    this: ModelClass<T, M>,
    directory: string,
    options: EngineChoice = {},
  ): Promise<M> {
    const action = `load a ${this.task.noun}`;
    expectPath(action, "directory", directory);
    expectOptions(action, options, ENGINE_CHOICE);
    return restore(this, await readModelDirectory(directory, this.task), options);
  }

  /** Reads what `toBytes` gave. */
  static fromBytes<T extends TaskTypes, M extends TaskModel<T>>(
    this: ModelClass<T, M>,
    bytes: Uint8Array,
    options: EngineChoice = {},
  ): M {
    const action = `read the bytes of a ${this.task.noun}`;
    if (!(bytes instanceof Uint8Array)) {
      throw new TypeError(`${action}: expected a Uint8Array, found ${describeValue(bytes)}`);
    }
    expectOptions(action, options, ENGINE_CHOICE);
    return restore(this, readModelBytes(bytes, this.task), options);
  }

  /** Reads the run that a model directory keeps, for `fit`. Throws an error that names the file if there is none or it is damaged. */
  static async loadCheckpoint<T extends TaskTypes, M extends TaskModel<T>>(
    this: ModelClass<T, M>,
    directory: string,
  ): Promise<Checkpoint<T["settings"]>> {
    expectPath("load a checkpoint", "directory", directory);
    await refuseOtherTask(directory, this.task);
    return await readCheckpoint(directory, (settings) => completeSettings(this.task.settings, settings));
  }

  /** What the model is made of: the contents of `config.json`. */
  get config(): T["config"] {
    return this.#config;
  }

  /** Takes over what has been learned about the data, or what has become void. */
  protected configure(change: Partial<T["config"]>): void {
    this.#config = { ...this.#config, ...change };
  }

  /** What the defaults of settings depend on beside the settings. */
  protected get settingsContext(): Given {
    return {};
  }

  /** Makes data ready to be learned from. Throws a `TypeError` or `RangeError` for data that are no such data. */
  protected abstract prepare(data: T["data"], settings: T["settings"]): Promise<Prepared<T>>;

  /**
   * Trains on data: await it, and it trains to the end; iterate over it, and it reports every step and every epoch. When it ends the model has
   * the parameters that did best on the validation data, the last ones without. Throws a `RangeError` for impossible settings, for data that
   * cannot be learned from, if the model trains already, and where a loss or a gradient is not finite: the last checkpoint then stays.
   */
  fit(data: T["data"], options: FitOptions<T["settings"]> = {}): Fit<T["event"]> {
    return new Fit(() => this.#trainAlone(data, options));
  }

  /** Throws what `fit` would throw before its first step, changing nothing. */
  async checkFit(data: T["data"], options: Partial<T["settings"]> = {}): Promise<void> {
    const settings = this.#complete(options);
    await this.#refuseIfTooLarge(await this.prepare(data, settings), settings);
  }

  /** Writes a model directory: all of its files or none. */
  async save(directory: string): Promise<void> {
    expectPath("save a model", "directory", directory);
    await writeDirectory(directory, modelFiles(this.#parts));
  }

  /** The whole model as one safetensors file, for where there is no file system. */
  toBytes(): Uint8Array<ArrayBuffer> {
    return modelBytes(this.#parts);
  }

  async *#trainAlone(
    data: T["data"],
    options: FitOptions<T["settings"]>,
  ): AsyncGenerator<StepEvent | T["event"], void, void> {
    if (this.#isTraining) {
      throw new RangeError("fit: expected a model that is not being trained, found another fit that runs");
    }
    this.#isTraining = true;
    try {
      yield* this.#train(data, options);
    } finally {
      this.#isTraining = false;
    }
  }

  async *#train(
    data: T["data"],
    options: FitOptions<T["settings"]>,
  ): AsyncGenerator<StepEvent | T["event"], void, void> {
    this.#checkOptions(options);
    const { directory, saveEvery, notes, signal, resume, checkpoint: given, ...asked } = options;
    const checkpoint = given ?? (resume === undefined ? undefined : await this.#readCheckpoint(resume));
    const kept = resume ?? directory;
    if (checkpoint && kept !== undefined) {
      await refuseOtherModel(kept, this.#parts, (json, source) => readConfig(this.#task, json, source));
    }
    const settings = this.#continue(asked as unknown as Partial<T["settings"]>, checkpoint);
    const prepared = await this.prepare(data, settings);
    const { fingerprint } = prepared;
    if (checkpoint && checkpoint.fingerprint !== fingerprint) {
      throw new OtherRunError(`expected ${prepared.noun} of the run that is resumed, found another`);
    }
    await this.#refuseIfTooLarge(prepared, settings);
    const learning = prepared.learning(this.network);
    const trainer = new Trainer(learning, settings);
    const run = { trainer, settings, fingerprint, checkpoint, files: () => modelFiles(this.#parts) };
    let hasBegun = false;
    for await (const event of runTraining(run, { directory: directory ?? resume, saveEvery, notes, signal })) {
      if (!hasBegun) prepared.begin?.();
      hasBegun = true;
      yield event.event === "step" ? event : prepared.event(event, learning);
    }
  }

  #checkOptions(options: FitOptions<T["settings"]>): void {
    expectOptions("fit", options, [...Object.keys(this.#task.settings), ...Object.keys(FIT_OPTIONS)]);
    for (const [name, value] of Object.entries(options)) {
      if (value !== undefined && Object.hasOwn(FIT_OPTIONS, name)) {
        checkValue(FIT_OPTIONS[name as keyof typeof FIT_OPTIONS], value, "fit", name);
      }
    }
  }

  async #readCheckpoint(directory: string): Promise<Checkpoint<T["settings"]>> {
    await refuseOtherTask(directory, this.#task);
    return await readCheckpoint(directory, (settings) => this.#complete(settings));
  }

  #complete(asked: Partial<T["settings"]>): T["settings"] {
    return completeSettings(this.#task.settings, asked, this.settingsContext);
  }

  #continue(asked: Partial<T["settings"]>, checkpoint: Checkpoint<T["settings"]> | undefined): T["settings"] {
    if (!checkpoint) return this.#complete(asked);
    return continuedSettings(checkpoint.settings, asked, (settings) => this.#complete(settings));
  }

  async #refuseIfTooLarge(prepared: Prepared<T>, settings: T["settings"]): Promise<void> {
    const { processors } = this;
    const initial = completeInitial(this.#task);
    const network = (engine: Engine): T["network"] => this.#task.network(this.#config, { engine, processors, initial });
    await refuseLargeTraining("fit", network, { settings, prepared });
  }

  get #parts(): ModelParts<T> {
    return { task: this.#task, config: this.#config, processors: this.processors, network: this.network };
  }
}

function expectCheckpoint(value: unknown): string | undefined {
  const { settings, snapshot } = (value ?? {}) as Partial<Checkpoint>;
  return settings && snapshot ? undefined : "what loadCheckpoint gives";
}

/** What `config.json` keeps, and what matters only now. */
function divide<T extends TaskTypes>(task: Task<T>, values: object): { config: T["config"]; initial: T["initial"] } {
  const take = (fields: Fields): object =>
    Object.fromEntries(Object.entries(values).filter(([name]) => Object.hasOwn(fields, name)));
  return { config: take(fieldsOf(task, false)), initial: take(fieldsOf(task, true)) };
}

type Fields = Readonly<Record<string, Field>>;

/** The initial fields of a model, or those that `config.json` keeps. */
function fieldsOf<T extends TaskTypes>(task: Task<T>, isInitial: boolean): Fields {
  const fields = Object.entries(task.model as Fields);
  return Object.fromEntries(fields.filter(([, field]) => (field.isInitial ?? false) === isInitial));
}

/** The initial values where none are given: those of a network whose parameters are replaced. */
function completeInitial<T extends TaskTypes>(task: Task<T>): T["initial"] {
  return complete(fieldsOf(task, true), {}, "make a network");
}

/** A model of what a directory or bytes hold. */
function restore<T extends TaskTypes, M extends TaskModel<T>>(
  model: ModelClass<T, M>,
  { config: json, processors, tensors, sources }: ModelContents<T>,
  { engine = Engine.default() }: EngineChoice,
): M {
  const { task } = model;
  const config = readConfig(task, json, sources.config);
  task.check?.(`load ${sources.model}`, config, processors);
  const initial = completeInitial(task);
  const make = (engine: Engine): T["network"] => task.network(config, { engine, processors, initial });
  refuseIfTooLarge(`load ${sources.model}`, make);
  const network = make(engine);
  loadParameters(network, tensors, sources.model);
  return new model({ task, config, processors, network });
}

/** The fields of `config.json`. Names that nobody knows are passed over: a later version may have written them. */
function readConfig<T extends TaskTypes>(task: Task<T>, json: Given, source: string): T["config"] {
  const fields = fieldsOf(task, false);
  const found = Object.entries(readNames(fields, json)).filter(([name]) => Object.hasOwn(fields, name));
  // A default here would be a guess; only what may be null may be missing.
  const strict = Object.entries(fields).map((
    [name, field],
  ) => [name, field.isNullable ? field : withoutDefault(field)]);
  return complete(Object.fromEntries(strict) as Fields, Object.fromEntries(found), `read ${source}`);
}

function withoutDefault(field: Field): Field {
  return { ...field, default: undefined };
}
