import type { TracedOperation } from "../../../../src/nn/mod.ts";
import type { Emission } from "./emission.ts";

/** A traced run of recurrent layers. */
export type RecurrentOperation = Extract<TracedOperation, { readonly name: "recurrent" }>;

/** The parameters of one layer in one direction. */
export type Weights = RecurrentOperation["attributes"]["weights"][number];

/** The inputs of one layer. */
export interface LayerInput {
  readonly emission: Emission;
  /** The run of all layers. */
  readonly operation: RecurrentOperation;
  /** Index of the layer. */
  readonly layer: number;
  /** The parameters of each direction. */
  readonly weights: readonly Weights[];
  /** The input [T, B, I]. */
  readonly x: string;
  /** The lengths [B], as 64-bit integers; undefined if all sequences have T steps. */
  readonly lengths: string | undefined;
  /** The initial states [D, B, size]; undefined for zeros. */
  readonly h: string | undefined;
  readonly c: string | undefined;
  readonly inputs: string | undefined;
}

/** The results of one layer: its output [T, B, D P] and its last states [D, B, size]. */
export interface LayerOutput {
  readonly output: string;
  readonly h: string;
  readonly c?: string;
  readonly inputs?: string;
  readonly last?: string;
}
