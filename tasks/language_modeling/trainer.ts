import { crossEntropy, training } from "../../src/nn/mod.ts";
import type { Optimizer, OptimizerOptions, OptimizerState, Schedule } from "../../src/optim/mod.ts";
import { Best, Breather, perplexity, refuseNonFinite, Throughput } from "../../src/train/mod.ts";
import { CarriedState, type StateArrays } from "./carried_state.ts";
import type { CorpusIds } from "./corpus.ts";
import { evaluateIds } from "./evaluation.ts";
import type { LanguageNetwork } from "./network.ts";
import { type FitSettings, makeOptimizer, makeSchedule } from "./settings.ts";
import { Streams } from "./streams.ts";

/** What one training step did. */
export interface StepEvent {
  /** Which event this is. */
  readonly event: "step";
  /** Steps taken, this one included. */
  readonly step: number;
  /** Number of the epoch, from 1. */
  readonly epoch: number;
  /** Mean loss of the window in nats per token. */
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
export interface EpochEvent {
  /** Which event this is. */
  readonly event: "epoch";
  /** Number of the epoch, from 1. */
  readonly epoch: number;
  /** Mean training loss in nats per token. */
  readonly loss: number;
  /** Validation loss in nats per token; null without validation text. */
  readonly validLoss: number | null;
  /** e to the validation loss; null without validation text. */
  readonly perplexity: number | null;
}

/** What training reports. */
export type FitEvent = StepEvent | EpochEvent;

/** Where training stands. */
export interface FitProgress {
  /** Steps taken. */
  readonly step: number;
  /** Epochs completed. */
  readonly epoch: number;
  /** Windows of the present epoch that are done. */
  readonly window: number;
  /** Sum of the present epoch's losses. */
  readonly lossSum: number;
  /** Tokens of the present epoch. */
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
  /** The carried recurrent state. */
  readonly state: StateArrays;
  /** The schedule's own state. */
  readonly schedule: Record<string, number>;
  /** The best parameters so far. */
  readonly best: { readonly loss: number; readonly waited: number; readonly parameters: Float32Array } | null;
}

/** A training run: a network, what it reads, and where it stands. */
export class Trainer {
  #network: LanguageNetwork;
  #corpus: CorpusIds;
  #settings: FitSettings;
  #streams: Streams;
  #optimizer: Optimizer<OptimizerOptions>;
  #schedule: Schedule;
  #carried: CarriedState;
  #best: Best;
  #throughput = new Throughput();
  #loss = NaN;
  #progress: FitProgress = { step: 0, epoch: 0, window: 0, lossSum: 0, tokens: 0 };

  constructor(network: LanguageNetwork, corpus: CorpusIds, settings: FitSettings) {
    this.#network = network;
    this.#corpus = corpus;
    this.#settings = settings;
    this.#streams = new Streams(corpus.train, settings.batch, settings.bptt);
    this.#optimizer = makeOptimizer(network.parameters(), settings);
    this.#schedule = makeSchedule(settings, this.steps);
    this.#carried = new CarriedState(this.#optimizer.engine, network.rnn, settings.batch);
    this.#best = new Best(this.#optimizer.slab);
  }

