import { InputRangeError } from "../../errors.ts";
import { type Tensor, training } from "../tensor/mod.ts";
import type { Module } from "../nn/module.ts";
import type { Optimizer, OptimizerOptions, OptimizerState, Schedule, Trainable } from "../optim/mod.ts";
import type { Average } from "./average.ts";
import { Best, type Direction, type Measurement } from "./best.ts";
import { Breather } from "./breather.ts";
import { refuseNonFinite } from "./finite.ts";
import { makeAverage } from "./make_average.ts";
import { Throughput } from "./metrics.ts";
import { refuseSurplus } from "../nn/parameters.ts";
import { makeOptimizer, makeSchedule, type TrainSettings, warmupOf } from "./settings.ts";

/** The data of one training step. */
export interface Batch {
  /** Weight in the epoch's mean loss: the number of texts or symbols that the batch's loss is a mean over. */
  readonly weight: number;
  /** Number of tokens, for the throughput. */
  readonly tokens: number;
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
  /** Number of batches in an epoch. */
  readonly batches: number;
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
  /** Measures the current parameters; null without validation data. */
  measure(signal?: AbortSignal): Promise<M | null>;
  /**
   * Converts the lower-is-better score of a version 2 training state. Default: the score is both objective and loss.
   */
  fromScore?(score: number): Measurement;
  /** Returns additional state to save in checkpoints. */
  state?(): Record<string, Float32Array>;
  /** Restores what `state` returned. */
  restore?(state: Readonly<Record<string, Float32Array>>): void;
}

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
  /** Number of steps of the whole run without early stopping. */
  readonly steps: number;
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
}

/** Runs training step by step: gradients, optimizer, schedule, validation, and the best parameters. */
export class Trainer<M extends Measurement> {
  #learning: Learning<M>;
  #settings: TrainSettings;
  #optimizer: Optimizer<OptimizerOptions>;
  #schedule: Schedule;
  #best: Best;
  #average: Average | undefined;
  #throughput = new Throughput();
  #loss = NaN;
  #first: number | undefined;
  #isBegun = false;
  #progress: FitProgress = { step: 0, epoch: 0, batch: 0, lossSum: 0, weight: 0 };

  constructor(learning: Learning<M>, settings: TrainSettings) {
    this.#learning = learning;
    this.#settings = settings;
    this.#optimizer = makeOptimizer(learning.trainable ?? learning.module.parameters(), settings);
    this.#schedule = makeSchedule(settings, this.steps);
    this.#best = new Best(this.#optimizer.slab, learning.direction);
    this.#average = makeAverage(this.#optimizer.slab, settings);
  }

  /** Number of steps of the whole run without early stopping. */
  get steps(): number {
    const { epochs, maxSteps } = this.#settings;
    return Math.min(epochs * this.#learning.batches, maxSteps ?? Infinity);
  }

  /** Number of steps taken. */
  get step(): number {
    return this.#progress.step;
  }

  /** Whether training has ended. */
  get isFinished(): boolean {
    return (this.step >= this.steps || this.#isOutOfPatience) && !this.#isEpochOver;
  }

  get #isOutOfPatience(): boolean {
    const { patience } = this.#settings;
    return patience !== null && this.#best.waited >= patience;
  }

  /** Whether the best parameters so far differ from the current ones. */
  get hasBest(): boolean {
    return this.#best.values !== undefined && (this.#best.since > 0 || this.#progress.batch > 0);
  }

  /** Whether all batches of the epoch are done but its end has not been processed. */
  get #isEpochOver(): boolean {
    return this.#progress.batch === this.#learning.batches;
  }

  /** Trains to the end. If `signal` aborts, throws its reason after the current step. */
  async *run(signal?: AbortSignal): AsyncGenerator<StepEvent | MeasuredEvent<M>, void, void> {
    const breather = new Breather();
    while (!this.isFinished) {
      signal?.throwIfAborted();
      yield this.#isEpochOver ? await this.#endEpoch(signal) : await this.#takeStep();
      await breather.breathe();
    }
  }

