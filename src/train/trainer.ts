import { type Tensor, training } from "../tensor/mod.ts";
import type { Module } from "../nn/module.ts";
import type { Optimizer, OptimizerOptions, OptimizerState, Schedule, Trainable } from "../optim/mod.ts";
import { type Average, makeAverage } from "./average.ts";
import { Best, type Direction, type Measurement } from "./best.ts";
import { Breather } from "./breather.ts";
import { refuseNonFinite } from "./finite.ts";
import { Throughput } from "./metrics.ts";
import { makeOptimizer, makeSchedule, type TrainSettings } from "./settings.ts";

/** What one step learns from. */
export interface Batch {
  /** How much the batch counts in the epoch's mean loss: what its own loss is a mean over, such as texts or symbols. */
  readonly weight: number;
  /** Tokens that it reads: for the speed. */
  readonly tokens: number;
  /** The mean loss, on the tape. */
  loss(): Tensor;
  /** What is to be done with the step's tensors when the gradients have been taken. */
  done?(): void;
}

/** What a trainer trains: a module, where its batches come from, and how it is measured. */
export interface Learning<M extends Measurement> {
  /** What has the parameters. */
  readonly module: Module;
  /** The parameters that are trained, in groups where they differ in their options. Default: all of the module's. */
  readonly trainable?: Trainable<OptimizerOptions>;
  /** Batches of an epoch. */
  readonly batches: number;
  /** Whether the best parameters have the largest objective or the smallest. */
  readonly direction: Direction;
  /** Called before an epoch's first batch, and before the first batch of a resumed run: `isResumed` then. */
  begin?(epoch: number, isResumed: boolean): void;
  /** A batch of an epoch, both from 0. */
  batch(epoch: number, index: number): Batch | Promise<Batch>;
  /** The factors of the groups' learning rates in an epoch. Default: all 1. */
  factors?(epoch: number): readonly number[];
  /** Measures the parameters as they are; null where there is nothing to measure them on. */
  measure(signal?: AbortSignal): Promise<M | null>;
  /** The measurement of which training states of version 2 have one number, the lower the better. Default: objective and loss at once. */
  fromScore?(score: number): Measurement;
  /** What a run must keep besides parameters and moments. */
  state?(): Record<string, Float32Array>;
  /** Continues from what `state` gave. */
  restore?(state: Readonly<Record<string, Float32Array>>): void;
}

/** What one training step did. */
export interface StepEvent {
  /** Which event this is. */
  readonly event: "step";
  /** Steps taken, this one included. */
  readonly step: number;
  /** Number of the epoch, from 1. */
  readonly epoch: number;
  /** Mean loss of the batch in nats. */
  readonly loss: number;
  /** The gradients' norm before clipping. */
  readonly gradientNorm: number;
  /** The learning rate of the step. */
  readonly learningRate: number;
  /** Steps of the whole run, early stopping apart. */
  readonly steps: number;
  /** Tokens that the step learned from. */
  readonly tokens: number;
  /** Milliseconds that it took. */
  readonly milliseconds: number;
  /** Tokens per second over the last steps. */
  readonly tokensPerSecond: number;
}

/** What an epoch brought. */
export interface MeasuredEvent<M> {
  /** Which event this is. */
  readonly event: "epoch";
  /** Number of the epoch, from 1. */
  readonly epoch: number;
  /** Mean training loss in nats. */
  readonly loss: number;
  /** What was measured; null without validation data. */
  readonly measured: M | null;
  /** Whether the parameters that were measured are the best so far. */
  readonly isBest: boolean;
}

/** Where training stands. */
export interface FitProgress {
  /** Steps taken. */
  readonly step: number;
  /** Epochs completed. */
  readonly epoch: number;
  /** Batches of the present epoch that are done. */
  readonly batch: number;
  /** Sum of their losses, each times the batch's weight. */
  readonly lossSum: number;
  /** Sum of their weights. */
  readonly weight: number;
}

/** The best parameters so far. */
export interface Kept {
  /** What was measured, or the one number of it that training states of version 2 have. */
  readonly measured: Measurement | { readonly score: number };
  /** Measurements since. */
  readonly waited: number;
  /** The parameters, as they stand in the slab. */
  readonly parameters: Float32Array;
}

/** All that a run needs to go on to the same bits. */
export interface FitSnapshot {
  /** Where it stands. */
  readonly progress: FitProgress;
  /** The parameters, as they stand in the slab. */
  readonly parameters: Float32Array;
  /** The optimizer's moments. */
  readonly optimizer: OptimizerState;
  /** What the task itself keeps, such as a carried recurrent state. */
  readonly state: Readonly<Record<string, Float32Array>>;
  /** The schedule's own state. */
  readonly schedule: Record<string, number>;
  /** The best parameters so far. */
  readonly best: Kept | null;
  /** What the average of the parameters is made of, where one is taken. */
  readonly average: Float32Array | null;
}

