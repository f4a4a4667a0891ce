import { CarriedState, crossEntropy } from "../../src/nn/mod.ts";
import {
  type Batch,
  type Learning,
  type MeasuredEvent,
  type Measurement,
  perplexity,
  type StepEvent,
} from "../../src/train/mod.ts";
import type { CorpusIds } from "./corpus.ts";
import { evaluateIds } from "./evaluation.ts";
import type { LanguageNetwork } from "./network.ts";
import type { FitSettings } from "./settings.ts";
import { Streams } from "./streams.ts";

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

/** An epoch's event in a language model's terms. */
export function languageEvent(event: StepEvent | MeasuredEvent<Measurement>): FitEvent {
  if (event.event === "step") return event;
  const { epoch, loss, measured } = event;
  const validLoss = measured?.loss ?? null;
  return { event: "epoch", epoch, loss, validLoss, perplexity: validLoss === null ? null : perplexity(validLoss) };
}

/** A language model's training: windows of parallel streams, with the state carried from each to the next. */
export class LanguageLearning implements Learning<Measurement> {
  /** What is trained. */
  readonly module: LanguageNetwork;
  /** Windows of an epoch. */
  readonly batches: number;
  /** The loss itself selects. */
  readonly direction = "minimize";
  #corpus: CorpusIds;
  #streams: Streams;
  #carried: CarriedState;

  constructor(network: LanguageNetwork, corpus: CorpusIds, { batch, bptt }: FitSettings) {
    this.module = network;
    this.#corpus = corpus;
    this.#streams = new Streams(corpus.train, batch, bptt);
    this.batches = this.#streams.windows;
    this.#carried = CarriedState.zeros(network.rnn, batch);
  }

  begin(_epoch: number, isResumed: boolean): void {
    if (!isResumed) this.#carried.clear();
  }

  async batch(_epoch: number, index: number): Promise<Batch> {
    const { T, inputs, targets, tokens } = await this.#streams.window(index);
    let state: ReturnType<LanguageNetwork["forward"]>["state"];
    return {
      weight: tokens,
      tokens,
      loss: () => {
        const forward = this.module.forward(inputs, T, this.#streams.batch, this.#carried.state);
        state = forward.state;
        return crossEntropy(forward.logits, targets);
      },
      done: () => this.#carried.carry(state),
    };
  }

  async measure(signal?: AbortSignal): Promise<Measurement | null> {
    const { valid } = this.#corpus;
    if (!valid) return null;
    const { loss } = await evaluateIds(this.module, valid, signal);
    return { objective: loss, loss };
  }

  state(): Record<string, Float32Array> {
    return { ...this.#carried.toArrays() };
  }

  restore({ h, c }: Readonly<Record<string, Float32Array>>): void {
    this.#carried.restore({ h: h ?? [], c });
  }
}
