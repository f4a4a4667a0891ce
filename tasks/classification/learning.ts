import { type Communicator, shareRows, SingleProcess } from "../../src/distributed/mod.ts";
import { add, affine, type Parameter, Random, type Tensor } from "../../src/nn/mod.ts";
import type { OptimizerOptions, ParameterGroup } from "../../src/optim/mod.ts";
import type { Batch, Direction, Learning, MeasuredEvent, Measurement } from "../../src/train/mod.ts";
import { shareOf, textsAt } from "./text_share.ts";
import { bucketByLength, largestBucket, MemberShare, ownItems, paddedShare, padTexts } from "../batching/mod.ts";
import {
  evaluateProbabilities,
  exampleWeights,
  judgeOf,
  meanLoss,
  probabilitiesOf,
  weightedLoss,
  weightsOf,
} from "../labels/mod.ts";
import type { EpochEvent } from "../task_model/mod.ts";
import { adversarialLoss } from "./adversarial.ts";
import type { ClassifierEvaluateOptions, ClassifierEvaluation } from "./answers.ts";
import { BATCH, linearLogits, readBoth, readEncoded } from "./inference.ts";
import { type Blend, blendLogits, fitBlend, type LinearConfig } from "./linear/mod.ts";
import type { ClassifierMember, ClassifierNetwork, ClassifierOutput } from "./network.ts";
import type { ClassifierSettings } from "./hyperparameters.ts";
import {
  evaluateDecisions,
  labelSetLoss,
  measureDecisions,
  type MeasuredTexts,
  scoreDecisions,
  targetsAt,
} from "./multi_label/mod.ts";
import { type RareWordOptions, RareWords } from "./rare_words.ts";
import type { EncodedTexts } from "./texts.ts";

/** The result of a validation. */
export interface ClassifierMeasurement extends Measurement {
  /** Share of the texts whose label, or labels, were predicted correctly. */
  readonly accuracy: number;
  /** F1 of all decisions together; for multi-label classifiers. */
  readonly microF1?: number;
  /** Macro-averaged F1. */
  readonly macroF1: number;
  /** The fitted threshold of each label; for multi-label classifiers. */
  readonly thresholds?: readonly number[];
  /**
   * Loss of the network alone, with the label weights, in nats per text. Beside a linear model it shows whether the
   * network still learns, when the sum's loss does not yet.
   */
  readonly loss: number;
  /** Loss of the predictions, with the label weights, in nats per text. */
  readonly validLoss: number;
  /** The factors of the network's and the linear model's logits; absent without a linear model. */
  readonly blend?: Blend;
}

/** The event that reports an epoch of a classifier's training; losses are in nats per text. */
export interface ClassifierEpoch extends EpochEvent {
  /** Share of the validation texts whose label, or labels, were predicted correctly; null without validation texts. */
  readonly validAccuracy: number | null;
  /** F1 of all decisions on the validation texts together; for multi-label classifiers. */
  readonly validMicroF1?: number;
  /** Macro-averaged F1 on the validation texts; null without validation texts. */
  readonly validMacroF1: number | null;
  /** Loss of the network alone on the validation texts; absent without a linear model. */
  readonly validNetworkLoss?: number;
  /** Share of padding in the batches. The recurrent layers skip padding. */
  readonly paddedShare: number;
  /** Number of training texts that were truncated. */
  readonly truncated: number;
}

/** Converts the event of an epoch into a classifier's. */
export function classifierEvent(
  { epoch, loss, measured, isBest }: MeasuredEvent<ClassifierMeasurement>,
  { paddedShare, truncated }: ClassifierLearning,
): ClassifierEpoch {
  return {
    event: "epoch",
    epoch,
    loss,
    validLoss: measured?.validLoss ?? null,
    validAccuracy: measured?.accuracy ?? null,
    ...measured?.microF1 !== undefined && { validMicroF1: measured.microF1 },
    validMacroF1: measured?.macroF1 ?? null,
    ...measured?.blend && { validNetworkLoss: measured.loss },
    paddedShare,
    truncated,
    isBest,
  };
}

/** The data of a classifier's training. */
export interface ClassifierData {
  /** The training texts. */
  readonly train: EncodedTexts;
  /** The validation texts, which select the best parameters. */
  readonly valid: EncodedTexts | undefined;
  /** The labels, in the order of the outputs. */
  readonly labels: readonly string[];
  /** Whether a text may have several labels. Default: false. */
  readonly multiLabel?: boolean;
  /** Which rare words are read as unknown ones. Default: none. */
  readonly rare?: RareWordOptions;
}

