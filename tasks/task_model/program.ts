import type { Field, Given, IdleOptions, Schema } from "../../src/schema/mod.ts";
import type { Checkpoint } from "../../src/train/mod.ts";
import type { StartProgram } from "../data/mod.ts";
import type { Dimension, Figures, RunFields } from "../tuning/mod.ts";
import type { CrossValidation } from "./cross_validation.ts";
import type { GraphOptions } from "./graph_plan.ts";
import type { FromBytesOptions, LoadOptions, VerifyOption } from "./model_options.ts";
import type { Picture } from "./picture.ts";
import type { ModelClass, TaskModel } from "./task_model.ts";
import type { TaskTypes } from "./task.ts";

/** Named options that reproduce a published model or a demo. */
export interface Preset<T extends TaskTypes, P extends object = object> {
  /** Options of the data. */
  readonly plan?: Partial<P>;
  /** Options of `create`. */
  readonly model: Partial<T["config"] & T["initial"]>;
  /** Options of `fit`. */
  readonly fit: Partial<T["settings"]>;
}

/** Options that follow from the data, for those that are not given. */
export interface Suited<T extends TaskTypes, P extends object = object> extends Preset<T, P> {
  /**
   * Says what was chosen and why, in one line. `kept` has the names of the chosen options that take effect: others are
   * given, or do not go with what is given. Returns undefined if there is nothing to say.
   */
  describe(kept: ReadonlySet<string>): string | undefined;
}

/** Data that have been read, with messages about them. */
export interface DataSet<D> {
  /** The data. */
  readonly data: D;
  /** Messages about the detected formats, one line each. */
  readonly notes: readonly string[];
  /** Warnings, one line each. */
  readonly warnings: readonly string[];
  /** Fields of the plan, the model and the settings that have no effect on the data. Default: none. */
  readonly idle?: IdleOptions;
}

/** The abilities of the caller that a program may use besides computing. */
export interface Host {
  /** Starts another program. */
  readonly startProgram?: StartProgram;
  /** Receives the fields of one of many results, such as the score of a line, before the report. */
  readonly record?: (fields: Given) => void;
  /** Shows how many of many files have been read. */
  readonly progress?: (progress: { readonly stage: string; readonly done: number; readonly total?: number }) => void;
}

/** Results as text for people and as JSON fields for programs. */
export interface Report {
  /** Lines of text. */
  readonly lines: readonly string[];
  /** Fields of a JSON object. */
  readonly fields: Given;
  /** Warnings, one line each. */
  readonly warnings?: readonly string[];
  /** An SVG picture, if there is one. */
  readonly picture?: string;
}

/** The final report of a training run. */
export interface Conclusion extends Report {
  /** Lines about the test data, which follow the others and are printed even with `--quiet`. */
  readonly results?: readonly string[];
  /** The command that tries the model, and its operands. */
  readonly tryWith: readonly string[];
}

/** A command that trains models of a task. */
export interface TrainCommand {
  /** The command's name, such as `train-lm`. */
  readonly name: string;
  /** A description in one sentence. */
  readonly summary: string;
  /** The preset to use if no data are given; without one, data are required. */
  readonly demo?: string;
  /** Example command lines for the help text. */
  readonly examples: readonly string[];
}

/** The finished training run that `conclude` reports. */
export interface Trained<T extends TaskTypes, P> {
  /** The options of the data. */
  readonly plan: P;
  /** The directory in which the model is saved. */
  readonly directory: string;
  /** The last completed epoch, if there is one. */
  readonly last: T["event"] | undefined;
  /** The epoch whose parameters are kept, if it is one of this session. */
  readonly kept: T["event"] | undefined;
  /** The text that samples continue. Default: none. */
  readonly prompt?: string;
}

/**
 * Everything besides the model that training and evaluation from files need: where data come from, how to create a
 * model for them, and what to report. The commands `train-*` and `evaluate` are derived from it.
 */
