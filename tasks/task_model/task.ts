import type { ModelCardOptions } from "./model_card.ts";
import type { Communicator } from "../../src/distributed/mod.ts";
import type { Engine, Module } from "../../src/nn/mod.ts";
import type { Schema } from "../../src/schema/mod.ts";
import type { Learning, MeasuredEvent, Measurement, TrainSettings } from "../../src/train/mod.ts";
import type { EpochEvent } from "./fit.ts";
import type { GraphOptions, GraphPlan } from "./graph_plan.ts";

/** Converts data to a network's input and is saved with the model as JSON; for example, a tokenizer. */
export interface Processor {
  /** Serializes the processor; `fromJSON` reads the result. */
  toJSON(): unknown;
}

/** The types that a task is generic over. */
export interface TaskTypes {
  /** The fields saved in `config.json`. */
  readonly config: object;
  /** Options that matter only when a model is created. */
  readonly initial: object;
  /** The training settings. */
  readonly settings: TrainSettings;
  /** The processors by name; an absent optional one is undefined. */
  readonly processors: Readonly<Record<string, Processor | undefined>>;
  /** The network. */
  readonly network: Module;
  /** The training data. */
  readonly data: unknown;
  /** The event that reports an epoch. */
  readonly event: EpochEvent;
}

/** The file format of a processor. */
export interface ProcessorFile<P> {
  /** The processor's file in a model directory. */
  readonly file: string;
  /** Whether a model may lack it. */
  readonly isOptional?: boolean;
  /** Reads what `toJSON` returned. */
  readonly fromJSON: (json: unknown) => P;
}

/** Arguments of a network's constructor besides its configuration. */
export interface NetworkOptions<T extends TaskTypes> {
  /** The engine that holds its parameters. */
  readonly engine: Engine;
  /** The model's processors. */
  readonly processors: T["processors"];
  /** Options that matter only when a model is created. */
  readonly initial: T["initial"];
}

/** A task: everything that the generic model needs to know about it. */
export interface Task<T extends TaskTypes> {
  /** The task's name in `config.json`. */
  readonly name: string;
  /** Earlier names; models saved under them are still read. */
  readonly formerNames?: readonly string[];
  /** The noun for a model in messages, such as "language model". */
  readonly noun: string;
  /** Schema of a model: the fields saved in `config.json` and the initial ones. */
  readonly model: Schema<T["config"] & T["initial"]>;
  /** Schema of the training settings. */
  readonly settings: Schema<T["settings"]>;
  /** The processors saved in a model directory. */
  readonly processors: { readonly [K in keyof T["processors"]]: ProcessorFile<NonNullable<T["processors"][K]>> };
  /** Fields that training itself changes; in a resumed run they may differ from the saved ones. */
  readonly learned?: readonly (keyof T["config"] & string)[];
  /** Throws `RangeError` if fields contradict each other or the processors; its message begins with the action. */
  readonly check?: (action: string, config: T["config"], processors: T["processors"]) => void;
  /** Creates the network. */
  readonly network: (config: T["config"], options: NetworkOptions<T>) => T["network"];
  /**
   * Describes the graphs that a model can be exported as. Default: it cannot be exported. Throws `RangeError` if a part
   * of the model fits in no graph.
   */
  readonly graphs?: (parts: ModelParts<T>, options: GraphOptions) => Promise<readonly GraphPlan[]>;
  /** The options that take effect in the graphs, and in other formats; any other is refused. Default: none. */
  readonly graphOptions?: readonly (keyof GraphOptions)[];
}

/** Data ready for training. */
// deno-lint-ignore no-explicit-any
export interface Prepared<T extends TaskTypes, M extends Measurement = any, L extends Learning<M> = any> {
  /** Hash of the data; a resumed run must have the same. */
  readonly fingerprint: number;
  /** The noun for the data in messages, such as "the text". */
  readonly noun: string;
  /** A description of a step's data for messages, such as "batch 32 x bptt 64". */
  readonly step: string;
  /**
   * Trains, before the first step, what is not trained in steps; a model that resumes its run may have it already.
   * Throws the signal's reason if it aborts.
   */
  readonly before?: (isResumed: boolean, signal?: AbortSignal) => Promise<void>;
  /**
   * Creates the object that trains a network on the data in steps, or on one rank's part of them. Default: nothing is
   * trained in steps.
   */
  readonly learning?: (network: T["network"], communicator?: Communicator) => L;
  /** Measures what is not trained in steps on the validation data. Default: it has no figures. */
  readonly measure?: () => Promise<M | undefined>;
  /** Index of the largest batch of the first epoch. Default: the first batch. */
  readonly largestBatch?: (learning: L) => number;
  /**
   * Called after the first step, to discard what depended on the earlier parameters, and when a run is resumed, with
   * the measurement of its best parameters, to set what depends on these. Returns the fields that change.
   */
  readonly begin?: (best?: Partial<M>) => Partial<T["config"]>;
  /** Converts an epoch's event to the task's terms. */
  readonly event: (event: MeasuredEvent<M>, learning: L) => T["event"];
}

/** The parts of a model. */
export interface ModelParts<T extends TaskTypes> {
  /** The model's task. */
  readonly task: Task<T>;
  /** The contents of `config.json`. */
  readonly config: T["config"];
  /** Convert data to the network's input. */
  readonly processors: T["processors"];
  /** The layers and their parameters. */
  readonly network: T["network"];
  /** The facts of the model's card that are not in these parts. Default: none. */
  readonly card?: ModelCardOptions;
}
