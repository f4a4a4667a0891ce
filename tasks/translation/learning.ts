import { type Communicator, SingleProcess } from "../../src/distributed/mod.ts";
import { gather, inference, type LinearScores, Random, reshape, softmax, type Tensor } from "../../src/nn/mod.ts";
import type { Batch, Learning, MeasuredEvent, Measurement } from "../../src/train/mod.ts";
import { Breather, spreadItems } from "../../src/train/mod.ts";
import { ownItems, type PaddedTexts } from "../batching/mod.ts";
import { argmax } from "../data/argmax.ts";
import type { EpochEvent } from "../task_model/mod.ts";
import { bucketPairs, paddedPairShare, padPairs, type PairBatch } from "./batches.ts";
import type { TranslatorNetwork } from "./network.ts";
import type { EncodedPairs } from "./pairs.ts";
import type { TranslatorSettings } from "./hyperparameters.ts";

/** The result of a validation. */
export interface TranslatorMeasurement extends Measurement {
  /** BLEU of greedy translations; null if the loss selects. */
  readonly bleu: number | null;
}

/**
 * The event that reports an epoch of a translator's training. Losses are in nats per token; the training loss has label
 * smoothing.
 */
export interface TranslatorEpoch extends EpochEvent {
  /** BLEU of greedy translations of the validation sentences; null without validation pairs or if the loss selects. */
  readonly validBleu: number | null;
  /** Share of padding in the batches. Only attention and input feeding compute it; the recurrent layers skip it. */
  readonly paddedShare: number;
}

/** Converts the event of an epoch into a translator's. */
export function translatorEvent(
  { epoch, loss, measured, isBest }: MeasuredEvent<TranslatorMeasurement>,
  { paddedShare }: TranslatorLearning,
): TranslatorEpoch {
  const [validLoss, validBleu] = [measured?.loss ?? null, measured?.bleu ?? null];
  return { event: "epoch", epoch, loss, validLoss, validBleu, paddedShare, isBest };
}

/** The validation data of a translator's training. */
export interface Validation {
  /** The encoded pairs. */
  readonly pairs: EncodedPairs;
  /** Computes BLEU of greedy translations of a share of the pairs. */
  bleu(
    share: number,
    options: { readonly signal?: AbortSignal; readonly communicator: Communicator },
  ): Promise<number>;
}

/** The data of a translator's training. */
export interface TranslatorData {
  /** The training pairs. */
  readonly train: EncodedPairs;
  /** The validation pairs, which select the best parameters. */
  readonly valid: Validation | undefined;
  /** Returns the training pairs of an epoch; `undefined` without BPE dropout. */
  readonly drop: ((epoch: number) => EncodedPairs) | undefined;
  /** The symbol that begins and ends a target sentence. */
  readonly boundary: number;
}

/** A translator's training: batches of pairs of similar length, reshuffled in each epoch. */
export class TranslatorLearning implements Learning<TranslatorMeasurement> {
  /** The network that is trained. */
  readonly module: TranslatorNetwork;
  /** Number of batches in an epoch. */
  readonly batches: number;
  /** Size of the validation data, in batches. */
  readonly validationBatches: number;
  /** Whether the objective, BLEU or the loss, is maximized or minimized. */
  readonly direction: "maximize" | "minimize";
  /** The loss of guessing, in nats per symbol. */
  readonly guess: number;
  /** Share of padding in the batches of the current epoch. */
  paddedShare: number;
  #communicator: Communicator;
  #train: EncodedPairs;
  #drop: ((epoch: number) => EncodedPairs) | undefined;
  #valid: Validation | undefined;
  #settings: TranslatorSettings;
  #boundary: number;
  #epoch = -1;
  #pairs: EncodedPairs;
  #buckets: Int32Array[] = [];

  constructor(
    network: TranslatorNetwork,
    { train, valid, drop, boundary }: TranslatorData,
    settings: TranslatorSettings,
    communicator: Communicator = new SingleProcess(),
  ) {
    this.#communicator = communicator;
    this.module = network;
    this.#train = train;
    this.#pairs = train;
    this.#drop = drop;
    this.#boundary = boundary;
    this.guess = Math.log(boundary + 1);
    this.#valid = valid;
    this.#settings = settings;
    this.direction = settings.selectBy === "loss" ? "minimize" : "maximize";
    const buckets = bucketPairs(train, settings.batchTokens);
    this.batches = buckets.length;
    this.validationBatches = (valid?.pairs.sources.length ?? 0) / train.sources.length * buckets.length;
    this.paddedShare = paddedPairShare(train, buckets);
  }

