/** Reports one training step. */
export interface StepEvent {
  /** Type of the event. */
  readonly event: "step";
  /** Number of steps taken, including this one. */
  readonly step: number;
  /** Index of the epoch, from 1. */
  readonly epoch: number;
  /** Mean loss of the batch in nats. */
  readonly loss: number;
  /** Norm of the gradients before clipping. */
  readonly gradientNorm: number;
  /** Learning rate of the step. */
  readonly learningRate: number;
  /** Number of steps of the whole run without early stopping; with a budget of time, an estimate from the speed. */
  readonly steps: number;
  /** Number of epochs of these steps, a fraction if they end within one. */
  readonly epochs: number;
  /** Number of tokens in the batch. */
  readonly tokens: number;
  /** Duration in milliseconds. */
  readonly milliseconds: number;
  /** Throughput in tokens per second, averaged over the last steps. */
  readonly tokensPerSecond: number;
}

/** Reports one epoch. */
export interface MeasuredEvent<M> {
  /** Type of the event. */
  readonly event: "epoch";
  /** Index of the epoch, from 1. */
  readonly epoch: number;
  /** Mean training loss in nats. */
  readonly loss: number;
  /** Validation results; null without validation data. */
  readonly measured: M | null;
  /** Share of the validation data that was measured: below 1 if a budget of time leaves too little for all. */
  readonly validationShare: number;
  /** Validation results of the best parameters so far, as of this epoch; null without any. */
  readonly best: Partial<M> | null;
  /** Whether these are the best parameters so far. */
  readonly isBest: boolean;
  /** The reason why training stops after this epoch; null if it does not stop early. */
  readonly stopped: EarlyStop | null;
  /** Whether the run has diverged: its loss is far above that of guessing. */
  readonly isDiverged: boolean;
}

/** Why a run stopped early, and what it kept. */
export interface EarlyStop {
  /** Number of epochs without improvement. */
  readonly waited: number;
  /** Index of the epoch whose parameters are kept, from 1. */
  readonly kept: number;
}