export interface Program<T extends TaskTypes, M extends TaskModel<T>, P extends object, D, E extends object> {
  /** The model class. */
  readonly model: AnyModelClass & ModelClass<T, M>;
  /** Schema of the data options. */
  readonly plan: Schema<P>;
  /**
   * Fields of the plan that name the data; piped input takes the place of the first. If none is given, the demo data
   * are used.
   */
  readonly sources: readonly (keyof P & string)[];
  /** Presets by name. */
  readonly presets: Readonly<Record<string, Preset<T, P>>>;
  /** The plural noun for what the speed of training counts. Default: "tokens". */
  readonly unit?: string;
  /**
   * Completes what is asked of a new run with what the model that it starts from decides. Throws `RangeError` if they
   * contradict each other. `reading` is for `load`.
   */
  inherit?(asked: Required<Preset<T, P>>, reading?: VerifyOption): Promise<Required<Preset<T, P>>>;
  /** Reads or generates the data, and splits them. */
  read(plan: P, host?: Host): Promise<DataSet<D>>;
  /** Fields of the model that `suit` may choose, with which others are allowed. Default: none. */
  readonly suitable?: readonly (keyof T["config"] & string)[];
  /**
   * Chooses options that suit the data. Those that are asked for override them. Returns undefined if none are.
   * `reading` is for the files of a model that the run starts from.
   */
  suit?(
    plan: P,
    data: D,
    asked: Preset<T, P>,
    reading?: VerifyOption,
  ): Suited<T, P> | undefined | Promise<Suited<T, P> | undefined>;
  /** Creates a model for the data. `reading` is for `load`, if the model starts from another one. */
  create(plan: P, options: Partial<T["config"] & T["initial"]>, data: D, reading?: VerifyOption): Promise<M>;
  /** Converts the data to what `fit` accepts. */
  corpus(model: M, data: D): Promise<T["data"]>;
  /** Names a model's directory in `models/`; `data` is the name of the data file, if one is given. */
  nameOf(plan: P, config: T["config"], data?: string): string;
  /** Describes the model and its data; the first line says what is trained on what, and with which settings. */
  introduce(model: M, corpus: T["data"], data: D, training: Training<T>): Introduction;
  /** Describes the result of an epoch. */
  epoch(event: T["event"]): { readonly text: string; readonly fields: Given };
  /**
   * Returns a text that shows what the model has learned so far; without it, the command has no `--sample-every`. It is
   * called between the steps of training, must not change the model, and returns the same for the same model.
   */
  sample?(model: M, options: SampleOptions): Promise<string>;
  /** How the page of a run asks the model; without it and `sample`, the page has no box for texts. */
  readonly asking?: Asking<M>;
  /**
   * Measures how far the gradient of the last step's loss reaches back in a text; without it, `info` has no
   * `--gradient-flow` for the task's models.
   */
  gradientFlow?(model: M, text: string): readonly StepGradient[];
  /**
   * Shows what a trained model does on a limited number of its validation examples, for the page of `report`; an empty
   * list without validation data. It must not change the model, and returns the same for the same model and data.
   */
  pictures?(model: M, corpus: T["data"]): Promise<readonly Picture[]>;
  /** Evaluates a trained model for the final report. */
  conclude(model: M, corpus: T["data"], trained: Trained<T, P>): Promise<Conclusion>;
  /** How to search for good options; without it, the command has no `--autotune`. */
  readonly tuning?: Tuning<T, D>;
  /** Cross-validation, if the plan has a field `folds`, the number of folds; null for none. */
  readonly crossValidation?: CrossValidation<M, P, D, T["data"]>;
  /** Schema of the options of `evaluate`. */
  readonly evaluation: Schema<E>;
  /** Whether `evaluate` draws a picture for a model. Default: no. */
  draws?(model: M): boolean;
  /** Evaluates a model on files. `reading` is for `load`, if the plan names other models. */
  evaluate(model: M, plan: E, host?: Host, reading?: VerifyOption): Promise<Report>;
}

/** The gradient of the last step's loss at a step. */
export interface StepGradient {
  /** The text of the step's token. */
  readonly token: string;
  /** The norm of the gradient by the step's embedding. */
  readonly norm: number;
}