  /**
   * Measures the parameters if the run ended within an epoch, then puts the best ones in place. The run cannot be
   * continued after that.
   */
  async finish(): Promise<MeasuredEvent<M> | undefined> {
    const event = this.#progress.batch > 0 ? await this.#measure() : undefined;
    if (this.#best.values) this.#best.recall();
    else this.#average?.exchange();
    return event;
  }

  /** Calls `body` with the parameters to save in place: the average if there is one, otherwise the current ones. */
  withKept<T>(body: () => T): T {
    this.#average?.exchange();
    try {
      return body();
    } finally {
      this.#average?.exchange();
    }
  }

  /**
   * Copies the state of the run. Throws `RangeError` if a parameter is not finite, so that no good checkpoint is
   * overwritten.
   */
  snapshot(): FitSnapshot {
    const { slab } = this.#optimizer;
    const parameters = slab.engine.floats(slab.values, slab.size).slice();
    if (!parameters.every(Number.isFinite)) refuseNonFinite(this.#learning.module, this.step, this.#loss);
    const { measured, waited, since, lowest, values } = this.#best;
    return {
      progress: this.#progress,
      parameters,
      optimizer: this.#optimizer.state(),
      state: this.#learning.state?.() ?? {},
      schedule: this.#schedule.state?.() ?? {},
      best: measured && values ? { measured, waited, since, lowest, parameters: values.slice() } : null,
      average: this.#average?.toArray() ?? null,
    };
  }

  /** Restores a snapshot. Throws `RangeError`, and leaves the module unchanged, if it does not match this run. */
  restore({ progress, parameters, optimizer, state, schedule, best, average }: FitSnapshot): void {
    const { slab } = this.#optimizer;
    const { batches } = this.#learning;
    if (parameters.length !== slab.size) {
      throw new InputRangeError(
        `restore training: expected ${slab.size} numbers of parameters, found ${parameters.length}`,
      );
    }
    if (progress.batch > batches) {
      throw new InputRangeError(
        `restore training: expected at most ${batches} batches of an epoch, found ${progress.batch}`,
      );
    }
    const taken = progress.epoch * batches + progress.batch;
    if (progress.step !== taken) {
      throw new InputRangeError(`restore training: expected ${taken} steps, found ${progress.step}`);
    }
    if (!this.#learning.restore) refuseSurplus("restore training", "the state of the task", Object.keys(state), []);
    this.#optimizer.restore(optimizer);
    this.#learning.restore?.(state);
    this.#schedule.restore?.(schedule);
    if (best) this.#best.restore({ ...best, measured: this.#measurementOf(best) }, best.parameters);
    if (this.#average) this.#average.restore(average ?? new Float32Array(), parameters);
    this.#progress = progress;
    // The parameters come last, so that an error above leaves the model unchanged.
    slab.engine.change(slab.values, slab.size, (own) => own.set(parameters));
    slab.touch();
  }

  #measurementOf({ measured }: Kept): Measurement {
    if (!("score" in measured)) return measured;
    const { score } = measured;
    return this.#learning.fromScore?.(score) ?? { objective: score, loss: score };
  }

  async #takeStep(): Promise<StepEvent> {
    const start = performance.now();
    const { step, epoch, lossSum, weight, ...progress } = this.#progress;
    const batch = await this.#nextBatch();
    this.#optimizer.factor = this.#schedule.factor({ step, epoch });
    this.#optimizer.zeroGradients();
    const loss = training(() => {
      const mean = batch.loss();
      mean.backward();
      batch.done?.();
      return mean.item();
    }, { engine: this.#optimizer.engine, seed: this.#settings.seed, step });
    this.#loss = loss;
    this.#first ??= loss;
    const learningRate = this.#optimizer.learningRate;
    const gradientNorm = this.#improve(loss, step + 1);
    this.#progress = {
      step: step + 1,
      epoch,
      batch: progress.batch + 1,
      lossSum: lossSum + loss * batch.weight,
      weight: weight + batch.weight,
    };
    const milliseconds = performance.now() - start;
    const tokensPerSecond = this.#throughput.add(batch.tokens, milliseconds);
    const figures = { loss, gradientNorm, learningRate, tokens: batch.tokens, milliseconds, tokensPerSecond };
    return { event: "step", step: step + 1, epoch: epoch + 1, steps: this.steps, ...figures };
  }

  async #nextBatch(): Promise<Batch> {
    const { epoch, batch } = this.#progress;
    if (batch === 0 || !this.#isBegun) {
      this.#learning.begin?.(epoch, batch > 0);
      const factors = this.#learning.factors?.(epoch);
      if (factors) this.#optimizer.groupFactors = factors;
    }
    this.#isBegun = true;
    return await this.#learning.batch(epoch, batch);
  }

  /** Takes the optimizer's step. Throws `RangeError` if the loss or a gradient is not finite. */
  #improve(loss: number, step: number): number {
    const norm = this.#optimizer.slab.gradientNorm();
    if (!Number.isFinite(loss) || !Number.isFinite(norm)) refuseNonFinite(this.#learning.module, step, loss);
    const { clipNorm, clipValue } = this.#settings;
    this.#average?.prepare?.();
    this.#optimizer.step({ norm, clipNorm: clipNorm ?? undefined, clipValue: clipValue ?? undefined });
    this.#average?.observe(step);
    return norm;
  }

  async #endEpoch(signal?: AbortSignal): Promise<MeasuredEvent<M>> {
    const event = await this.#measure(signal);
    this.#average?.endEpoch();
    if (event.measured) this.#schedule.observe?.(event.measured.loss);
    const { step, epoch } = this.#progress;
    this.#progress = { step, epoch: epoch + 1, batch: 0, lossSum: 0, weight: 0 };
    const { waited, since } = this.#best;
    const isStopped = this.#isOutOfPatience && step < this.steps;
    return { ...event, stopped: isStopped ? { waited, kept: event.epoch - since } : null };
  }

  /** Measures the parameters, records them if they are the best, and reports the epoch so far. */
  async #measure(signal?: AbortSignal): Promise<MeasuredEvent<M>> {
    const { epoch, lossSum, weight } = this.#progress;
    const isEarly = epoch * this.#learning.batches < warmupOf(this.#settings, this.steps);
    this.#average?.exchange();
    try {
      const measured = await this.#learning.measure(signal);
      if (measured) this.#best.observe(measured, isEarly);
      const isBest = measured !== null && this.#best.since === 0;
      const loss = lossSum / weight;
      const isDiverged = this.#isDiverged(loss);
      return { event: "epoch", epoch: epoch + 1, loss, measured, isBest, stopped: null, isDiverged };
    } finally {
      this.#average?.exchange();
    }
  }

  /**
   * Whether both the epoch's loss and that of its last step are more than twice the loss of guessing, and the last step
   * has at least the loss of the first step of this session. One bad batch is no divergence, nor are initial weights
   * that do worse than guessing.
   */
  #isDiverged(loss: number): boolean {
    const { guess = Infinity } = this.#learning;
    const least = Math.min(loss, this.#loss);
    return least > 2 * guess && this.#loss >= this.#first!;
  }
}