  batch(epoch: number, index: number): Batch {
    if (epoch !== this.#epoch) this.#begin(epoch);
    const { module: network } = this;
    const bucket = this.#buckets[index];
    const places = ownItems(bucket, this.#pairs.targets, this.#communicator);
    const pairs = padPairs(this.#pairs, places, this.#boundary);
    const symbolsOf = (place: number): number => this.#pairs.targets[place].length + 1;
    const all = bucket.reduce((sum, place) => sum + symbolsOf(place), 0);
    const own = this.#settings.scheduledSampling * (1 - 1 / (epoch + 1));
    const { labelSmoothing: smoothing } = this.#settings;
    return {
      weight: pairs.expected.length,
      part: pairs.expected.length / all,
      tokens: pairs.expected.length + pairs.source.lengths.reduce((sum, length) => sum + length, 0),
      loss: () => {
        const draws = own === 0 ? undefined : this.#draws(epoch, index, { bucket, places, all });
        const input = draws ? mixInputs(network, pairs, draws, own) : pairs.input;
        return pairLoss(network, { ...pairs, input }, smoothing);
      },
    };
  }

  /** Draws a number for each symbol of a batch, and returns those of this rank's pairs. */
  #draws(
    epoch: number,
    index: number,
    { bucket, places, all }: { readonly bucket: Int32Array; readonly places: Int32Array; readonly all: number },
  ): Float32Array {
    const draws = this.#random(epoch, index + 1).uniform(all);
    const isOwn = new Set(places);
    let at = 0;
    const runs = Array.from(bucket, (place) => {
      const end = at + this.#pairs.targets[place].length + 1;
      const run = isOwn.has(place) ? draws.subarray(at, end) : draws.subarray(0, 0);
      at = end;
      return run;
    });
    return Float32Array.from(runs.flatMap((run) => [...run]));
  }

  /** Index of the batch of the first epoch with the most symbols, including padding. */
  get largestBatch(): number {
    const longest = (bucket: Int32Array): number =>
      Math.max(...bucket.map((i) => Math.max(this.#train.sources[i].length, this.#train.targets[i].length + 1)));
    return argmax(this.#draw(0).map((bucket) => bucket.length * longest(bucket)));
  }

  async measure(signal?: AbortSignal, share = 1): Promise<TranslatorMeasurement | null> {
    if (!this.#valid) return null;
    const { sources, targets, kept, ...rest } = this.#valid.pairs;
    const [own, other, texts] = [spreadItems(sources, share), spreadItems(targets, share), spreadItems(kept, share)];
    const pairs = { ...rest, sources: own, targets: other, kept: texts };
    const boundary = this.#boundary;
    const { loss } = await evaluatePairs([this.module], pairs, { boundary, signal, communicator: this.#communicator });
    if (this.#settings.selectBy === "loss") return { objective: loss, loss, bleu: null };
    const bleu = await this.#valid.bleu(share, { signal, communicator: this.#communicator });
    // The loss breaks ties, for example if no translation is long enough for a BLEU above 0.
    return { objective: bleu, loss, bleu };
  }

  /** Decodes a score: the negated objective if BLEU selects, whose loss is not stored; otherwise the loss. */
  fromScore(score: number): Measurement {
    return this.direction === "minimize" ? { objective: score, loss: score } : { objective: -score, loss: 0 };
  }

  /** Returns the random numbers of an epoch: index 0 is for its order, the others for its batches from 1. */
  #random(epoch: number, index: number): Random {
    const stream = epoch * (this.batches + 1) + index;
    return new Random(this.#settings.seed, { engine: this.module.engine, stream: 2 * stream });
  }

  /**
   * Starts an epoch. Batches are formed from the tokens without BPE dropout, so that all epochs have the same number of
   * batches.
   */
  #begin(epoch: number): void {
    this.#epoch = epoch;
    this.#buckets = this.#draw(epoch);
    if (!this.#drop) return;
    this.#pairs = this.#drop(epoch);
    this.paddedShare = paddedPairShare(this.#pairs, this.#buckets);
  }

  /** Draws the batches of an epoch; they depend only on the seed and the epoch. */
  #draw(epoch: number): Int32Array[] {
    const random = this.#random(epoch, 0);
    const buckets = bucketPairs(this.#train, this.#settings.batchTokens, random);
    const order = random.uniform(buckets.length);
    const drawn = buckets.map((bucket, i) => ({ bucket, draw: order[i] }));
    return drawn.sort((a, b) => a.draw - b.draw).map(({ bucket }) => bucket);
  }
}

/** Computes the readout `[N, E]` of the N steps that are not padding. */
function readPairs(network: TranslatorNetwork, { source, input, steps }: PairBatch): Tensor {
  const { readout } = network.decode(network.encode(source), input);
  const rows = readout.shape[0] * readout.shape[1];
  return gather(reshape(readout, [rows, -1]), steps);
}

/** Computes the mean loss `[]` of a batch, in nats per token. */
export function pairLoss(network: TranslatorNetwork, pairs: PairBatch, smoothing = 0): Tensor {
  return network.loss(readPairs(network, pairs), pairs.expected, { smoothing });
}

/** Replaces a share of the decoder's inputs by the network's own predictions, given the preceding target symbols. */
function mixInputs(network: TranslatorNetwork, pairs: PairBatch, draws: Float32Array, share: number): PaddedTexts {
  const { input, steps } = pairs;
  const B = input.lengths.length;
  const { largest: likeliest } = inference(
    () => network.output.scores(readPairs(network, pairs), pairs.expected, 1),
    { engine: network.engine },
  );
  const ids = input.ids.slice();
  steps.forEach((step, row) => {
    const isLast = Math.floor(step / B) + 1 >= input.lengths[step % B];
    if (!isLast && draws[row] < share) ids[step + B] = likeliest[row];
  });
  return { ...input, ids };
}

/** The evaluation of a network on the targets of pairs, with teacher forcing. */
export interface PairEvaluation {
  /** Mean loss in nats per token, including the end of sentence. */
  readonly loss: number;
  /** Share of the target symbols that are the network's most probable symbol, given the preceding target symbols. */
  readonly nextTokenAccuracy: number;
}

/** Maximum number of symbols on each side of an evaluation batch; fewer where all probabilities are stored. */
const [EVALUATION_TOKENS, ENSEMBLE_TOKENS] = [4000, 500];

/**
 * Returns the loss of each target symbol of a batch and the most probable symbol in its place, by one network or by the
 * mean of the probabilities of several.
 */
function scorePairs(networks: readonly TranslatorNetwork[], batch: PairBatch): LinearScores {
  const [network, ...others] = networks;
  const { expected } = batch;
  if (others.length === 0) {
    return inference(() => network.output.scores(readPairs(network, batch), expected, 1), { engine: network.engine });
  }
  const means = new Float64Array(expected.length);
  const all = new Float64Array(expected.length * network.vocabulary);
  for (const own of networks) {
    inference(() => {
      const readout = readPairs(own, batch);
      own.output.scores(readout, expected).losses.forEach((loss, n) => means[n] += Math.exp(-loss) / networks.length);
      softmax(own.score(readout)).toArray().forEach((probability, i) => all[i] += probability);
    }, { engine: own.engine });
  }
  const { vocabulary: V } = network;
  const largest = Int32Array.from(expected, (_, n) => argmax(all.subarray(n * V, (n + 1) * V)));
  return { losses: Float32Array.from(means, (mean) => -Math.log(mean)), largest };
}

/** Evaluates a network, or the mean of several, on pairs; `boundary` begins and ends a target sentence. */
export async function evaluatePairs(
  networks: readonly TranslatorNetwork[],
  pairs: EncodedPairs,
  { boundary, signal, communicator = new SingleProcess() }: {
    readonly boundary: number;
    readonly signal?: AbortSignal;
    readonly communicator?: Communicator;
  },
): Promise<PairEvaluation> {
  const breather = new Breather();
  let [count, loss, right] = [0, 0, 0];
  const { rank, size } = communicator;
  const most = networks.length === 1 ? EVALUATION_TOKENS : ENSEMBLE_TOKENS;
  for (const [i, bucket] of bucketPairs(pairs, most).entries()) {
    if (i % size !== rank) continue;
    signal?.throwIfAborted();
    const batch = padPairs(pairs, bucket, boundary);
    const { losses, largest } = scorePairs(networks, batch);
    loss += losses.reduce((sum, one) => sum + one, 0);
    batch.expected.forEach((symbol, i) => right += symbol === largest[i] ? 1 : 0);
    count += batch.expected.length;
    await breather.breathe();
  }
  [count, loss, right] = await communicator.sum([count, loss, right]);
  return { loss: loss / count, nextTokenAccuracy: right / count };
}