/** How to sample a model during training. */
export interface SampleOptions {
  /** The text from which to start. Default: none. */
  readonly prompt?: string;
  /** Approximate number of characters to write; 0 only checks the prompt. */
  readonly length: number;
  /** The sampling temperature. Default: 0.8. */
  readonly temperature?: number;
  /** Seed of the random numbers. Default: 1. */
  readonly seed?: number;
}

/** How a model answers a text, such as by its translation. */
export interface Asking<M> {
  /** Name of the text on the page, such as "Sentence". */
  readonly text: string;
  /** Verb for the button, such as "Translate". */
  readonly verb: string;
  /**
   * Returns the model's answer; `seed` is for one that is drawn at random. It is called between the steps of training,
   * and must not change the model.
   */
  answer(model: M, text: string, seed: number): Promise<string>;
}

/** How a program searches for good options: the space, parts of the data, and the figures that decide. */
export interface Tuning<T extends TaskTypes, D> {
  /**
   * Returns the dimensions of the search. Throws `RangeError` if there is nothing to search or nothing to judge by.
   * `given` has the fields that are set, by the user or by a preset.
   */
  space(given: RunFields, data: D): readonly Dimension[];
  /** Computes a hash of the data. */
  fingerprint(data: D): number;
  /** Number of training examples. */
  examples(corpus: T["data"]): number;
  /** Returns the corpus with a share of its training examples; it is frozen, so that results can be kept for it. */
  part(corpus: T["data"], share: number): T["data"];
  /**
   * Returns the fields by which a model consists of a number of networks whose outputs are averaged; undefined if it
   * cannot. Default: the task has no such models.
   */
  average?(given: RunFields, networks: number): RunFields | undefined;
  /** Returns the figure by which candidates are compared, with the given settings. */
  figure(given: Partial<T["settings"]>, data: D): TuningFigure;
  /** Returns the validation figures of an epoch. */
  figures(event: T["event"], given: Partial<T["settings"]>): Figures;
}

/** The figure by which the candidates of a search are compared. */
export interface TuningFigure {
  /** Its name. */
  readonly name: string;
  /** Shows it. */
  readonly show: (objective: number) => string;
  /** Estimates its standard error. */
  readonly errorOf: (objective: number) => number;
}

/** Information about a training run for `introduce`. */
export interface Training<T extends TaskTypes> {
  /** The warnings about the data. */
  readonly warnings: readonly string[];
  /** The settings of the run. */
  readonly settings: T["settings"];
}

/** A model and its data, before training. */
export interface Introduction {
  /** The model and the amount of data, as one clause. */
  readonly text: string;
  /** Lines to print before it. */
  readonly lines?: readonly string[];
  /** Fields of the JSON object about the data; if absent, no object is written. */
  readonly fields?: Given;
}

/** A program of any task, as the command line sees it. */
// deno-lint-ignore no-explicit-any
export type AnyProgram = Omit<Program<any, any, any, any, any>, "model" | "epoch"> & {
  /** The model class. */
  readonly model: AnyModelClass;
  /** Describes the result of an epoch. */
  // deno-lint-ignore no-explicit-any
  epoch(event: any): { readonly text: string; readonly fields: Given };
};

/** A model class of any task. */
export interface AnyModelClass {
  /** The task of its models. */
  readonly task: {
    /** The task's name in `config.json`. */
    readonly name: string;
    /** The noun for a model in messages. */
    readonly noun: string;
    /** The fields of a model. */
    readonly model: Readonly<Record<string, Field>>;
    /** The training settings. */
    readonly settings: Readonly<Record<string, Field>>;
    /** The options that take effect in an export; any other is refused. */
    readonly graphOptions?: readonly (keyof GraphOptions)[];
  };
  /** Reads a model directory. */
  // deno-lint-ignore no-explicit-any
  load(directory: string, options?: LoadOptions): Promise<any>;
  /** Reads the bytes that `toBytes` returned. */
  // deno-lint-ignore no-explicit-any
  fromBytes(bytes: Uint8Array, options?: FromBytesOptions): any;
  /** Reads the checkpoint in a model directory. */
  loadCheckpoint(directory: string, options?: VerifyOption): Promise<Checkpoint>;
}