  /** Steps of the whole run, early stopping apart. */
  get steps(): number {
    const { epochs, maxSteps } = this.#settings;
    return Math.min(epochs * this.#streams.windows, maxSteps ?? Infinity);
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

  /** Whether the epoch's windows are done and its end is due. */
  get #isEpochOver(): boolean {
    return this.#progress.window === this.#streams.windows;
  }

  /** Trains to the end, or until the signal's reason is thrown after the step that runs. */
  async *run(signal?: AbortSignal): AsyncGenerator<FitEvent, void, void> {
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
  async finish(): Promise<EpochEvent | undefined> {
    const event = this.#progress.window > 0 ? await this.#measure() : undefined;
    this.#best.recall();
    return event;
  }

  /** Copies of all that is needed to go on. Throws a RangeError where a parameter is not finite: a good checkpoint must stay. */
  snapshot(): FitSnapshot {
    const { slab } = this.#optimizer;
    const parameters = slab.engine.floats(slab.values, slab.size).slice();
    if (!parameters.every(Number.isFinite)) refuseNonFinite(this.#network, this.step, this.#loss);
    const { loss, waited, values } = this.#best;
    return {
      progress: this.#progress,
      parameters,
      optimizer: this.#optimizer.state(),
      state: this.#carried.toArrays(),
      schedule: this.#schedule.state?.() ?? {},
      best: values ? { loss, waited, parameters: values.slice() } : null,
    };
  }

  /** Goes back to a snapshot. Throws a RangeError where it is not of such a run. */
  restore({ progress, parameters, optimizer, state, schedule, best }: FitSnapshot): void {
    const { slab } = this.#optimizer;
    if (parameters.length !== slab.size) {
      throw new RangeError(`restore training: expected ${slab.size} numbers of parameters, found ${parameters.length}`);
    }
    if (progress.window > this.#streams.windows) {
      throw new RangeError(
        `restore training: expected at most ${this.#streams.windows} windows of an epoch, found ${progress.window}`,
      );
    }
    slab.engine.floats(slab.values, slab.size).set(parameters);
    slab.touch();
    this.#optimizer.restore(optimizer);
    this.#carried.restore(state);
    this.#schedule.restore?.(schedule);
    if (best) this.#best.restore(best.loss, best.waited, best.parameters);
    this.#progress = progress;
  }

  async #takeStep(): Promise<StepEvent> {
    const start = performance.now();
    const { step, epoch, window, lossSum, tokens } = this.#progress;
    const { clipNorm, clipValue, batch, seed } = this.#settings;
    if (window === 0) this.#carried.clear();
    const { T, inputs, targets, tokens: count } = await this.#streams.window(window);
    this.#optimizer.factor = this.#schedule.factor({ step, epoch });
    this.#optimizer.zeroGradients();
    const loss = training(() => {
      const { logits, state } = this.#network.forward(inputs, T, batch, this.#carried);
      const mean = crossEntropy(logits, targets);
      mean.backward();
      this.#carried.carry(state);
      return mean.item();
    }, { engine: this.#optimizer.engine, seed, step });
    this.#loss = loss;
    const learningRate = this.#optimizer.learningRate;
    const gradientNorm = this.#improve(loss, step + 1, clipNorm ?? undefined, clipValue ?? undefined);
    this.#progress = {
      step: step + 1,
      epoch,
      window: window + 1,
      lossSum: lossSum + loss * count,
      tokens: tokens + count,
    };
    const milliseconds = performance.now() - start;
    const tokensPerSecond = this.#throughput.add(count, milliseconds);
    const figures = { loss, gradientNorm, learningRate, tokens: count, milliseconds, tokensPerSecond };
    return { event: "step", step: step + 1, epoch: epoch + 1, steps: this.steps, ...figures };
  }

  /** The optimizer's step, refused where the loss or a gradient is not finite. */
  #improve(loss: number, step: number, clipNorm?: number, clipValue?: number): number {
    if (!Number.isFinite(loss) || !Number.isFinite(this.#optimizer.slab.gradientNorm())) {
      refuseNonFinite(this.#network, step, loss);
    }
    return this.#optimizer.step({ clipNorm, clipValue });
  }

  async #endEpoch(signal?: AbortSignal): Promise<EpochEvent> {
    const event = await this.#measure(signal);
    if (event.validLoss !== null) this.#schedule.observe?.(event.validLoss);
    const { step, epoch } = this.#progress;
    this.#progress = { step, epoch: epoch + 1, window: 0, lossSum: 0, tokens: 0 };
    return event;
  }

  /** The epoch's figures so far; the parameters are kept where they are the best. */
  async #measure(signal?: AbortSignal): Promise<EpochEvent> {
    const { epoch, lossSum, tokens } = this.#progress;
    const { valid } = this.#corpus;
    const validLoss = valid ? (await evaluateIds(this.#network, valid, signal)).loss : null;
    if (validLoss !== null) this.#best.observe(validLoss);
    const figures = { validLoss, perplexity: validLoss === null ? null : perplexity(validLoss) };
    return { event: "epoch", epoch: epoch + 1, loss: lossSum / tokens, ...figures };
  }
}
