import { InputRangeError, InputTypeError } from "../../errors.ts";
import { Engine } from "../../src/nn/mod.ts";
import { type FileContent, writeDirectory } from "../../src/formats/mod.ts";
import { filesOf } from "../../src/formats/memory_files.ts";
import { DirectoryFiles } from "../../src/formats/read_directory.ts";
import { complete, describeValue, expectKinds, expectOptions, type Given, withArticle } from "../../src/schema/mod.ts";
import {
  type Checkpoint,
  completeSettings,
  continuedSettings,
  OtherRunError,
  type RateSearch,
  readCheckpoint,
  refuseIfTooLarge,
  refuseTwoLengths,
  runTraining,
  searchRate,
  type StepEvent,
  Trainer,
} from "../../src/train/mod.ts";
import { slabSize } from "../../src/tensor/slab.ts";
import { designOf, divide, expectChange, partsOf, readConfig } from "./design.ts";
import { expectAgreement } from "./agreement.ts";
import { expectPath } from "./expect.ts";
import { Fit, outcomeOf } from "./fit.ts";
import { refuseUnfitTraining } from "./memory_need.ts";
import { type ModelCardOptions, runCard } from "./model_card.ts";
import type { ExportONNXOptions } from "./onnx_files.ts";
import { filesAt, type ModelSource } from "./model_source.ts";
import {
  checkFitOptions,
  type EngineChoice,
  type FitOptions,
  FROM_BYTES_OPTIONS,
  type FromBytesOptions,
  LOAD_OPTIONS,
  type LoadOptions,
  VERIFY_OPTION,
  type VerifyOption,
} from "./model_options.ts";
import {
  modelBytes,
  modelFiles,
  type ModelHead,
  readModelBytes,
  readModelFiles,
  refuseOtherModel,
  refuseOtherTask,
  savedParameters,
} from "./model_files.ts";
import { saveStepless } from "./stepless.ts";
import type { ModelParts, Prepared, Task, TaskTypes } from "./task.ts";

/** A model class. */
export interface ModelClass<T extends TaskTypes, M extends TaskModel<T>> {
  /** The task of its models. */
  readonly task: Task<T>;
  /** Creates a model from its parts. */
  new (parts: ModelParts<T>): M;
}

/**
 * Base class of the models of all tasks: creates, trains, evaluates, saves and loads them in the same way. Subclasses
 * add what their models do: generate, classify or translate.
 *
 * @example
 * ```ts
 * import { CharTokenizer, LanguageModel } from "@elman/elman";
 * import { countParameters, type TaskModel, type TaskTypes } from "@elman/elman/tasks";
 * import { assertEquals } from "@std/assert";
 *
 * const sizeOf = <T extends TaskTypes>(model: TaskModel<T>): string => countParameters(model);
 * const tokenizer = CharTokenizer.train("abc");
 * const lm = LanguageModel.create({ tokenizer, cell: "rnn", embed: 2, hidden: 4 });
 * assertEquals(sizeOf(lm), "53 parameters");
 * assertEquals(sizeOf(LanguageModel.fromBytes(lm.toBytes())), sizeOf(lm));
 * ```
 */
export abstract class TaskModel<T extends TaskTypes> implements Disposable {
  /** The converters from data to the network's input, such as tokenizers, by name. */
  readonly processors: T["processors"];
  /** The facts of the model's card that the model itself does not have, such as its data. `save` keeps them. */
  card: ModelCardOptions;
  #task: Task<T>;
  #config: T["config"];
  #network: T["network"];
  #isTraining = false;
  #isDisposed = false;

  /** Use `create`, `load` or `fromBytes` instead. */
  constructor({ task, config, processors, network, card = {} }: ModelParts<T>) {
    this.#task = task;
    this.#config = config;
    this.processors = processors;
    this.#network = network;
    this.card = card;
  }

  /** The layers and their parameters. Throws `RangeError` if the model has been disposed of. */
  get network(): T["network"] {
    if (this.#isDisposed) {
      throw new InputRangeError(
        `use a ${this.#task.noun}: expected one that is in use, found one that was disposed of`,
      );
    }
    return this.#network;
  }

