import { InputRangeError } from "../../errors.ts";
import type { Communicator } from "../distributed/mod.ts";
import { training } from "../tensor/mod.ts";
import type { Optimizer, OptimizerOptions, Schedule } from "../optim/mod.ts";
import type { Average } from "./average.ts";
import { Best, type Measurement } from "./best.ts";
import { Breather } from "./breather.ts";
import { Budget } from "./budget.ts";
import type { MeasuredEvent, StepEvent } from "./events.ts";
import { nonFiniteError } from "./finite.ts";
import type { Batch, FitProgress, FitSnapshot, Kept, Learning } from "./learning.ts";
import { makeAverage } from "./make_average.ts";
import { Throughput } from "./metrics.ts";
import { refuseSurplus } from "../nn/parameters.ts";
import { Ranks, StoppedByRank } from "./ranks.ts";
import { makeSchedule, makeTimedSchedule, warmupOf } from "./rate.ts";
import { makeOptimizer, type TrainSettings } from "./settings.ts";

/** Options of a `Trainer`. */
export interface TrainerOptions {
  /** Returns the current time in milliseconds. Default: `performance.now`. */
  readonly now?: () => number;
  /** The learning rate's schedule. Default: that of the settings. */
  readonly schedule?: Schedule;
  /** Connects the ranks that train the model together. Default: there is one. */
  readonly communicator?: Communicator;
}

/** Runs training step by step: gradients, optimizer, schedule, validation, and the best parameters. */
export class Trainer<M extends Measurement> {
  #learning: Learning<M>;
  #settings: TrainSettings;
  #optimizer: Optimizer<OptimizerOptions>;
  #schedule: Schedule;
  #budget: Budget | undefined;
  #now: () => number;
  #ranks: Ranks;
  #best: Best;
  #average: Average | undefined;
  #throughput = new Throughput();
  #loss = NaN;
  #first: number | undefined;
  #isBegun = false;
  #progress: FitProgress = { step: 0, epoch: 0, batch: 0, lossSum: 0, weight: 0 };

