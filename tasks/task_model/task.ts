import type { Engine, Module } from "../../src/nn/mod.ts";
import type { Schema } from "../../src/schema/mod.ts";
import type { Learning, MeasuredEvent, Measurement, TrainSettings } from "../../src/train/mod.ts";
import type { EpochEvent } from "./fit.ts";

/** What turns data into what a network reads, and is kept beside the network as JSON: a tokenizer, say. */
export interface Processor {
  /** What `fromJSON` reads. */
  toJSON(): unknown;
}

/** The types of a task. */
export interface TaskTypes {
  /** What `config.json` keeps. */
  readonly config: object;
  /** What matters only when a model is made. */
  readonly initial: object;
  /** How it is trained. */
  readonly settings: TrainSettings;
  /** Its processors by name; a missing one is undefined. */
  readonly processors: Readonly<Record<string, Processor | undefined>>;
  /** Its network. */
  readonly network: Module;
  /** What it learns from. */
  readonly data: unknown;
  /** What an epoch reports. */
  readonly event: EpochEvent;
}

/** How a processor is kept. */
export interface ProcessorFile<P> {
  /** Its file in a model directory. */
  readonly file: string;
  /** Whether a model may do without it. */
  readonly isOptional?: boolean;
  /** Reads what `toJSON` gave. */
  readonly fromJSON: (json: unknown) => P;
}

/** Where a network is made, and how it begins. */
export interface NetworkOptions<T extends TaskTypes> {
  /** The engine in whose memory it lives. */
  readonly engine: Engine;
  /** The model's processors. */
  readonly processors: T["processors"];
  /** What matters only when a model is made. */
  readonly initial: T["initial"];
}

/** What makes a task: everything that the generic model needs to know. */
export interface Task<T extends TaskTypes> {
  /** Its name in `config.json`. */
  readonly name: string;
  /** Names that it had; models with these are read. */
  readonly formerNames?: readonly string[];
  /** What its models are called: "language model". */
  readonly noun: string;
  /** The fields of a model: those that `config.json` keeps, and the initial ones. */
  readonly model: Schema<T["config"] & T["initial"]>;
  /** The fields of a training. */
  readonly settings: Schema<T["settings"]>;
  /** The processors that a model directory keeps. */
  readonly processors: { readonly [K in keyof T["processors"]]: ProcessorFile<NonNullable<T["processors"][K]>> };
  /** Fields that training itself changes: those of a resumed run may differ from the kept ones. */
  readonly learned?: readonly (keyof T["config"] & string)[];
  /** Throws a `RangeError` that begins with the action if fields contradict each other or the processors. */
  readonly check?: (action: string, config: T["config"], processors: T["processors"]) => void;
  /** Makes the network. */
  readonly network: (config: T["config"], options: NetworkOptions<T>) => T["network"];
}

/** Data that is ready to be learned from. */
// deno-lint-ignore no-explicit-any
export interface Prepared<T extends TaskTypes, M extends Measurement = any, L extends Learning<M> = any> {
  /** A number of the data: a resumed run must have the same. */
  readonly fingerprint: number;
  /** What the data is called, for messages: "the text". */
  readonly noun: string;
  /** What a step reads, for messages: "batch 32 x bptt 64". */
  readonly step: string;
  /** How a network learns from it. */
  readonly learning: (network: T["network"]) => L;
  /** The largest batch of the first epoch; the first where absent. */
  readonly largestBatch?: (learning: L) => number;
  /** Called after the first step: what depended on the parameters before is void. */
  readonly begin?: () => void;
  /** An epoch's event in the task's terms. */
  readonly event: (event: MeasuredEvent<M>, learning: L) => T["event"];
}

/** What a model is made of. */
export interface ModelParts<T extends TaskTypes> {
  /** Its task. */
  readonly task: Task<T>;
  /** The contents of `config.json`. */
  readonly config: T["config"];
  /** What turns data into what the network reads. */
  readonly processors: T["processors"];
  /** The layers and their parameters. */
  readonly network: T["network"];
}
