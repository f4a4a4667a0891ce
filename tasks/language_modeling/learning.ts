import { type Communicator, SingleProcess } from "../../src/distributed/mod.ts";
import { refuse } from "../../src/schema/mod.ts";
import { type Batch, type Learning, type MeasuredEvent, type Measurement, perplexity } from "../../src/train/mod.ts";
import { SharedStates } from "../batching/mod.ts";
import type { EpochEvent } from "../task_model/mod.ts";
import type { CorpusIds } from "./corpus.ts";
import { isDocumentIds } from "./document_ids.ts";
import { DocumentStreams } from "./document_streams.ts";
import { evaluateIds } from "./evaluation.ts";
import type { LanguageNetwork } from "./network.ts";
import type { LanguageModelSettings } from "./hyperparameters.ts";
import type { DrawWords } from "./softmax_samples.ts";
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

/** The texts that a language model learns from, and how. */
export interface LanguageData {
  /** The encoded texts. */
  readonly corpus: CorpusIds;
  /** The streams of the training text. */
  readonly streams: TokenStreams;
  /** Draws the words of each step's loss; undefined for all words. */
  readonly drawWords?: DrawWords;
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
  #drawWords: DrawWords | undefined;
  #communicator: Communicator;
  #states: SharedStates;

  /** Throws `RangeError` if there are fewer streams than ranks. */
  constructor(
    network: LanguageNetwork,
    { corpus, streams, drawWords }: LanguageData,
    settings: LanguageModelSettings,
    communicator: Communicator = new SingleProcess(),
  ) {
    this.module = network;
    this.#corpus = corpus;
    this.guess = Math.log(network.embedding.weight.shape[0]);
    this.#streams = streams;
    this.#settings = settings;
    this.#drawWords = drawWords;
    this.#communicator = communicator;
    this.#states = new SharedStates(network.rnn, { size: streams.batch, noun: "streams" }, communicator);
    this.batches = streams.windows;
    this.validationBatches = (corpus.valid?.length ?? 0) / (settings.batch * settings.bptt);
  }

  async batch(epoch: number, index: number): Promise<Batch> {
    const { columns, own } = this.#states;
    const { T, inputs, targets, tokens, allTokens, begins } = await this.#streams.window(index, epoch, columns);
    const { bptt, bpttDeviation } = this.#settings;
    let state: ReturnType<LanguageNetwork["loss"]>["state"];
    return {
      weight: tokens,
      tokens,
      part: tokens / allTokens,
      // A longer window stands for more steps of the same length.
      rate: bpttDeviation > 0 ? T / bptt : 1,
      loss: () => {
        own.clear(begins);
        const batch = columns[1] - columns[0];
        const sample = this.#drawWords?.(targets, epoch * this.batches + index);
        const options = { ...this.#settings, sample };
        const result = this.module.loss(inputs, targets, T, batch, own.state, options);
        state = result.state;
        return result.loss;
      },
      done: () => own.carry(state),
    };
  }

  async measure(signal?: AbortSignal, share = 1): Promise<Measurement | null> {
    const { valid } = this.#corpus;
    if (!valid) return null;
    const part = this.#communicator;
    const own = await evaluateIds(this.module, valid, { signal, share, part });
    if (part.size === 1) return { objective: own.loss, loss: own.loss };
    // A rank without tokens has no loss.
    const [sum, tokens] = await part.sum([own.tokens === 0 ? 0 : own.loss * own.tokens, own.tokens]);
    return { objective: sum / tokens, loss: sum / tokens };
  }

  async collect(): Promise<void> {
    await this.#states.collect();
  }

  state(): Record<string, Float32Array> {
    return this.#states.toArrays();
  }

  restore(state: Readonly<Record<string, Float32Array>>): void {
    this.#states.restore(state);
  }
}
