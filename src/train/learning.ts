import type { Module } from "../nn/module.ts";
import type { OptimizerOptions, OptimizerState, Trainable } from "../optim/mod.ts";
import type { Parameter, Tensor } from "../tensor/mod.ts";
import type { Direction, Measurement } from "./best.ts";
import type { BudgetState } from "./budget.ts";

/** The data of one training step. */
export interface Batch {
  /** Weight in the epoch's mean loss: the number of texts or symbols that the batch's loss is a mean over. */
  readonly weight: number;
  /** Number of tokens, for the throughput. */
  readonly tokens: number;
  /**
   * Share of the loss of the batch of all ranks that this rank's part has, from 0 to 1: the number of texts or symbols
   * that its loss is a mean over, as a share of all. With 0 there is nothing to compute. Default: 1.
   */
  readonly part?: number;
  /**
   * Factor on this rank's loss in the loss of the batch of all ranks: 1 for a loss that is divided by the number of
   * texts or symbols of all. Default: `part`.
   */
  readonly scale?: number;
  /** Factor on the learning rate of the step. Default: 1. */
  readonly rate?: number;
  /** Computes the mean loss in nats, recorded for the backward pass. */
  loss(): Tensor;
  /** Called after the backward pass, while the step's tensors are still valid. */
  done?(): void;
}

/** The parts of a task that a `Trainer` uses: a module, batches and a measurement. */
export interface Learning<M extends Measurement> {
  /** The module that is trained. */
  readonly module: Module;
  /** Parameters to train, or groups with their own options. Default: all of the module's. */
  readonly trainable?: Trainable<OptimizerOptions>;
  /**
   * Whether a parameter belongs to the members of an ensemble that this rank trains; it then computes the loss of these
   * for whole batches. Default: the ranks share out the batches.
   */
  readonly owns?: (parameter: Parameter) => boolean;
  /** Number of batches in an epoch. */
  readonly batches: number;
  /** Size of the validation data in batches, from which its time is estimated. Default: 0, always measured whole. */
  readonly validationBatches?: number;
  /** Whether a higher or a lower objective is better. */
  readonly direction: Direction;
  /** Loss in nats of guessing evenly among all outcomes. Default: a diverged run is recognized only by NaN. */
  readonly guess?: number;
  /** Called before the first batch of an epoch and, with `isResumed`, before the first batch of a resumed run. */
  begin?(epoch: number, isResumed: boolean): void;
  /** Returns a batch; `epoch` and `index` count from 0. */
  batch(epoch: number, index: number): Batch | Promise<Batch>;
  /** Returns the factors on the groups' learning rates in an epoch. Default: 1 for all. */
  factors?(epoch: number): readonly number[];
  /**
   * Measures the current parameters; null without validation data. With `validationBatches`, `share` may be below 1,
   * for an even choice of so much of the data.
   */
  measure(signal: AbortSignal | undefined, share: number): Promise<M | null>;
  /**
   * Converts the lower-is-better score of a version 2 training state. Default: the score is both objective and loss.
   */
  fromScore?(score: number): Measurement;
  /** Called on all ranks before `state`, to collect what each of them has for itself. */
  collect?(): Promise<void>;
  /** Returns additional state to save in checkpoints, that of all ranks. */
  state?(): Record<string, Float32Array>;
  /** Restores what `state` returned. */
  restore?(state: Readonly<Record<string, Float32Array>>): void;
}

/** Progress of a run. */
export interface FitProgress {
  /** Number of steps taken. */
  readonly step: number;
  /** Number of completed epochs. */
  readonly epoch: number;
  /** Number of completed batches in the current epoch. */
  readonly batch: number;
  /** Weighted sum of the losses of these batches. */
  readonly lossSum: number;
  /** Sum of their weights. */
  readonly weight: number;
}

/** The best parameters so far. */
export interface Kept {
  /** Their measurement, or the single score of a version 2 training state. */
  readonly measured: Measurement | { readonly score: number };
  /** Number of measurements since that count towards early stopping. */
  readonly waited: number;
  /** Number of measurements since. Default: `waited`. */
  readonly since?: number;
  /** The lowest validation loss so far. Default: that of the measurement. */
  readonly lowest?: number;
  /** Share of the validation data that was measured. Default: that of the budget of time, or 1 without one. */
  readonly share?: number;
  /** The parameters, in slab order. */
  readonly parameters: Float32Array;
}

/** Everything needed to resume a run with bit-identical results. */
export interface FitSnapshot {
  /** Progress of the run. */
  readonly progress: FitProgress;
  /** The parameters, in slab order. */
  readonly parameters: Float32Array;
  /** The optimizer's moments. */
  readonly optimizer: OptimizerState;
  /** State of the task, such as a carried recurrent state. */
  readonly state: Readonly<Record<string, Float32Array>>;
  /** The schedule's state. */
  readonly schedule: Record<string, number>;
  /** The best parameters so far. */
  readonly best: Kept | null;
  /** The state of the parameter average; null if there is none. */
  readonly average: Float32Array | null;
  /** The used part of a budget of time. */
  readonly budget?: BudgetState;
}
