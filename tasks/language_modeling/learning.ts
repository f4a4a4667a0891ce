import { CarriedState } from "../../src/nn/mod.ts";
import { refuse } from "../../src/schema/mod.ts";
import { type Batch, type Learning, type MeasuredEvent, type Measurement, perplexity } from "../../src/train/mod.ts";
import type { EpochEvent } from "../task_model/mod.ts";
import type { CorpusIds } from "./corpus.ts";
import { isDocumentIds } from "./document_ids.ts";
import { DocumentStreams } from "./document_streams.ts";
import { evaluateIds } from "./evaluation.ts";
import type { LanguageNetwork } from "./network.ts";
import type { LanguageModelSettings } from "./hyperparameters.ts";
import { Streams } from "./streams.ts";
import type { TokenIds } from "./token_ids.ts";
import type { TokenStreams } from "./windows.ts";

/**
 * Divides a training text, or documents, into streams. Throws `RangeError` if the text is too short, or if the windows
 * of documents should vary, which begin and end with the documents.
 */
export function trainingStreams(
  ids: TokenIds,
  { batch, bptt, bpttDeviation: deviation, seed }: LanguageModelSettings,
): TokenStreams {
  if (!isDocumentIds(ids)) return new Streams(ids, batch, bptt, { deviation, seed });
  if (deviation > 0) refuse("fit", "bpttDeviation", "0 for documents, whose windows end with them", deviation);
  return new DocumentStreams(ids, { batch, bptt, divides: true });
}

/** The result of an epoch of a language model's training; losses are in nats per token. */
export interface LanguageModelEpoch extends EpochEvent {
  /** e to the power of the validation loss; null without a validation text. */
  readonly perplexity: number | null;
}

/** Converts an epoch's event to a language model's terms. */
export function languageEvent({ epoch, loss, measured, isBest }: MeasuredEvent<Measurement>): LanguageModelEpoch {
  const validLoss = measured?.loss ?? null;
  const figures = { loss, validLoss, perplexity: validLoss === null ? null : perplexity(validLoss) };
  return { event: "epoch", epoch, ...figures, isBest };
}

/**
 * Trains a language model on windows of parallel streams, carrying the state from each window to the next within a
 * text.
 */
export class LanguageLearning implements Learning<Measurement> {
  /** The network to train. */
  readonly module: LanguageNetwork;
  /** Number of batches (windows) in an epoch. */
  readonly batches: number;
  /** Size of the validation data, in batches. */
  readonly validationBatches: number;
  /** The best parameters have the lowest validation loss. */
  readonly direction = "minimize";
  /** The loss of guessing, in nats per token. */
  readonly guess: number;
  #corpus: CorpusIds;
  #streams: TokenStreams;
  #settings: LanguageModelSettings;
  #carried: CarriedState;

  constructor(network: LanguageNetwork, corpus: CorpusIds, streams: TokenStreams, settings: LanguageModelSettings) {
    this.module = network;
    this.#corpus = corpus;
    this.guess = Math.log(network.embedding.weight.shape[0]);
    this.#streams = streams;
    this.#settings = settings;
    this.batches = streams.windows;
    this.validationBatches = (corpus.valid?.length ?? 0) / (settings.batch * settings.bptt);
    this.#carried = CarriedState.zeros(network.rnn, streams.batch);
  }

  async batch(epoch: number, index: number): Promise<Batch> {
    const { T, inputs, targets, tokens, begins } = await this.#streams.window(index, epoch);
    const { bptt, bpttDeviation } = this.#settings;
    let state: ReturnType<LanguageNetwork["loss"]>["state"];
    return {
      weight: tokens,
      tokens,
      // A longer window stands for more steps of the same length.
      rate: bpttDeviation > 0 ? T / bptt : 1,
      loss: () => {
        this.#carried.clear(begins);
        const { batch } = this.#streams;
        const result = this.module.loss(inputs, targets, T, batch, this.#carried.state, this.#settings);
        state = result.state;
        return result.loss;
      },
      done: () => this.#carried.carry(state),
    };
  }

  async measure(signal?: AbortSignal, share = 1): Promise<Measurement | null> {
    const { valid } = this.#corpus;
    if (!valid) return null;
    const { loss } = await evaluateIds(this.module, valid, { signal, share });
    return { objective: loss, loss };
  }

  state(): Record<string, Float32Array> {
    return { ...this.#carried.toArrays() };
  }

  restore(state: Readonly<Record<string, Float32Array>>): void {
    this.#carried.restore({ h: new Float32Array(), ...state });
  }
}
