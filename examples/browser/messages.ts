/**
 * The messages between the page and its worker.
 * @module
 */

/** A model to train, and the text to train it on. */
export interface TrainRequest {
  readonly text: string;
  readonly cell: "lstm" | "gru" | "rnn";
  readonly hidden: number;
  readonly layers: number;
  readonly learningRate: number;
  /** How long to train: minutes, or a number of steps, which gives the same model every time. */
  readonly length: { readonly minutes: number } | { readonly maxSteps: number };
}

/** An event of a training run. */
export type TrainEvent =
  | {
    readonly kind: "step";
    readonly step: number;
    /** An estimate of the number of steps in all. */
    readonly steps: number;
    readonly loss: number;
    readonly charactersPerSecond: number;
  }
  /** The loss on the text that was held back. */
  | { readonly kind: "valid"; readonly step: number; readonly loss: number }
  /** A text by the model as it is. */
  | { readonly kind: "sample"; readonly step: number; readonly text: string };

/** The tasks whose models the page can use. */
export const TASKS = ["language-modeling", "classification", "translation"] as const;
export type TaskName = typeof TASKS[number];

/** The facts about a model that the page shows. */
export interface ModelFacts {
  readonly task: TaskName;
  /** A name for its files, such as `lstm-128`. */
  readonly name: string;
  /** A sentence: its cell, its size, its vocabulary. */
  readonly summary: string;
}

/** How to choose tokens. */
export interface Sampling {
  readonly temperature: number;
  /** Number of the likeliest tokens to choose from; null for all. */
  readonly topK: number | null;
}

/** A text to continue. */
export interface GenerateRequest extends Sampling {
  readonly prompt: string;
  readonly maxTokens: number;
  readonly seed: number;
}

/** A token that may come next. */
export interface NextToken {
  readonly text: string;
  readonly probability: number;
}

/** The hidden units of the last layer over a text. */
export interface UnitsAnswer {
  /** The text, token by token: T pieces. */
  readonly pieces: readonly string[];
  /** The number of units H. */
  readonly units: number;
  /** The values [T, H], from -1 to 1. */
  readonly values: Float32Array<ArrayBuffer>;
  /** The units, those that vary most first. */
  readonly ranked: readonly number[];
}

/** A label of a classifier and its probability. */
export interface LabelProbability {
  readonly label: string;
  readonly probability: number;
}

/** The calls: what each is given, what it tells meanwhile, and what it answers. */
export interface Calls {
  /** The number of threads that compute. */
  threads: { input: undefined; event: never; answer: number };
  /** A text to begin with. */
  example: { input: undefined; event: never; answer: string };
  train: { input: TrainRequest; event: TrainEvent; answer: ModelFacts };
  /** Tells pieces of the text; the answer has the symbols of the prompt that the model lacks, which it left out. */
  generate: { input: GenerateRequest; event: string; answer: readonly string[] };
  next: { input: Sampling & { readonly prompt: string }; event: never; answer: readonly NextToken[] };
  units: { input: { readonly text: string }; event: never; answer: UnitsAnswer };
  /** The language model as a zip archive of its directory. */
  save: { input: undefined; event: never; answer: Uint8Array<ArrayBuffer> };
  load: { input: { readonly files: readonly File[] }; event: never; answer: ModelFacts };
  classify: { input: { readonly text: string }; event: never; answer: readonly LabelProbability[] };
  translate: { input: { readonly text: string }; event: never; answer: string };
}

export type CallName = keyof Calls;

/** A message to the worker: a call, or the end of one. */
export type ToWorker =
  | { [Name in CallName]: { readonly id: number; readonly name: Name; readonly input: Calls[Name]["input"] } }[CallName]
  | { readonly id: number; readonly name: "stop" };

/** A message from the worker about a call. */
export type FromWorker =
  | { readonly id: number; readonly event: unknown }
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly failure: string };