  constructor(learning: Learning<M>, settings: TrainSettings, options: TrainerOptions = {}) {
    const { now = () => performance.now(), schedule, communicator } = options;
    const { minutes } = settings;
    this.#learning = learning;
    this.#settings = settings;
    this.#now = now;
    this.#optimizer = makeOptimizer(learning.trainable ?? learning.module.parameters(), settings);
    this.#ranks = new Ranks(this.#optimizer, { communicator, settings, owns: learning.owns });
    const { validationBatches } = learning;
    const agree = (time: number): Promise<number> => this.#ranks.agree(time);
    this.#budget = minutes === null ? undefined : new Budget({ minutes, now, validationBatches, agree });
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

  /** The best measurement so far; undefined before the first. */
  get measured(): Measurement | undefined {
    return this.#best.measured;
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
    const { engine } = this.#optimizer;
    // A native library rounds the products of one thread and the shares of several in different ways.
    if (engine.blas) await engine.ready();
    // All ranks have to stop after the same step.
    const own = this.#ranks.isAlone ? signal : undefined;
    while (!this.isFinished) {
      own?.throwIfAborted();
      if (this.#ranks.isStopping) throw signal?.aborted ? signal.reason : new StoppedByRank(this.step);
      yield this.#isEpochOver ? await this.#endEpoch(own) : await this.#reportStep(signal);
      await breather.breathe();
    }
  }

  /**
   * Measures the parameters if the run ended within an epoch, then puts the best ones in place. The run cannot be
   * continued after that.
   */
  async finish(): Promise<MeasuredEvent<M> | undefined> {
    await this.#synchronize();
    if (this.#progress.batch > 0) await this.#planValidation();
    const event = this.#progress.batch > 0 ? await this.#measure() : undefined;
    if (this.#best.values) this.#best.recall();
    else this.#average?.exchange();
    return event;
  }

  /** Calls `body` with the parameters to save in place: the best ones so far, or the average, or the current ones. */
  withKept<T>(body: () => T): T {
    if (this.hasBest) return this.#best.during(body);
    this.#average?.exchange();
    try {
      return body();
    } finally {
      this.#average?.exchange();
    }
  }

  /** Whether all ranks have the same parameters, which a checkpoint must have. */
  get isSynchronized(): boolean {
    return this.#ranks.isSynchronized;
  }

  /** The ranks that train the model together. */
  get ranks(): Ranks {
    return this.#ranks;
  }

  /** Is called on all ranks before `snapshot`, to collect what each of them has for itself. */
  async collect(): Promise<void> {
    if (this.#ranks.isAlone) return;
    await this.#synchronize();
    await this.#learning.collect?.();
  }

  /**
   * Copies the state of the run. Throws `RangeError` if a parameter is not finite, so that no good checkpoint is
   * overwritten.
   */
  snapshot(): FitSnapshot {
    const { slab } = this.#optimizer;
    const parameters = slab.engine.floats(slab.values, slab.size).slice();
    if (!parameters.every(Number.isFinite)) throw nonFiniteError(this.#learning.module, this.step, this.#loss);
    const { measured, waited, since, lowest, share, values } = this.#best;
    return {
      progress: this.#progress,
      parameters,
      optimizer: this.#optimizer.state(),
      state: this.#learning.state?.() ?? {},
      schedule: this.#schedule.state?.() ?? {},
      best: measured && values ? { measured, waited, since, lowest, share, parameters: values.slice() } : null,
      average: this.#average?.toArray() ?? null,
      ...(this.#budget && { budget: this.#budget.state() }),
    };
  }

  /**
   * Restores a snapshot. Throws `RangeError`, and leaves the module unchanged, if it does not match this run.
   *
   * @param restored Called when `measured` is restored, before the parameters are; may refuse it by throwing.
   */
  restore(
    { progress, parameters, optimizer, state, schedule, best, average, budget }: FitSnapshot,
    restored?: () => void,
  ): void {
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
    if (best) {
      const { share = budget?.share } = best;
      this.#best.restore({ ...best, share, measured: this.#measurementOf(best) }, best.parameters);
    }
    if (this.#average) this.#average.restore(average ?? new Float32Array(), parameters);
    if (budget) this.#budget?.restore(budget);
    this.#progress = progress;
    restored?.();
    // The parameters come last, so that an error above leaves the model unchanged.
    slab.engine.change(slab.values, slab.size, (own) => own.set(parameters));
    slab.touch();
  }

  #measurementOf({ measured }: Kept): Measurement {
    if (!("score" in measured)) return measured;
    const { score } = measured;
    return this.#learning.fromScore?.(score) ?? { objective: score, loss: score };
  }

  async #reportStep(signal?: AbortSignal): Promise<StepEvent> {
    const start = this.#now();
    const figures = await this.#spend("step", () => this.#takeStep(signal));
    const milliseconds = this.#now() - start;
    const tokensPerSecond = this.#throughput.add(figures.tokens, milliseconds);
    const { step, steps } = this;
    const length = { step, steps, epochs: steps / this.#learning.batches };
    return { event: "step", ...length, ...figures, milliseconds, tokensPerSecond };
  }

  /** Counts the time of `body` towards the budget, if there is one. */
  #spend<T>(kind: "step" | "validation" | "once", body: () => Promise<T>): Promise<T> {
    return this.#budget ? this.#budget.spend(kind, body) : body();
  }

  async #takeStep(
    signal?: AbortSignal,
  ): Promise<Pick<StepEvent, "epoch" | "loss" | "gradientNorm" | "learningRate" | "tokens">> {
    const { step, epoch, batch: index } = this.#progress;
    const batch = await this.#nextBatch();
    this.#optimizer.factor = this.#schedule.factor({ step, epoch }) * (batch.rate ?? 1);
    this.#optimizer.zeroGradients();
    const own = { loss: this.#computeLoss(batch, step), weight: batch.weight, tokens: batch.tokens };
    const { loss, weight, tokens, norm } = await this.#ranks.combine(own, scaleOf(batch), signal?.aborted ?? false);
    this.#loss = loss;
    this.#first ??= loss;
    const learningRate = this.#optimizer.learningRate;
    const gradientNorm = norm ?? this.#optimizer.slab.gradientNorm();
    if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm)) {
      throw await this.#ranks.sameError(nonFiniteError(this.#learning.module, step + 1, loss));
    }
    this.#improve(gradientNorm, step + 1);
    const { lossSum, weight: before } = this.#progress;
    this.#progress = {
      step: step + 1,
      epoch,
      batch: index + 1,
      lossSum: weight === 0 ? lossSum : lossSum + loss * weight,
      weight: before + weight,
    };
    if (this.#ranks.isDue(step + 1)) await this.#synchronize(signal?.aborted);
    await this.#ranks.compare(step + 1);
    return { epoch: epoch + 1, loss, gradientNorm, learningRate, tokens };
  }

  /** Computes the loss and the gradients of this rank's part of a batch. */
  #computeLoss(batch: Batch, step: number): number {
    const { part = 1 } = batch;
    const watch = this.#ranks.begin();
    if (part === 0) return 0;
    return training(() => {
      const mean = batch.loss();
      mean.backwardWatched(watch);
      batch.done?.();
      return mean.item();
    }, {
      engine: this.#optimizer.engine,
      seed: this.#ranks.seedOf(this.#settings.seed),
      step,
      slope: this.#ranks.slopeOf(scaleOf(batch)),
    });
  }

  /** Averages the parameters of ranks that have taken steps of their own. */
  async #synchronize(isStopped?: boolean): Promise<void> {
    const more = await this.#ranks.synchronize(isStopped, this.#average?.address);
    const { lossSum, weight, ...progress } = this.#progress;
    this.#progress = { ...progress, lossSum: lossSum + more.lossSum, weight: weight + more.weight };
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

  /** Takes the optimizer's step with gradients that have a norm. */
  #improve(norm: number, step: number): void {
    const { clipNorm, clipValue } = this.#settings;
    this.#average?.prepare?.();
    this.#optimizer.step({ norm, clipNorm: clipNorm ?? undefined, clipValue: clipValue ?? undefined });
    this.#average?.observe(step);
  }

  async #endEpoch(signal?: AbortSignal): Promise<MeasuredEvent<M>> {
    await this.#synchronize();
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

  /**
   * Finds out how much of the validation data a budget leaves time for. If the best parameters were measured on another
   * share, before the run got or lost its budget, measures them again, and forgets the other losses of that share.
   */
  async #planValidation(signal?: AbortSignal): Promise<void> {
    const best = this.#best;
    await this.#budget?.planValidation((share) => this.#learning.measure(signal, share), best.measured !== undefined);
    const share = this.#validationShare;
    if (!best.measured || best.share === share) return;
    await this.#spend("once", () => best.measureAgain(share, () => this.#learning.measure(signal, share)));
    this.#average?.forgetLosses?.();
    this.#schedule.forgetLosses?.();
  }

  get #validationShare(): number {
    return this.#budget?.validationShare ?? 1;
  }

  /** Measures the parameters, records them if they are the best, and reports the epoch so far. */
  async #measure(signal?: AbortSignal): Promise<MeasuredEvent<M>> {
    const { epoch, lossSum, weight } = this.#progress;
    const isEarly = epoch * this.#learning.batches < warmupOf(this.#settings, this.steps);
    this.#average?.exchange();
    try {
      const validationShare = this.#validationShare;
      const measured = await this.#learning.measure(signal, validationShare);
      if (measured) this.#best.observe(measured, { isEarly, share: validationShare });
      const isBest = measured !== null && this.#best.since === 0;
      const loss = lossSum / weight;
      const isDiverged = this.#isDiverged(loss);
      const best = this.#best.measured as Partial<M> | undefined ?? null;
      const figures = { loss, measured, validationShare, best, isBest };
      return { event: "epoch", epoch: epoch + 1, ...figures, stopped: null, isDiverged };
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

/** The factor on the loss of a part of a batch; 0 for one without anything to compute. */
function scaleOf({ part = 1, scale = part }: Batch): number {
  return part === 0 ? 0 : scale;
}