  /**
   * Frees the memory of the parameters. Without this, it is freed some time after nothing refers to the model any more.
   * Using the model later, or what it is still generating, throws `RangeError`.
   *
   * @example
   * ```ts
   * import { CharTokenizer, Engine, LanguageModel } from "@elman/elman";
   * import { assertEquals, assertThrows } from "@std/assert";
   *
   * const engine = new Engine();
   * const tokenizer = CharTokenizer.train("to be or not to be");
   * {
   *   using lm = LanguageModel.create({ tokenizer, hidden: 8, engine });
   *   await lm.complete("to", { maxTokens: 5 });
   * }
   * assertEquals(engine.keptBytes, 0);
   *
   * const lm = LanguageModel.create({ tokenizer, engine });
   * lm[Symbol.dispose]();
   * assertThrows(() => lm.generate("to"), RangeError, "found one that was disposed of");
   * ```
   */
  [Symbol.dispose](): void {
    if (this.#isDisposed) return;
    for (const parameter of this.#network.parameters()) parameter.free();
    this.#isDisposed = true;
  }

  /**
   * Creates an untrained model from a task's processors, the options given, and `derived` fields, which follow from the
   * processors or the data and cannot be given as options.
   */
  protected static make<T extends TaskTypes, M extends TaskModel<T>>(
    model: ModelClass<T, M>,
    processors: T["processors"],
    { engine = Engine.default(), ...options }: Given & EngineChoice,
    derived: Given = {},
    context?: Given,
  ): M {
    const { task } = model;
    const action = `create ${withArticle(task.noun)}`;
    expectOptions(action, options, Object.keys(task.model).filter((name) => !Object.hasOwn(derived, name)));
    const given = { ...options, ...derived } as Partial<T["config"] & T["initial"]>;
    const values = complete(task.model, given, action, context);
    const { config, initial } = divide(task, values);
    task.check?.(action, config, processors);
    const network = (engine: Engine): T["network"] => task.network(config, { engine, processors, initial });
    refuseIfTooLarge(action, network);
    return new model({ task, config, processors, network: network(engine) });
  }

  /**
   * Loads a model directory: from its path, its URL or its files. Throws an error that names the file if one is
   * missing, damaged or from a newer version, or has a tensor or key that the model does not use, unless `strict` is
   * false. Weights of other dtypes are converted to float32 if that is exact, and refused if not. Never changes the
   * directory, which may be a link, though its files may not.
   */
  static async load<T extends TaskTypes, M extends TaskModel<T>>(
    this: ModelClass<T, M>,
    source: ModelSource,
    options: LoadOptions = {},
  ): Promise<M> {
    const action = `load ${withArticle(this.task.noun)}`;
    const { verify, fetch, onProgress } = expectKinds(action, options, LOAD_OPTIONS);
    const files = filesAt(action, source, { fetch, onProgress });
    const check = (head: ModelHead<T>) => designOf(this.task, head, options);
    const { checked, tensors } = await readModelFiles(files, this.task, { verify, check });
    return new this(partsOf(this.task, checked, tensors));
  }

  /**
   * Reads the bytes that `toBytes` returned. They have no checksum: whatever stores or transmits them has to keep them
   * intact.
   */
  static fromBytes<T extends TaskTypes, M extends TaskModel<T>>(
    this: ModelClass<T, M>,
    bytes: Uint8Array,
    options: FromBytesOptions = {},
  ): M {
    const action = `read the bytes of ${withArticle(this.task.noun)}`;
    if (!(bytes instanceof Uint8Array)) {
      throw new InputTypeError(`${action}: expected a Uint8Array, found ${describeValue(bytes)}`);
    }
    expectKinds(action, options, FROM_BYTES_OPTIONS);
    const { head, tensors } = readModelBytes(bytes, this.task);
    return new this(partsOf(this.task, designOf(this.task, head, options), tensors));
  }

  /**
   * Reads the checkpoint in a model directory, for `fit`. Throws an error that names the file if it is missing or
   * damaged, or has a tensor or key that is not part of a training state.
   */
  static async loadCheckpoint<T extends TaskTypes, M extends TaskModel<T>>(
    this: ModelClass<T, M>,
    directory: string,
    options: VerifyOption = {},
  ): Promise<Checkpoint<T["settings"]>> {
    const action = "load a checkpoint";
    expectPath(action, "directory", directory);
    const { verify } = expectKinds(action, options, VERIFY_OPTION);
    await refuseOtherTask(new DirectoryFiles(directory), this.task, verify);
    const complete = (settings: Partial<T["settings"]>) => completeSettings(this.task.settings, settings);
    const parameters = await savedParameters(directory);
    return await readCheckpoint(directory, complete, { verify, parameters });
  }

  /** The model's configuration, as saved in `config.json`. */
  get config(): T["config"] {
    return this.#config;
  }

  /** Changes configuration fields that training has learned or invalidated. */
  protected configure(change: Partial<T["config"]> = {}): void {
    this.#config = { ...this.#config, ...change };
  }

  /** Values besides the settings on which defaults of settings depend, such as the amount of data. */
  protected settingsContext(_data: T["data"]): Given {
    return {};
  }

  /** Prepares data for training. Throws `TypeError` or `RangeError` if they are not valid training data. */
  protected abstract prepare(data: T["data"], settings: T["settings"]): Promise<Prepared<T>>;

  /**
   * Trains the model. Await the result to train to the end, or iterate over it to receive an event for every step and
   * epoch. Afterwards the model has the parameters that did best on the validation data, or the last ones if there are
   * no validation data.
   *
   * Throws `RangeError` if a setting is invalid, if the data cannot be trained on, if the model is already being
   * trained, or if a loss or gradient is not finite; the last checkpoint is kept.
   */
  fit(data: T["data"], options: FitOptions<T["settings"]> = {}): Fit<T["event"]> {
    return new Fit(() => this.#trainAlone(data, options));
  }

  /**
   * Checks data and options as `fit` does before its first step, and throws the same errors. Changes nothing. Returns
   * the settings with which `fit` would train.
   */
  async checkFit(data: T["data"], options: Partial<T["settings"]> = {}): Promise<T["settings"]> {
    refuseTwoLengths(options);
    const settings = this.#complete(options, data);
    const prepared = await this.prepare(data, settings);
    await refuseUnfitTraining("fit", this.#parts, { settings, asked: options, prepared });
    return settings;
  }

  /**
   * Searches for a good learning rate: trains a copy, with the defaults of this model and a rate that rises (Smith
   * 2017). Changes nothing. Throws `RangeError` if the model is not trained in steps, and as `fit` does.
   */
  async findRate(data: T["data"], options: Partial<T["settings"]> = {}): Promise<RateSearch> {
    const settings = this.#complete(options, data);
    const engine = this.network.parameters()[0]?.engine;
    // deno-lint-ignore no-explicit-any
    const copy: TaskModel<T> = (this.constructor as any).fromBytes(this.toBytes(), { engine });
    try {
      const prepared = await copy.prepare(data, settings);
      if (prepared.learning) return await searchRate(prepared.learning(copy.network), settings);
    } finally {
      copy[Symbol.dispose]();
    }
    throw new InputRangeError("find a learning rate: expected a model that is trained in steps, found another");
  }

  /**
   * Saves the model in a directory: writes all of its files or none. Its card, `README.md`, tells what the model knows
   * about itself and its training, also if it was loaded, and does not replace one that was edited.
   */
  async save(directory: string): Promise<void> {
    expectPath("save a model", "directory", directory);
    await writeDirectory(directory, modelFiles(this.#parts));
  }

  /** Returns the files that `save` writes, for platforms without a file system; `load` reads them. */
  toFiles(): File[] {
    return filesOf(modelFiles(this.#parts));
  }

  /** Serializes the whole model as one safetensors file, for platforms without a file system. */
  toBytes(): Uint8Array<ArrayBuffer> {
    return modelBytes(this.#parts);
  }

  /**
   * Returns the model as ONNX files, with the files of its processors; `docs/exchange.md` lists their inputs and
   * outputs. Throws `RangeError` if the model has a part that no graph can compute, or lacks what an option is about.
   */
  async exportONNX(options: ExportONNXOptions = {}): Promise<File[]> {
    const { EXPORT_ONNX_OPTIONS, onnxFiles } = await import("./onnx_files.ts");
    return await onnxFiles(this.#parts, expectKinds("export as ONNX", options, EXPORT_ONNX_OPTIONS));
  }

  async *#trainAlone(
    data: T["data"],
    options: FitOptions<T["settings"]>,
  ): AsyncGenerator<StepEvent | T["event"], void, void> {
    if (this.#isTraining) {
      throw new InputRangeError("fit: expected a model that is not being trained, found another fit in progress");
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
    checkFitOptions(options, Object.keys(this.#task.settings));
    const { resume, verify, checkpoint: given, communicator, ...running } = options;
    const { directory, saveEvery, saveWhen, notes, signal, lastEpoch, ...asked } = running;
    const checkpoint = given ?? (resume === undefined ? undefined : await this.#readCheckpoint(resume, data, verify));
    const kept = resume ?? directory;
    if (checkpoint && kept !== undefined) {
      await refuseOtherModel(kept, this.#parts, {
        verify,
        readConfig: (json, source) => readConfig(this.#task, json, { source, strict: false }),
      });
    }
    const plan = asked as unknown as Partial<T["settings"]>;
    const settings = this.#continue(plan, data, checkpoint);
    const prepared = await this.prepare(data, settings);
    const { fingerprint } = prepared;
    if (checkpoint && checkpoint.fingerprint !== fingerprint) {
      throw new OtherRunError(`expected ${prepared.noun} of the run that is resumed, found another`);
    }
    if (communicator) {
      const step = checkpoint?.snapshot.progress.step ?? 0;
      await expectAgreement(communicator, { settings, fingerprint, noun: prepared.noun, step, model: this.#parts });
    }
    await refuseUnfitTraining("fit", this.#parts, { settings, asked: plan, prepared });
    // May refuse too many ranks, which must not wait for other training.
    const learning = prepared.learning?.(this.network, communicator);
    const start = performance.now();
    if (prepared.before) signal?.throwIfAborted();
    await prepared.before?.(checkpoint !== undefined, signal);
    const place = communicator && communicator.rank > 0 ? undefined : directory ?? resume;
    const [noted, before] = [notes ?? checkpoint?.notes ?? {}, this.card];
    if (!learning) {
      this.card = runCard(noted, undefined, before);
      if (place !== undefined) await saveStepless(place, this.#parts, { prepared, noted, start });
      return;
    }
    const trainer = new Trainer(learning, settings, { communicator });
    const files = (): Record<string, FileContent> => {
      this.card = runCard(noted, trainer.measured, before);
      return modelFiles(this.#parts);
    };
    const restored = (): void =>
      this.configure(expectChange("restore training", this.#parts, prepared.begin?.(trainer.measured)));
    const run = { trainer, settings, fingerprint, checkpoint, restored, files };
    const saving = { directory: place, saveEvery, saveWhen, notes, signal, lastEpoch };
    let hasBegun = checkpoint !== undefined;
    for await (const event of runTraining(run, saving)) {
      if (!hasBegun) this.configure(prepared.begin?.());
      hasBegun = true;
      if (event.event === "step") yield event;
      else yield { ...prepared.event(event, learning), ...outcomeOf(event) };
    }
    this.card = runCard(noted, trainer.measured, before);
  }

  async #readCheckpoint(directory: string, data: T["data"], verify?: boolean): Promise<Checkpoint<T["settings"]>> {
    await refuseOtherTask(new DirectoryFiles(directory), this.#task, verify);
    const parameters = this.network.parameters().reduce((sum, { size }) => sum + slabSize(size), 0);
    return await readCheckpoint(directory, (settings) => this.#complete(settings, data), { verify, parameters });
  }

  #complete(asked: Partial<T["settings"]>, data: T["data"]): T["settings"] {
    return completeSettings(this.#task.settings, asked, this.settingsContext(data));
  }

  #continue(
    asked: Partial<T["settings"]>,
    data: T["data"],
    checkpoint: Checkpoint<T["settings"]> | undefined,
  ): T["settings"] {
    refuseTwoLengths(asked);
    if (!checkpoint) return this.#complete(asked, data);
    return continuedSettings(checkpoint.settings, asked, (settings) => this.#complete(settings, data));
  }

  get #parts(): ModelParts<T> {
    const [task, config] = [this.#task, this.#config];
    return { task, config, processors: this.processors, network: this.network, card: this.card };
  }
}
