import type { Address, Block, Engine } from "../engine/mod.ts";
import type { Scope } from "./scope.ts";

/** The table from which the rows of a tensor were gathered. */
export interface RowSource<T> {
  /** The table [R, K]. */
  readonly table: T;
  /** The row of the table for each row of the tensor; a negative number stands for zeros. */
  readonly index: Int32Array;
  /** Address of the index in the step's memory. */
  readonly at: Address;
}

/** The parts of a tensor. */
export interface TensorParts<T> {
  /** The engine that holds the tensor. */
  readonly engine: Engine;
  /** The extents of its dimensions. */
  readonly shape: readonly number[];
  /** Address of its values. */
  readonly address: Address;
  /** The step with which the tensor ends; undefined for persistent tensors. */
  readonly scope?: Scope;
  /** The memory block of a persistent tensor. */
  readonly block?: Block;
  /** The table from which the rows were gathered, if any. */
  readonly source?: RowSource<T>;
}