/** Added to the seed to draw strands, so that the same numbers do not decide their order too. */
const STRAND_SEED = 0x5eed;

/** Added to the seed to draw rare words. */
const RARE_SEED = 0x4a3e;

/** Range of the jitter that is added to the lengths, as a share of the length. */
const JITTER = 0.1;

/** A classifier's training: batches of texts of similar length, reshuffled in each epoch. */
export class ClassifierLearning implements Learning<ClassifierMeasurement> {
  /** The network that is trained. */
  readonly module: ClassifierNetwork;
  /** The parameters by layer, from the embeddings to the output layer, each group with its own learning rate. */
  readonly trainable: ParameterGroup<OptimizerOptions>[];
  /** Number of batches in an epoch. */
  readonly batches: number;
  /** Size of the validation data, in batches. */
  readonly validationBatches: number;
  /** Whether a higher or a lower objective is better. */
  readonly direction: Direction;
  /** The loss of guessing, in nats per text. */
  readonly guess: number;
  /** Whether this rank trains a parameter, if ranks share out the members. */
  readonly owns: Learning<ClassifierMeasurement>["owns"];
  #communicator: Communicator;
  #ensemble: MemberShare<ClassifierMember>;
  #train: EncodedTexts;
  #valid: EncodedTexts | undefined;
  #labels: readonly string[];
  #isMultiLabel: boolean;
  #settings: ClassifierSettings;
  #lengths: number[];
  #weights: Float32Array | undefined;
  /** The linear model's logits of the validation texts, which training does not change. */
  #linearLogits: readonly Float32Array[] | undefined;
  /** The share of the validation texts that has been measured last. */
  #share = 1;
  #epoch = -1;
  #buckets: Int32Array[] = [];
  #rare: RareWords | undefined;
  /** The ids of each text that the epoch reads: those of one strand, some rare words unknown. */
  #ids: readonly Int32Array[] = [];

  constructor(
    network: ClassifierNetwork,
    data: ClassifierData,
    settings: ClassifierSettings,
    communicator: Communicator = new SingleProcess(),
  ) {
    const { train, valid, labels, multiLabel = false, rare } = data;
    this.#communicator = communicator;
    this.module = network;
    this.#ensemble = new MemberShare(network.members, communicator, settings);
    this.owns = this.#ensemble.owns;
    this.#train = train;
    this.#rare = rare && new RareWords([...train.ids, ...train.reverse?.ids ?? []], rare);
    this.#valid = valid;
    this.#labels = labels;
    this.#isMultiLabel = multiLabel;
    this.direction = judgeOf(settings.selectBy).direction;
    this.guess = multiLabel ? labels.length * Math.LN2 : Math.log(labels.length);
    this.#settings = settings;
    this.#lengths = train.ids.map(({ length }) => length);
    this.#weights = weightsOf(settings.labelWeights, train.targets, { labels, multiLabel });
    this.batches = this.#draw(0).length;
    this.validationBatches = (valid?.ids.length ?? 0) / settings.batch;
    const groups = groupsOf(network);
    for (const { embedding } of network.members) embedding.weight.requiresGradient = !settings.freezeEmbeddings;
    const { learningRate, layerDecay } = settings;
    this.trainable = groups.map((parameters, i) => ({
      parameters: parameters.filter(({ requiresGradient }) => requiresGradient),
      options: { learningRate: learningRate * layerDecay ** (groups.length - 1 - i) },
    }));
  }

