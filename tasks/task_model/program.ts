import type { Field, Given, Schema } from "../../src/schema/mod.ts";
import type { Checkpoint } from "../../src/train/mod.ts";
import type { EngineChoice, ModelClass, TaskModel } from "./task_model.ts";
import type { TaskTypes } from "./task.ts";

/** Options under one name: what a published model, or a demonstration, was made and trained with. */
export interface Preset<T extends TaskTypes, P extends object = object> {
  /** Options of the data. */
  readonly plan?: Partial<P>;
  /** Options of `create`. */
  readonly model: Partial<T["config"] & T["initial"]>;
  /** Options of `fit`. */
  readonly fit: Partial<T["settings"]>;
}

/** Data that have been read, and what is to be said of them. */
export interface DataSet<D> {
  /** The data. */
  readonly data: D;
  /** What was found, a line each. */
  readonly notes: readonly string[];
  /** What is not as it should be, a line each. */
  readonly warnings: readonly string[];
}

/** Figures for people, and the same for programs. */
export interface Report {
  /** Lines of text. */
  readonly lines: readonly string[];
  /** Fields of a JSON object. */
  readonly fields: Given;
  /** What is not as it should be, a line each. */
  readonly warnings?: readonly string[];
}

/** What a training came to. */
export interface Conclusion extends Report {
  /** The command to try the model with, and its operands. */
  readonly tryWith: readonly string[];
}

/** A command that trains models of a task. */
export interface TrainCommand {
  /** Its name: `train-lm`. */
  readonly name: string;
  /** What it does, in one sentence. */
  readonly summary: string;
  /** The preset that holds where no data are named; none where data must be named. */
  readonly demo?: string;
  /** Three command lines. */
  readonly examples: readonly string[];
}

/** A finished training, for its conclusion. */
export interface Trained<T extends TaskTypes, P> {
  /** The options of the data. */
  readonly plan: P;
  /** Where the model is kept. */
  readonly directory: string;
  /** The last epoch that ended, if one did. */
  readonly last: T["event"] | undefined;
}

/**
 * What training and measuring from files needs beside the model itself: where data come from, how a model is made for them, and what is
 * reported. The commands `train-*` and `evaluate` follow from it.
 */
export interface Program<T extends TaskTypes, M extends TaskModel<T>, P extends object, D, E extends object> {
  /** The class of the models. */
  readonly model: AnyModelClass & ModelClass<T, M>;
  /** The declarations of the data's options. */
  readonly plan: Schema<P>;
  /**
   * Fields of the plan that say where the data are, the first the one for which what is piped in stands. Without one of them the demonstration's
   * are used.
   */
  readonly sources: readonly (keyof P & string)[];
  /** Options under one name. */
  readonly presets: Readonly<Record<string, Preset<T, P>>>;
  /** Reads, or makes, and divides the data. */
  read(plan: P): Promise<DataSet<D>>;
  /** Makes a model for the data. */
  create(plan: P, options: Partial<T["config"] & T["initial"]>, data: D): Promise<M>;
  /** The data as `fit` takes them. */
  corpus(model: M, data: D): Promise<T["data"]>;
  /** The name of a model, for its directory in `models/`; `data` is the name of the data, if a file is named. */
  nameOf(plan: P, config: T["config"], data?: string): string;
  /** The model and its data in words: the first line is what is trained on what. */
  introduce(model: M, corpus: T["data"], data: D, warnings: readonly string[]): Introduction;
  /** What an epoch brought. */
  epoch(event: T["event"]): { readonly text: string; readonly fields: Given };
  /** Measures a trained model. */
  conclude(model: M, corpus: T["data"], trained: Trained<T, P>): Promise<Conclusion>;
  /** The declarations of the options of `evaluate`. */
  readonly evaluation: Schema<E>;
  /** Measures a model on files. */
  evaluate(model: M, plan: E): Promise<Report>;
}

/** A model and its data, before training. */
export interface Introduction {
  /** The model and the amount of data, as one clause. */
  readonly text: string;
  /** What is to be said before, a line each. */
  readonly lines?: readonly string[];
  /** Fields of a JSON object about the data; no object without. */
  readonly fields?: Given;
}

/** A program of any task, as the command line sees it. */
// deno-lint-ignore no-explicit-any
export type AnyProgram = Omit<Program<any, any, any, any, any>, "model" | "epoch"> & {
  /** The class of the models. */
  readonly model: AnyModelClass;
  /** What an epoch brought. */
  // deno-lint-ignore no-explicit-any
  epoch(event: any): { readonly text: string; readonly fields: Given };
};

/** A class of models of any task. */
export interface AnyModelClass {
  /** Their task. */
  readonly task: {
    /** What a model is called. */
    readonly noun: string;
    /** The fields of a model. */
    readonly model: Readonly<Record<string, Field>>;
    /** The fields of a training. */
    readonly settings: Readonly<Record<string, Field>>;
  };
  /** Reads a model directory. */
  // deno-lint-ignore no-explicit-any
  load(directory: string, options?: EngineChoice): Promise<any>;
  /** Reads what `toBytes` gave. */
  // deno-lint-ignore no-explicit-any
  fromBytes(bytes: Uint8Array, options?: EngineChoice): any;
  /** Reads the run that a model directory keeps. */
  loadCheckpoint(directory: string): Promise<Checkpoint>;
}
