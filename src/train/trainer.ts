import { type Tensor, training } from "../tensor/mod.ts";
import type { Module } from "../nn/module.ts";
import type { Optimizer, OptimizerOptions, OptimizerState, Schedule, Trainable } from "../optim/mod.ts";
import { type Average, makeAverage } from "./average.ts";
import { Best } from "./best.ts";
import { Breather } from "./breather.ts";
import { refuseNonFinite } from "./finite.ts";
import { Throughput } from "./metrics.ts";
import { makeOptimizer, makeSchedule, type TrainSettings } from "./settings.ts";

/** What one step learns from. */
export interface Batch {
  /** How much the batch counts in the epoch's mean loss: what its own loss is a mean over. */
  readonly count: number;
  /** Tokens that it reads. */
  readonly tokens: number;
  /** The mean loss, on the tape. */
  loss(): Tensor;
  /** What is to be done with the step's tensors when the gradients have been taken. */
  done?(): void;
}

/** How well the parameters do on validation data. */
export interface Measurement {
  /** What the best parameters have the lowest of. */
  readonly score: number;
  /** The validation loss, which the schedule observes. */
  readonly loss: number;
}

/** What a trainer trains: a module, where its batches come from, and how it is measured. */
export interface Learning<M extends Measurement> {
  /** What has the parameters. */
  readonly module: Module;
  /** The parameters that are trained, in groups where they differ in their options; all of the module's where absent. */
  readonly trainable?: Trainable<OptimizerOptions>;
  /** Batches of an epoch. */
  readonly batches: number;
  /** Called before an epoch's first batch, and before the first batch of a resumed run: `isResumed` then. */
  begin?(epoch: number, isResumed: boolean): void;
  /** A batch of an epoch, both from 0. */
  batch(epoch: number, index: number): Batch | Promise<Batch>;
  /** The factors of the groups' learning rates in an epoch; all 1 where absent. */
  factors?(epoch: number): readonly number[];
  /** Measures the parameters as they are; null where there is nothing to measure them on. */
  measure(signal?: AbortSignal): Promise<M | null>;
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
}

/** Where training stands. */
export interface FitProgress {
  /** Steps taken. */
  readonly step: number;
  /** Epochs completed. */
  readonly epoch: number;
  /** Batches of the present epoch that are done. */
  readonly window: number;
  /** Sum of the present epoch's losses. */
  readonly lossSum: number;
  /** What the present epoch's batches counted. */
  readonly tokens: number;
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
  readonly best: { readonly score: number; readonly waited: number; readonly parameters: Float32Array } | null;
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
  #progress: FitProgress = { step: 0, epoch: 0, window: 0, lossSum: 0, tokens: 0 };

  constructor(learning: Learning<M>, settings: TrainSettings) {
    this.#learning = learning;
    this.#settings = settings;
    this.#optimizer = makeOptimizer(learning.trainable ?? learning.module.parameters(), settings);
    this.#schedule = makeSchedule(settings, this.steps);
    this.#best = new Best(this.#optimizer.slab);
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
    return this.#best.values !== undefined && (this.#best.waited > 0 || this.#progress.window > 0);
  }

  /** Whether the epoch's batches are done and its end is due. */
  get #isEpochOver(): boolean {
    return this.#progress.window === this.#learning.batches;
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
    const event = this.#progress.window > 0 ? await this.#measure() : undefined;
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

  /** Copies of all that is needed to go on. Throws a RangeError where a parameter is not finite: a good checkpoint must stay. */
  snapshot(): FitSnapshot {
    const { slab } = this.#optimizer;
    const parameters = slab.engine.floats(slab.values, slab.size).slice();
    if (!parameters.every(Number.isFinite)) refuseNonFinite(this.#learning.module, this.step, this.#loss);
    const { score, waited, values } = this.#best;
    return {
      progress: this.#progress,
      parameters,
      optimizer: this.#optimizer.state(),
      state: this.#learning.state?.() ?? {},
      schedule: this.#schedule.state?.() ?? {},
      best: values ? { score, waited, parameters: values.slice() } : null,
      average: this.#average?.toArray() ?? null,
    };
  }

  /** Goes back to a snapshot. Throws a RangeError where it is not of such a run. */
  restore({ progress, parameters, optimizer, state, schedule, best, average }: FitSnapshot): void {
    const { slab } = this.#optimizer;
    const { batches } = this.#learning;
    if (parameters.length !== slab.size) {
      throw new RangeError(`restore training: expected ${slab.size} numbers of parameters, found ${parameters.length}`);
    }
    if (progress.window > batches) {
      throw new RangeError(
        `restore training: expected at most ${batches} batches of an epoch, found ${progress.window}`,
      );
    }
    slab.engine.change(slab.values, slab.size, (own) => own.set(parameters));
    slab.touch();
    this.#optimizer.restore(optimizer);
    this.#learning.restore?.(state);
    this.#schedule.restore?.(schedule);
    if (best) this.#best.restore(best.score, best.waited, best.parameters);
    if (this.#average) this.#average.restore(average ?? new Float32Array());
    this.#progress = progress;
  }

  async #takeStep(): Promise<StepEvent> {
    const start = performance.now();
    const { step, epoch, window, lossSum, tokens } = this.#progress;
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
      window: window + 1,
      lossSum: lossSum + loss * batch.count,
      tokens: tokens + batch.count,
    };
    const milliseconds = performance.now() - start;
    const tokensPerSecond = this.#throughput.add(batch.tokens, milliseconds);
    const figures = { loss, gradientNorm, learningRate, tokens: batch.tokens, milliseconds, tokensPerSecond };
    return { event: "step", step: step + 1, epoch: epoch + 1, steps: this.steps, ...figures };
  }

  async #nextBatch(): Promise<Batch> {
    const { epoch, window } = this.#progress;
    if (window === 0 || !this.#isBegun) {
      this.#learning.begin?.(epoch, window > 0);
      const factors = this.#learning.factors?.(epoch);
      if (factors) this.#optimizer.groupFactors = factors;
    }
    this.#isBegun = true;
    return await this.#learning.batch(epoch, window);
  }

  /** The optimizer's step, refused where the loss or a gradient is not finite. */
  #improve(loss: number, step: number): number {
    if (!Number.isFinite(loss) || !Number.isFinite(this.#optimizer.slab.gradientNorm())) {
      refuseNonFinite(this.#learning.module, step, loss);
    }
    const { clipNorm, clipValue } = this.#settings;
    const norm = this.#optimizer.step({ clipNorm: clipNorm ?? undefined, clipValue: clipValue ?? undefined });
    this.#average?.observe(step);
    return norm;
  }

  async #endEpoch(signal?: AbortSignal): Promise<MeasuredEvent<M>> {
    const event = await this.#measure(signal);
    this.#average?.endEpoch();
    if (event.measured) this.#schedule.observe?.(event.measured.loss);
    const { step, epoch } = this.#progress;
    this.#progress = { step, epoch: epoch + 1, window: 0, lossSum: 0, tokens: 0 };
    return event;
  }

  /** The epoch's figures so far; the parameters are kept where they are the best. */
  async #measure(signal?: AbortSignal): Promise<MeasuredEvent<M>> {
    const { epoch, lossSum, tokens } = this.#progress;
    this.#average?.exchange();
    try {
      const measured = await this.#learning.measure(signal);
      if (measured) this.#best.observe(measured.score);
      return { event: "epoch", epoch: epoch + 1, loss: lossSum / tokens, measured };
    } finally {
      this.#average?.exchange();
    }
  }
}