  /** The share of padding in an epoch's batches. */
  get paddedShare(): number {
    return paddedShare(this.#lengths, this.#draw(0));
  }

  /** Number of training texts that were truncated. */
  get truncated(): number {
    return this.#train.truncated;
  }

  /** Index of the batch of the first epoch with the most ids, including padding. */
  get largestBatch(): number {
    return largestBucket(this.#draw(0), this.#lengths);
  }

  factors(epoch: number): number[] {
    const { unfreezeEvery } = this.#settings;
    const last = this.trainable.length - 1;
    return this.trainable.map((_, i) => unfreezeEvery === 0 || epoch >= (last - i) * unfreezeEvery ? 1 : 0);
  }

  batch(epoch: number, index: number): Batch {
    if (epoch !== this.#epoch) {
      this.#buckets = this.#draw(epoch);
      this.#ids = this.#drawIds(epoch);
    }
    this.#epoch = epoch;
    const bucket = this.#buckets[index];
    const own = ownItems(bucket, this.#ids, this.#ensemble.items);
    const { places, ids, lengths } = padTexts(this.#ids, own);
    const targets = targetsAt(this.#train.targets, places, this.#isMultiLabel ? this.#labels.length : 1);
    return {
      weight: places.length,
      part: this.#weightOf(own) / this.#weightOf(bucket),
      tokens: lengths.reduce((sum, length) => sum + length, 0),
      loss: () => this.#loss(ids, lengths, targets),
    };
  }

  /** The divisor of the loss of texts: their number, or the sum of the weights of their labels. */
  #weightOf(places: Int32Array): number {
    const weights = this.#isMultiLabel ? undefined : this.#weights;
    return weights ? places.reduce((sum, place) => sum + weights[this.#train.targets[place]], 0) : places.length;
  }

  /** Computes the mean of the members' losses, or the part in it of those that this rank trains. */
  #loss(ids: Int32Array, lengths: Int32Array, targets: Int32Array): Tensor {
    const { members, engine } = this.module;
    const { labelSmoothing: smoothing, adversarial: size } = this.#settings;
    const lossOfLogits = this.#isMultiLabel ? labelSetLoss : weightedLoss;
    const lossOf = ({ logits }: ClassifierOutput): Tensor =>
      affine(lossOfLogits(logits, targets, { smoothing, weights: this.#weights }), 1 / members.length);
    const lossOfMember = (member: ClassifierMember): Tensor =>
      size === 0 ? lossOf(member.forward(ids, lengths)) : adversarialLoss({
        engine,
        embed: () => member.embed(ids, lengths.length),
        lossOf: (embedded) => lossOf(member.read(embedded, lengths)),
        lengths,
        size,
      });
    return this.#ensemble.losses(lossOfMember, (member) => member.forward(ids, lengths)).reduce(add);
  }

  async measure(signal?: AbortSignal, share = 1): Promise<ClassifierMeasurement | null> {
    if (!this.#valid) return null;
    const { targets, ...texts } = this.#validShare(this.#valid, share);
    const logits = await shareRows(this.#communicator, texts.ids.length, async (places) => {
      const own = textsAt(texts, places);
      return (await readEncoded(this.module, own, { signal })).map((reading) => reading.logits);
    });
    this.#linearLogits ??= await linearLogits(this.module, texts, { signal });
    const linear = this.#linearLogits;
    const measureAll = this.#isMultiLabel ? measureDecisions : measureLabels;
    const measured = measureAll({ logits, linear, targets, labels: this.#labels, labelWeights: this.#weights });
    const objective = judgeOf(this.#settings.selectBy).of({ ...measured, loss: measured.validLoss });
    return { ...measured, objective };
  }

  /** Returns a share of the validation texts. */
  #validShare(valid: EncodedTexts, share: number): EncodedTexts {
    if (share !== this.#share) this.#linearLogits = undefined;
    this.#share = share;
    return shareOf(valid, share, this.#isMultiLabel ? this.#labels.length : 1);
  }

  /**
   * Decodes a score: its integer part is the number of errors, its fraction grows with the loss. Only runs of earlier
   * versions have one, which selected by accuracy.
   */
  fromScore(score: number): Measurement {
    const texts = this.#valid?.ids.length ?? 0;
    const errors = Math.floor(score);
    const rest = score - errors;
    return { objective: (texts - errors) / texts, loss: rest / (1 - rest) };
  }

  /** Draws what an epoch reads of each text; the draws depend only on the seed and the epoch. */
  #drawIds(epoch: number): readonly Int32Array[] {
    const strands = this.#drawStrands(epoch);
    if (!this.#rare) return strands;
    const { engine } = this.module;
    return this.#rare.drop(strands, new Random(this.#settings.seed + RARE_SEED, { engine, stream: 2 * epoch }));
  }

  /** Draws one of the strands of each text. */
  #drawStrands(epoch: number): readonly Int32Array[] {
    const { ids, reverse } = this.#train;
    if (reverse === undefined) return ids;
    const random = new Random(this.#settings.seed + STRAND_SEED, { engine: this.module.engine, stream: 2 * epoch });
    const draws = random.uniform(ids.length);
    return ids.map((own, i) => draws[i] < 0.5 ? own : reverse.ids[i]);
  }

  /** Draws the batches of an epoch; they depend only on the seed and the epoch. */
  #draw(epoch: number): Int32Array[] {
    const { batch, seed } = this.#settings;
    const { engine } = this.module;
    const random = new Random(seed, { engine, stream: 2 * epoch });
    const draws = random.uniform(this.#lengths.length, -0.5, 0.5);
    // Texts of equal length are ordered by their draws alone.
    const buckets = bucketByLength(
      this.#lengths,
      batch,
      draws.map((draw, i) => draw * (1 + JITTER * this.#lengths[i])),
    );
    const order = random.uniform(buckets.length);
    return buckets.map((bucket, i) => ({ bucket, draw: order[i] })).sort((a, b) => a.draw - b.draw).map((b) =>
      b.bucket
    );
  }
}

/** Fits the blend to validation texts, each with one label, and measures the predictions. */
function measureLabels(
  { logits, linear, targets, labels, labelWeights }: MeasuredTexts,
): Omit<ClassifierMeasurement, "objective"> {
  const weights = exampleWeights(targets, labelWeights);
  const blend = linear && fitBlend(logits, linear, targets, { weights });
  const rows = linear && blend ? blendLogits(logits, linear, blend) : logits;
  const probabilities = rows.map((row) => probabilitiesOf(row));
  const { accuracy, macroF1 } = evaluateProbabilities(probabilities, targets, labels);
  const validLoss = meanLoss(rows, targets, { weights });
  const loss = linear ? meanLoss(logits, targets, { weights }) : validLoss;
  return { loss, validLoss, accuracy, macroF1, blend };
}

/**
 * Groups the parameters of all members by layer: embeddings, each recurrent layer, the first with the convolution
 * before it, then pooling and output layer.
 */
function groupsOf({ members }: ClassifierNetwork): Parameter[][] {
  const layers: Parameter[][] = Array.from({ length: members[0].rnn.layers }, () => []);
  for (const { convolution, rnn } of members) {
    layers[0].push(...convolution?.parameters() ?? []);
    for (const [name, parameter] of rnn.namedParameters()) layers[Number(/_l(\d+)/.exec(name)![1])].push(parameter);
  }
  const head = members.flatMap(({ attention, classifier }) => [
    ...attention?.parameters() ?? [],
    ...classifier.parameters(),
  ]);
  return [members.map(({ embedding }) => embedding.weight), ...layers, head];
}

/** Options of `evaluateTexts`. */
export interface EvaluateTextsOptions extends ClassifierEvaluateOptions {
  /** Divides the logits. */
  readonly temperature: number;
  /** Whether a text may have several labels. */
  readonly multiLabel: boolean;
  /** The probability from which a text has each label; null for 0.5. */
  readonly thresholds: readonly number[] | null;
  /** The linear model's part in the logits. */
  readonly linear: LinearConfig | null;
}

/** Evaluates a network on labeled texts. */
export async function evaluateTexts(
  network: ClassifierNetwork,
  { targets, truncated, ...texts }: EncodedTexts,
  labels: readonly string[],
  { temperature, multiLabel, thresholds, linear, intervals = false, signal }: EvaluateTextsOptions,
): Promise<ClassifierEvaluation> {
  const readings = await readBoth(network, texts, { linear, signal });
  const logits = readings.map((reading) => reading.logits);
  const lengths = texts.ids.map(({ length }) => length);
  const share = paddedShare(lengths, bucketByLength(lengths, BATCH));
  const decided = { logits, temperature, targets, labels, thresholds };
  const evaluation = !multiLabel
    ? evaluateProbabilities(logits.map((row) => probabilitiesOf(row, temperature)), targets, labels)
    : intervals
    ? await evaluateDecisions(decided, { signal })
    : scoreDecisions(decided);
  return { texts: logits.length, ...evaluation, truncated, paddedShare: share };
}

/** Returns an evaluation on the validation texts as a measurement. */
export function measurementOf(
  { loss, accuracy, microF1, macroF1 }: ClassifierEvaluation,
  { selectBy }: ClassifierSettings,
): ClassifierMeasurement {
  const objective = judgeOf(selectBy).of({ accuracy, microF1, macroF1, loss });
  return { objective, loss, validLoss: loss, accuracy, microF1, macroF1 };
}