/** A training run: what is learned, how, and where it stands. */
export class Trainer<M extends Measurement> {
  #learning: Learning<M>;
  #settings: TrainSettings;
  #optimizer: Optimizer<OptimizerOptions>;
  #schedule: Schedule;
  #best: Best;
  #average: Average | undefined;
  #throughput = new Throughput();
  #loss = NaN;
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

  /** Steps of the whole run, early stopping apart. */
  get steps(): number {
    const { epochs, maxSteps } = this.#settings;
    return Math.min(epochs * this.#learning.batches, maxSteps ?? Infinity);
  }

  /** Steps taken. */
  get step(): number {
    return this.#progress.step;
  }

  /** Whether nothing is left to do. */
  get isFinished(): boolean {
    const { patience } = this.#settings;
    const isStopped = this.step >= this.steps || (patience !== null && this.#best.waited >= patience);
    return isStopped && !this.#isEpochOver;
  }

  /** Whether better parameters than the present ones have been kept. */
  get hasBest(): boolean {
    return this.#best.values !== undefined && (this.#best.waited > 0 || this.#progress.batch > 0);
  }

  /** Whether the epoch's batches are done and its end is due. */
  get #isEpochOver(): boolean {
    return this.#progress.batch === this.#learning.batches;
  }

  /** Trains to the end, or until the signal's reason is thrown after the step that runs. */
  async *run(signal?: AbortSignal): AsyncGenerator<StepEvent | MeasuredEvent<M>, void, void> {
    const breather = new Breather();
    while (!this.isFinished) {
      signal?.throwIfAborted();
      yield this.#isEpochOver ? await this.#endEpoch(signal) : await this.#takeStep();
      await breather.breathe();
    }
  }

  /**
   * Measures the parameters where a run ended within an epoch, and puts the best ones in place. The run cannot go on
   * after that.
   */
  async finish(): Promise<MeasuredEvent<M> | undefined> {
    const event = this.#progress.batch > 0 ? await this.#measure() : undefined;
    if (this.#best.values) this.#best.recall();
    else this.#average?.exchange();
    return event;
  }

  /** Calls `body` with the parameters that would be kept now in place: the average, where one is taken. */
  withKept<T>(body: () => T): T {
    this.#average?.exchange();
    try {
      return body();
    } finally {
      this.#average?.exchange();
    }
  }

  /** Copies of all that is needed to go on. Throws `RangeError` if a parameter is not finite: a good checkpoint must stay. */
  snapshot(): FitSnapshot {
    const { slab } = this.#optimizer;
    const parameters = slab.engine.floats(slab.values, slab.size).slice();
    if (!parameters.every(Number.isFinite)) refuseNonFinite(this.#learning.module, this.step, this.#loss);
    const { measured, waited, values } = this.#best;
    return {
      progress: this.#progress,
      parameters,
      optimizer: this.#optimizer.state(),
      state: this.#learning.state?.() ?? {},
      schedule: this.#schedule.state?.() ?? {},
      best: measured && values ? { measured, waited, parameters: values.slice() } : null,
      average: this.#average?.toArray() ?? null,
    };
  }

  /** Goes back to a snapshot. Throws `RangeError` if it is not of such a run: the module stays as it was. */
  restore({ progress, parameters, optimizer, state, schedule, best, average }: FitSnapshot): void {
    const { slab } = this.#optimizer;
    const { batches } = this.#learning;
    if (parameters.length !== slab.size) {
      throw new RangeError(`restore training: expected ${slab.size} numbers of parameters, found ${parameters.length}`);
    }
    if (progress.batch > batches) {
      throw new RangeError(
        `restore training: expected at most ${batches} batches of an epoch, found ${progress.batch}`,
      );
    }
    const taken = progress.epoch * batches + progress.batch;
    if (progress.step !== taken) {
      throw new RangeError(`restore training: expected ${taken} steps, found ${progress.step}`);
    }
    this.#optimizer.restore(optimizer);
    this.#learning.restore?.(state);
    this.#schedule.restore?.(schedule);
    if (best) this.#best.restore(this.#measurementOf(best), best.waited, best.parameters);
    if (this.#average) this.#average.restore(average ?? new Float32Array());
    this.#progress = progress;
    // The model's own numbers come last: where anything above is refused, it stays as it was.
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

  /** The optimizer's step, refused where the loss or a gradient is not finite. */
  #improve(loss: number, step: number): number {
    const norm = this.#optimizer.slab.gradientNorm();
    if (!Number.isFinite(loss) || !Number.isFinite(norm)) refuseNonFinite(this.#learning.module, step, loss);
    const { clipNorm, clipValue } = this.#settings;
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
    return event;
  }

  /** The epoch's figures so far; the parameters are kept where they are the best. */
  async #measure(signal?: AbortSignal): Promise<MeasuredEvent<M>> {
    const { epoch, lossSum, weight } = this.#progress;
    this.#average?.exchange();
    try {
      const measured = await this.#learning.measure(signal);
      if (measured) this.#best.observe(measured);
      const isBest = measured !== null && this.#best.waited === 0;
      return { event: "epoch", epoch: epoch + 1, loss: lossSum / weight, measured, isBest };
    } finally {
      this.#average?.exchange();
    }
  }
}
