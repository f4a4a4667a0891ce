import { InputRangeError } from "../../errors.ts";
import { type Tensor, training } from "../tensor/mod.ts";
import type { Module } from "../nn/module.ts";
import type { Optimizer, OptimizerOptions, OptimizerState, Schedule, Trainable } from "../optim/mod.ts";
import type { Average } from "./average.ts";
import { Best, type Direction, type Measurement } from "./best.ts";
import { Breather } from "./breather.ts";
import { Budget, type BudgetState } from "./budget.ts";
import type { MeasuredEvent, StepEvent } from "./events.ts";
import { refuseNonFinite } from "./finite.ts";
import { makeAverage } from "./make_average.ts";
import { Throughput } from "./metrics.ts";
import { refuseSurplus } from "../nn/parameters.ts";
import { makeSchedule, makeTimedSchedule, warmupOf } from "./rate.ts";
import { makeOptimizer, type TrainSettings } from "./settings.ts";

/** The data of one training step. */
export interface Batch {
  /** Weight in the epoch's mean loss: the number of texts or symbols that the batch's loss is a mean over. */
  readonly weight: number;
  /** Number of tokens, for the throughput. */
  readonly tokens: number;
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
  /** Returns additional state to save in checkpoints. */
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

/** Options of a `Trainer`. */
export interface TrainerOptions {
  /** Returns the current time in milliseconds. Default: `performance.now`. */
  readonly now?: () => number;
  /** The learning rate's schedule. Default: that of the settings. */
  readonly schedule?: Schedule;
}

/** Runs training step by step: gradients, optimizer, schedule, validation, and the best parameters. */
export class Trainer<M extends Measurement> {
  #learning: Learning<M>;
  #settings: TrainSettings;
  #optimizer: Optimizer<OptimizerOptions>;
  #schedule: Schedule;
  #budget: Budget | undefined;
  #now: () => number;
  #best: Best;
  #average: Average | undefined;
  #throughput = new Throughput();
  #loss = NaN;
  #first: number | undefined;
  #isBegun = false;
  #progress: FitProgress = { step: 0, epoch: 0, batch: 0, lossSum: 0, weight: 0 };

  constructor(learning: Learning<M>, settings: TrainSettings, options: TrainerOptions = {}) {
    const { now = () => performance.now(), schedule } = options;
    const { minutes } = settings;
    this.#learning = learning;
    this.#settings = settings;
    this.#now = now;
    this.#optimizer = makeOptimizer(learning.trainable ?? learning.module.parameters(), settings);
    const { validationBatches } = learning;
    this.#budget = minutes === null ? undefined : new Budget({ minutes, now, validationBatches });
    this.#schedule = schedule ??
      (this.#budget ? makeTimedSchedule(settings, this.#budget) : makeSchedule(settings, this.steps));
    this.#best = new Best(this.#optimizer.slab, learning.direction);
    this.#average = makeAverage(this.#optimizer.slab, settings);
  }

  /**
   * Number of steps of the whole run without early stopping. With a budget of time, an estimate from the speed so far;
   * Infinity before the first step.
   */
  get steps(): number {
    if (this.#budget) return this.step + Math.round(this.#budget.stepsLeft);
    const { epochs, maxSteps } = this.#settings;
    return Math.min(epochs * this.#learning.batches, maxSteps ?? Infinity);
  }

  /** Number of steps taken. */
  get step(): number {
    return this.#progress.step;
  }

  /** Whether training has ended. */
  get isFinished(): boolean {
    return (this.#hasAllSteps || this.#isOutOfPatience) && !this.#isEpochOver;
  }

  get #hasAllSteps(): boolean {
    return this.#budget ? this.#budget.isOver : this.step >= this.steps;
  }

  /** Bytes of the engine's memory that are in use: parameters, gradients, moments, and the largest step so far. */
  get memoryBytes(): number {
    const { keptBytes, stepBytes } = this.#optimizer.engine;
    return keptBytes + stepBytes;
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
      yield this.#isEpochOver ? await this.#endEpoch(signal) : await this.#reportStep();
      await breather.breathe();
    }
  }

  /**
   * Measures the parameters if the run ended within an epoch, then puts the best ones in place. The run cannot be
   * continued after that.
   */
  async finish(): Promise<MeasuredEvent<M> | undefined> {
    if (this.#progress.batch > 0) await this.#planValidation();
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
      ...(this.#budget && { budget: this.#budget.state() }),
    };
  }

  /** Restores a snapshot. Throws `RangeError`, and leaves the module unchanged, if it does not match this run. */
  restore({ progress, parameters, optimizer, state, schedule, best, average, budget }: FitSnapshot): void {
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
    if (budget) this.#budget?.restore(budget);
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

  async #reportStep(): Promise<StepEvent> {
    const start = this.#now();
    const figures = await this.#spend("step", () => this.#takeStep());
    const milliseconds = this.#now() - start;
    const tokensPerSecond = this.#throughput.add(figures.tokens, milliseconds);
    const { step, steps } = this;
    const length = { step, steps, epochs: steps / this.#learning.batches };
    return { event: "step", ...length, ...figures, milliseconds, tokensPerSecond };
  }

  /** Counts the time of `body` towards the budget, if there is one. */
  #spend<T>(kind: "step" | "validation", body: () => Promise<T>): Promise<T> {
    return this.#budget ? this.#budget.spend(kind, body) : body();
  }

  async #takeStep(): Promise<Pick<StepEvent, "epoch" | "loss" | "gradientNorm" | "learningRate" | "tokens">> {
    const { step, epoch, lossSum, weight, ...progress } = this.#progress;
    const batch = await this.#nextBatch();
    this.#optimizer.factor = this.#schedule.factor({ step, epoch }) * (batch.rate ?? 1);
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
    return { epoch: epoch + 1, loss, gradientNorm, learningRate, tokens: batch.tokens };
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
    await this.#planValidation(signal);
    const event = await this.#spend("validation", () => this.#measure(signal));
    this.#average?.endEpoch(event.measured?.loss);
    if (event.measured) this.#schedule.observe?.(event.measured.loss);
    const { step, epoch } = this.#progress;
    this.#progress = { step, epoch: epoch + 1, batch: 0, lossSum: 0, weight: 0 };
    const { waited, since } = this.#best;
    const isStopped = this.#isOutOfPatience && !this.#hasAllSteps;
    return { ...event, stopped: isStopped ? { waited, kept: event.epoch - since } : null };
  }

  /** Finds out how much of the validation data a budget leaves time for. */
  async #planValidation(signal?: AbortSignal): Promise<void> {
    await this.#budget?.planValidation((share) => this.#learning.measure(signal, share));
  }

  /** Measures the parameters, records them if they are the best, and reports the epoch so far. */
  async #measure(signal?: AbortSignal): Promise<MeasuredEvent<M>> {
    const { epoch, lossSum, weight } = this.#progress;
    const isEarly = epoch * this.#learning.batches < warmupOf(this.#settings, this.steps);
    this.#average?.exchange();
    try {
      const validationShare = this.#budget?.validationShare ?? 1;
      const measured = await this.#learning.measure(signal, validationShare);
      if (measured) this.#best.observe(measured, isEarly);
      const isBest = measured !== null && this.#best.since === 0;
      const loss = lossSum / weight;
      const isDiverged = this.#isDiverged(loss);
      return { event: "epoch", epoch: epoch + 1, loss, measured, validationShare, isBest, stopped: null, isDiverged };
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
