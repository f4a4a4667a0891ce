import { InputRangeError } from "../../errors.ts";
import type { Tensor } from "../../src/nn/mod.ts";

/** An input of a graph. */
export interface GraphInput {
  /** Its name in the file. */
  readonly name: string;
  /** The array that the run reads, row-major; an `Int32Array` becomes an input of 64-bit integers. */
  readonly values: Int32Array | Float32Array;
  /** Its shape. */
  readonly shape: readonly number[];
  /** Its meaning, in one sentence. */
  readonly help: string;
}

/** An output of a graph. */
export interface GraphOutput {
  /** Its name in the file. */
  readonly name: string;
  /** The tensor that the run computes. */
  readonly tensor: Tensor;
  /** Its meaning, in one sentence. */
  readonly help: string;
}

/** A run of a network with inputs of some sizes. */
export interface GraphRun {
  /** The inputs; those that nothing reads are left out of the graph. */
  readonly inputs: readonly GraphInput[];
  /** The outputs. */
  readonly outputs: readonly GraphOutput[];
}

/** A graph that a model can be exported as. */
export interface GraphPlan {
  /** The end of its file's name, such as `_step`; empty for the main graph. */
  readonly suffix: string;
  /** Its computation, in one sentence. */
  readonly summary: string;
  /** The sizes that a caller chooses at each run, such as `batch`. */
  readonly sizes: readonly string[];
  /** A factor of the first size in traced runs, for networks that join so many steps. Default: 1. */
  readonly factor?: number;
  /** A program in Python that computes inputs of the graph, and the end of its file's name. */
  readonly program?: { readonly suffix: string; readonly text: string };
  /** Runs the network in an open step. */
  readonly run: (sizes: Readonly<Record<string, number>>) => GraphRun;
}

/** Options of the graphs of a model. */
export interface GraphOptions {
  /** Whether scores are the logarithms of probabilities instead of logits. */
  readonly logProbabilities: boolean;
  /** Whether to export the network of a classifier without the linear model beside it. */
  readonly networkAlone: boolean;
}

/** The names of the options in messages. */
const NAMES: { readonly [K in keyof GraphOptions]: string } = {
  logProbabilities: "logProbabilities (--log-probabilities)",
  networkAlone: "networkAlone (--network-alone)",
};

/** Throws `RangeError` if an option is given that the models of a task do not have. */
export function expectGraphOptions(
  options: Partial<GraphOptions>,
  task: { readonly name: string; readonly graphOptions?: readonly (keyof GraphOptions)[] },
  action: string,
): void {
  for (const [name, label] of Object.entries(NAMES) as [keyof GraphOptions, string][]) {
    if (!options[name] || task.graphOptions?.includes(name)) continue;
    throw new InputRangeError(`${action}: expected a model of a task that has ${label}, found one of ${task.name}`);
  }
}
